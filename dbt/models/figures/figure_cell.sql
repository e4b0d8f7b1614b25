-- every cell that a KPI has: the district always, a part of it where there were ever data, in each supported period
with measured as (
    select
        kpi.kpi_id,
        value.area_type,
        value.area_code,
        coalesce(kpi.component_type, value.breakdown_type) as breakdown_type,
        coalesce(term.component, value.breakdown_code) as breakdown_code
    from {{ ref('kpi') }} as kpi
    inner join {{ ref('kpi_term') }} as term on term.kpi_id = kpi.kpi_id
    inner join (
        select distinct measure_id, area_type, area_code, breakdown_type, breakdown_code from {{ ref('measure_value') }}
    ) as value on value.measure_id = term.measure_id
    where list_contains(string_split(kpi.area_types, '|'), value.area_type)
        and list_contains(string_split(kpi.breakdown_types, '|'), coalesce(kpi.component_type, value.breakdown_type))
        and (kpi.component_type is null or value.breakdown_type = '_T')
        -- amounts and labels of parts wait for disclosure control; below the district they stand without a breakdown
        and (value.breakdown_type = '_T' or value.area_type = 'district' or kpi.sdc_class in ('P', 'A'))
    union
    select kpi_id, 'district', {{ run_context('district_code') }}, '_T', '_T'
    from {{ ref('kpi') }}
    where list_contains(string_split(breakdown_types, '|'), '_T') and list_contains(string_split(area_types, '|'), 'district')
    union
    select kpi.kpi_id, 'district', {{ run_context('district_code') }}, kpi.component_type, term.component
    from {{ ref('kpi') }} as kpi
    inner join {{ ref('kpi_term') }} as term on term.kpi_id = kpi.kpi_id and term.component is not null
    where list_contains(string_split(kpi.area_types, '|'), 'district')
)

select
    measured.kpi_id,
    kpi.kind,
    kpi.caliber as caliber_rule,
    kpi.guard_min,
    kpi.is_signed,
    measured.area_type,
    measured.area_code,
    measured.breakdown_type,
    measured.breakdown_code,
    period.period_type,
    period.period,
    period.window_start_on,
    period.window_end_on,
    period.is_partial,
    period.year_earlier_period,
    period.window_role,
    period.missing_feeds
from measured
inner join {{ ref('kpi') }} as kpi on kpi.kpi_id = measured.kpi_id
inner join {{ ref('kpi_period') }} as period on period.kpi_id = measured.kpi_id
