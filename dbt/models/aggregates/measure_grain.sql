-- the cells that the catalogue asks for: nothing else is aggregated
with asked as (
    select
        term.measure_id,
        case term.timing when 'IN' then 'IN' else 'END' end as timing,
        string_split(kpi.area_types, '|') as area_types,
        case when term.component is null then string_split(kpi.breakdown_types, '|') else ['_T'] end as breakdown_types,
        string_split(kpi.period_types, '|') as period_types
    from {{ ref('kpi') }} as kpi
    inner join {{ ref('kpi_term') }} as term on term.kpi_id = kpi.kpi_id
    union all
    -- whose share a figure of tax is
    select 'tax_district_derived_cnt', 'IN', string_split(area_types, '|'), string_split(breakdown_types, '|'),
        string_split(period_types, '|')
    from {{ ref('kpi') }}
    where caliber = 'TAX_DISTRICT'
    union all
    -- what the buildings of a frozen set paid
    select 'tax_total_yuan', 'IN', ['building'], ['_T'], string_split(period_types, '|')
    from {{ ref('kpi') }}
    where kind = 'l4l'
)

select distinct
    asked.measure_id,
    asked.timing,
    areas.area_type,
    breakdowns.breakdown_type,
    periods.period_type
from asked,
    unnest(asked.area_types) as areas (area_type),
    unnest(asked.breakdown_types) as breakdowns (breakdown_type),
    unnest(asked.period_types) as periods (period_type)
