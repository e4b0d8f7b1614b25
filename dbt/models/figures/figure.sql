with rows_of_kinds as (
    {{ figure_rows({
        'figure_row': [],
        'fig_revision': ['base_period', 'base_window_start_on', 'base_window_end_on', 'caliber', 'is_partial',
            'missing_feeds', 'basis', 'building_set_id'],
    }) | indent(4) }}
)

select
    -- keys
    figures.kpi_id || '|' || figures.area_type || '|' || figures.area_code || '|' || figures.breakdown_type || '|'
    || figures.breakdown_code || '|' || figures.period_type || '|' || figures.period || '|'
    || coalesce(figures.base_period, '') || '|' || coalesce(figures.caliber, '')
    || case figures.basis when 'ALL' then '' else '|' || figures.basis end as figure_key,
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
        else figures.reason
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
