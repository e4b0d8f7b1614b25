{{ config(meta={'gate': 'G-CONS', 'dagster': {'ref': {'name': 'agg_tax'}}}) }}
-- a quarter is the sum of its months, and of its types of tax, wherever the catalogue asks for both
with asked as (
    select distinct measure_id, breakdown_type, period_type
    from {{ ref('measure_grain') }}
    where area_type = 'district' and timing = 'IN'
),

months as (
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
    and (
        (
            quarter.amount is distinct from months.amount
            and quarter.measure_id in (select measure_id from asked where breakdown_type = '_T' and period_type = 'M')
        )
        or (
            quarter.amount is distinct from types.amount
            and quarter.measure_id in (select measure_id from asked where breakdown_type = 'tax_type' and period_type = 'Q')
        )
    )
