select
    meeting.row_id,
    meeting.delivery_id,
    coalesce(delivery.declared_scope, '') as scope_key,
    {{ month_start('meeting.held_at') }} as scope_on,
    coalesce(
        meeting.raw_meeting_id,
        {{ fingerprint(['meeting.meeting_type', 'meeting.building_name', 'meeting.held_at', 'meeting.matter_key']) }}
    ) as meeting_id,
    meeting.meeting_type,
    meeting.meeting_status,
    building.building_id,
    meeting.held_at,
    meeting.due_on,
    meeting.closed_on
from {{ ref('stg_m01__meeting') }} as meeting
inner join {{ ref('stg_ledger__delivery') }} as delivery on delivery.delivery_id = meeting.delivery_id
left join {{ ref('stg_identity__building') }} as building
    on building.raw_code = '' and building.raw_name = meeting.building_name and building.raw_street = ''
