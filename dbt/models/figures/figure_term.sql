-- every cell with its numerator and denominator: weighted sums of measures, of stocks those at the period's end where the
-- term says so. A part of a KPI of several parts has terms of its own; a guard is what there must be enough of.
with terms as (
    select
        term.*,
        kpi.component_type,
        string_split(kpi.area_types, '|') as area_types,
        string_split(kpi.breakdown_types, '|') as breakdown_types,
        string_split(kpi.period_types, '|') as period_types,
        case term.timing when 'IN' then 'IN' else 'END' end as value_timing
    from {{ ref('kpi_term') }} as term
    inner join {{ ref('kpi') }} as kpi on kpi.kpi_id = term.kpi_id
),

-- what is measured against a whole has enough where the whole is nothing
wholes as (
    select distinct kpi_id from terms where role = 'guard_whole'
),

weighted as (
    select
        terms.kpi_id,
        terms.role,
        value.area_type,
        value.area_code,
        coalesce(terms.component_type, value.breakdown_type) as breakdown_type,
        coalesce(terms.component, value.breakdown_code) as breakdown_code,
        value.period_type,
        value.period,
        value.amount * cast(terms.weight as decimal(12, 4))
        * cast(case terms.timing when 'END_MONTHS' then period.month_cnt else 1 end as decimal(3, 0)) as amount
    from terms
    inner join {{ ref('measure_value') }} as value
        on value.measure_id = terms.measure_id
        and value.timing = terms.value_timing
        and list_contains(terms.area_types, value.area_type)
        and list_contains(terms.period_types, value.period_type)
        and case when terms.component is null
            then list_contains(terms.breakdown_types, value.breakdown_type) else value.breakdown_type = '_T' end
    left join {{ ref('dim_period') }} as period
        on period.period_type = value.period_type and period.period = value.period
),

summed as (
    select
        kpi_id,
        area_type,
        area_code,
        breakdown_type,
        breakdown_code,
        period_type,
        period,
        sum(amount) filter (where role = 'numerator') as numerator,
        sum(amount) filter (where role = 'denominator') as denominator,
        sum(amount) filter (where role = 'guard') as guard,
        sum(amount) filter (where role = 'guard_whole') as guard_whole
    from weighted
    group by all
)

{% set keys = ['area_type', 'area_code', 'breakdown_type', 'breakdown_code', 'period_type', 'period'] -%}
select
    {% for column in ['kpi_id', 'kind', 'caliber_rule', 'is_signed'] + keys + [
        'window_start_on', 'window_end_on', 'is_partial', 'year_earlier_period', 'window_role', 'missing_feeds'
    ] -%}
    cell.{{ column }},
    {% endfor -%}
    summed.numerator,
    summed.denominator,
    coalesce(
        coalesce(summed.guard, 0)
        < cell.guard_min * coalesce(summed.guard_whole, case when wholes.kpi_id is null then 1 else 0 end),
        false
    ) as is_guarded,
    -- shares that departments did not send are worked out from the office's
    case when cell.caliber_rule = 'TAX_DISTRICT'
        then case when coalesce(derived.amount, 0) > 0 then 'DERIVED' else 'FED' end
        else cell.caliber_rule
    end as caliber
from {{ ref('figure_cell') }} as cell
left join wholes on wholes.kpi_id = cell.kpi_id
left join summed
    on summed.kpi_id = cell.kpi_id
    {% for key in keys %}and summed.{{ key }} = cell.{{ key }}
    {% endfor -%}
left join {{ ref('measure_value') }} as derived
    on derived.measure_id = 'tax_district_derived_cnt'
    and cell.caliber_rule = 'TAX_DISTRICT'
    {% for key in keys %}and derived.{{ key }} = cell.{{ key }}
    {% endfor %}
