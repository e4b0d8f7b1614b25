-- hours from a summons to the arrival, by the month of the meeting; who has not arrived has none
with responses as (
    select
        summons.meeting_id,
        summons.department,
        coalesce(cast(meeting.held_at as date), cast(summons.summoned_at as date)) as held_on,
        date_diff('second', summons.summoned_at, summons.arrived_at) as response_seconds,
        summons.delivery_id
    from {{ ref('cur_summons') }} as summons
    left join {{ ref('cur_meeting') }} as meeting on meeting.meeting_id = summons.meeting_id
    where summons.summoned_at <= summons.arrived_at and cast(summons.arrived_at as date) <= {{ run_context('as_of') }}
)

select
    'response_hours' as measure_id,
    'M' as calendar,
    {{ month_atom('held_on') }} as atom_on,
    {{ run_context('district_code') }} as district_code,
    cast(null as varchar) as street_code,
    cast(null as varchar) as park_code,
    cast(null as varchar) as building_id,
    department,
    meeting_id || '|' || department as entity_id,
    cast({{ divide('response_seconds', '3600') }} as decimal(38, 8)) as amount,
    1 as row_cnt,
    delivery_id
from responses
