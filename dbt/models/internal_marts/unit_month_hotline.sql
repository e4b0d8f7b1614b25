-- how each unit in charge does in each assessment month: its figures side by side
select
    breakdown_code as unit,
    period as assessment_month,
    {{ figure_of('resolution_rate', 'denominator', 'bigint') }} as valid_callback_cnt,
    {{ figure_of('response_rate', 'numerator', 'bigint') }} as contacted_cnt,
    {{ figure_of('resolution_rate', 'numerator', 'bigint') }} as resolved_cnt,
    {{ figure_of('response_rate') }} as response_rate,
    {{ figure_of('resolution_rate') }} as resolution_rate,
    {{ figure_of('satisfaction_rate') }} as satisfaction_rate,
    {{ figure_of('three_rate_composite') }} as composite_points,
    {{ figure_of('ticket_rank', type='bigint') }} as rank_no,
    {{ figure_of('on_time_feedback_rate') }} as on_time_feedback_rate,
    {{ figure_of('excluded_share') }} as excluded_rate
from {{ ref('figure') }}
where area_type = 'district' and breakdown_type = 'unit' and period_type = 'HM'
group by breakdown_code, period
