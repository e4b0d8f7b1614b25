{{ config(meta={'gate': 'G-CONS', 'dagster': {'ref': {'name': 'agg_tax'}}}) }}
-- a quarter is the sum of its months, a district the sum of its streets and of what lies in none
with months as (
    select month.measure_id, quarter.period, sum(month.amount) as amount
    from {{ ref('agg_tax') }} as month
    inner join {{ ref('dim_period') }} as span on span.period_type = 'M' and span.period = month.period
    inner join {{ ref('dim_period') }} as quarter
        on quarter.period_type = 'Q'
        and quarter.window_start_on <= span.window_start_on
        and span.window_start_on < quarter.window_end_on
    where month.period_type = 'M' and month.area_type = 'district' and month.breakdown_type = '_T'
    group by month.measure_id, quarter.period
),

types as (
    select measure_id, period, sum(amount) as amount
    from {{ ref('agg_tax') }}
    where period_type = 'Q' and area_type = 'district' and breakdown_type = 'tax_type'
    group by measure_id, period
)

select quarter.measure_id, quarter.period, quarter.amount, months.amount as of_months, types.amount as of_types
from {{ ref('agg_tax') }} as quarter
left join months on months.measure_id = quarter.measure_id and months.period = quarter.period
left join types on types.measure_id = quarter.measure_id and types.period = quarter.period
where quarter.period_type = 'Q' and quarter.area_type = 'district' and quarter.breakdown_type = '_T'
    and (quarter.amount is distinct from months.amount or quarter.amount is distinct from types.amount)
