with rows_of_kinds as (
    select
        kpi_id, area_type, area_code, breakdown_type, breakdown_code, period_type, period,
        cast(null as varchar) as base_period, caliber, value,
        cast(null as decimal(38, 8)) as numerator, cast(null as decimal(38, 8)) as denominator,
        is_partial, window_start_on, window_end_on,
        cast(null as date) as base_window_start_on, cast(null as date) as base_window_end_on,
        missing_feeds, reason, 'ALL' as basis, cast(null as varchar) as building_set_id
    from {{ ref('fig_level') }}
    union all
    select
        kpi_id, area_type, area_code, breakdown_type, breakdown_code, period_type, period,
        null, caliber, value, numerator, denominator,
        is_partial, window_start_on, window_end_on, null, null, missing_feeds, reason, 'ALL', null
    from {{ ref('fig_ratio') }}
    union all
    select
        kpi_id, area_type, area_code, breakdown_type, breakdown_code, period_type, period,
        base_period, caliber, value, numerator, denominator,
        false, window_start_on, window_end_on, base_window_start_on, base_window_end_on, missing_feeds, reason, 'ALL', null
    from {{ ref('fig_yoy') }}
    union all
    select
        kpi_id, area_type, area_code, breakdown_type, breakdown_code, period_type, period,
        base_period, null, value, numerator, denominator,
        false, window_start_on, window_end_on, base_window_start_on, base_window_end_on, missing_feeds, reason, 'ALL', null
    from {{ ref('fig_window') }}
    union all
    select
        kpi_id, area_type, area_code, breakdown_type, breakdown_code, period_type, period,
        null, caliber, value, null, null,
        false, window_start_on, window_end_on, null, null, missing_feeds, reason, 'ALL', null
    from {{ ref('fig_rank') }}
    union all
    -- a KPI that nobody defined has a place for its figure and no figure
    select
        kpi_id, area_type, area_code, breakdown_type, breakdown_code, period_type, period,
        null, null, null, null, null,
        false, window_start_on, window_end_on, null, null, null, '口径未定 / undefined', 'ALL', null
    from {{ ref('figure_cell') }}
    where kind = 'unresolved' and window_start_on = {{ run_context('as_of') }}
)

select
    -- keys
    figures.kpi_id || '|' || figures.area_type || '|' || figures.area_code || '|' || figures.breakdown_type || '|'
    || figures.breakdown_code || '|' || figures.period_type || '|' || figures.period || '|'
    || coalesce(figures.base_period, '') || '|' || coalesce(figures.caliber, '') || '|' || figures.basis as figure_key,
    figures.kpi_id,
    figures.area_type,
    figures.area_code,
    figures.breakdown_type,
    figures.breakdown_code,
    figures.period_type,
    figures.period,
    figures.base_period,
    figures.basis,
    figures.caliber,
    nullif(kpi.definition_version, '') as definition_version,
    -- measures
    figures.value,
    figures.numerator,
    figures.denominator,
    -- attributes
    kpi.unit,
    case when figures.value is null then 'M' when figures.is_partial then 'P' else 'A' end as obs_status,
    figures.building_set_id,
    -- what is said of single buildings stays inside: amounts with the tax role, the rest with the office
    case
        when figures.area_type <> 'building' then kpi.audience
        when kpi.sdc_class in ('M', 'B', 'I') then 'TAX'
        else 'OFFICE'
    end as audience,
    kpi.is_signed,
    rule.rule_id as rule_version,
    case
        when figures.missing_feeds is not null then '未报送:' || figures.missing_feeds || ' / not delivered: ' || figures.missing_feeds
        when figures.value is null then figures.reason
    end as note,
    figures.missing_feeds,
    quality.quarantined_feeds,
    quality.unreconciled_feeds,
    -- times
    figures.window_start_on,
    figures.window_end_on,
    figures.base_window_start_on,
    figures.base_window_end_on
from rows_of_kinds as figures
inner join {{ ref('kpi') }} as kpi on kpi.kpi_id = figures.kpi_id
left join {{ ref('kpi_period_quality') }} as quality
    on quality.kpi_id = figures.kpi_id and quality.period_type = figures.period_type and quality.period = figures.period
left join {{ ref('stg_office__assessment_rule') }} as rule
    on kpi.caliber in ('ASSESSED', 'FULL')
    and coalesce(rule.valid_from, date '0001-01-01') <= figures.window_start_on
    and figures.window_start_on < coalesce(rule.valid_to, {{ open_end() }})
