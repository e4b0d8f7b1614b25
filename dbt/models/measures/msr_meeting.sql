-- meetings held by month: of each kind, and of both with each meeting once
select
    unnest(['meeting_cnt', case meeting_type when 'WHISTLE' then 'whistle_meeting_cnt' else 'deliberation_meeting_cnt' end]) as measure_id,
    'M' as calendar,
    {{ month_atom('held_at') }} as atom_on,
    {{ run_context('district_code') }} as district_code,
    street_code,
    park_code,
    building_id,
    meeting_id as entity_id,
    cast(1 as decimal(38, 8)) as amount,
    1 as row_cnt,
    delivery_id
from {{ ref('cur_meeting') }}
