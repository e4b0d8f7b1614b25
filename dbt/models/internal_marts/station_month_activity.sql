-- what each workstation held in each month; a joint activity is told of at each of its stations
select
    station,
    street_code,
    strftime(atom_on, '%Y-%m') as calendar_month,
    activity_type,
    count(distinct entity_id) filter (where measure_id = 'activity_cnt') as activity_cnt,
    cast(sum(amount) filter (where measure_id = 'activity_attendance') as bigint) as attendance_cnt
from {{ ref('msr_activity') }}
group by station, street_code, calendar_month, activity_type
