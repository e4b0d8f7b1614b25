-- counts and sums; a delivered feed without events gives 0, a missing feed gives nothing, and so does a statistic of nothing
select
    kpi_id,
    area_type,
    area_code,
    breakdown_type,
    breakdown_code,
    period_type,
    period,
    window_start_on,
    window_end_on,
    is_partial,
    year_earlier_period,
    missing_feeds,
    case when missing_feeds is null and not is_guarded
        then cast(coalesce(numerator, case kind when 'level' then 0 end) as decimal(38, 8)) end as value,
    caliber,
    case when is_guarded then {{ too_little() }} when value is null then '期内无此项 / nothing of the kind in the period' end as reason
from {{ ref('figure_term') }}
where kind in ('level', 'statistic')
