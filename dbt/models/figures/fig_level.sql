-- counts and sums; a delivered feed without events gives 0, a missing feed gives nothing, and so does the median of nothing
select
    cell.kpi_id,
    cell.area_type,
    cell.area_code,
    cell.breakdown_type,
    cell.breakdown_code,
    cell.period_type,
    cell.period,
    cell.window_start_on,
    cell.window_end_on,
    cell.is_partial,
    cell.year_earlier_period,
    cell.missing_feeds,
    {{ guarded('term', 'cell') }} as is_guarded,
    case when cell.missing_feeds is null and not is_guarded
        then cast(coalesce(term.numerator, case cell.kind when 'level' then 0 end) as decimal(38, 8)) end as value,
    case when cell.caliber_rule = 'TAX_DISTRICT'
        then case when coalesce(derived.amount, 0) > 0 then 'DERIVED' else 'FED' end
    end as caliber,
    case when is_guarded then {{ too_little() }} when value is null then '期内无此项 / nothing of the kind in the period' end as reason
from {{ ref('figure_cell') }} as cell
left join {{ ref('figure_term') }} as term
    on term.kpi_id = cell.kpi_id
    and term.area_type = cell.area_type
    and term.area_code = cell.area_code
    and term.breakdown_type = cell.breakdown_type
    and term.breakdown_code = cell.breakdown_code
    and term.period_type = cell.period_type
    and term.period = cell.period
left join {{ ref('measure_value') }} as derived
    on derived.measure_id = 'tax_district_derived_cnt'
    and derived.area_type = cell.area_type
    and derived.area_code = cell.area_code
    and derived.breakdown_type = cell.breakdown_type
    and derived.breakdown_code = cell.breakdown_code
    and derived.period_type = cell.period_type
    and derived.period = cell.period
where cell.kind in ('level', 'statistic')
