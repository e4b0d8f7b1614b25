-- a report speaks until the next one and for so many months; the first also of the days before the list that holds it
with reports as (
    select
        *,
        lag(reported_on) over told as earlier_on,
        lead(reported_on) over told as later_on
    from {{ ref('cur_occupancy_report') }}
    where employee_cnt is not null
    window told as (partition by enterprise_id, building_id, unit_no, moved_in_on order by reported_on, row_id)
)

select
    enterprise_id,
    building_id,
    unit_no,
    moved_in_on,
    employee_cnt,
    case when earlier_on is null then date '0001-01-01' else reported_on end as valid_from,
    least(
        coalesce(later_on, {{ open_end() }}),
        cast(reported_on + to_months({{ parameter('employees.max_age_months', 'integer') }}) + interval 1 day as date)
    ) as valid_to,
    delivery_id
from reports
