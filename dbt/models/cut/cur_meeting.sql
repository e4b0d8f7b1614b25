with reports as (
    {{ at_cut(ref('fct_meeting'), 'M01') | indent(4) }}
)

select
    reports.meeting_id,
    reports.meeting_type,
    building.building_id,
    building.street_code,
    building.park_code,
    reports.held_at,
    reports.delivery_id,
    reports.due_on,
    reports.closed_on
from reports
left join {{ ref('cur_building') }} as building
    on building.building_id = reports.building_id
    and building.valid_from <= cast(reports.held_at as date)
    and cast(reports.held_at as date) < building.valid_to
where reports.meeting_status = 'HELD' and cast(reports.held_at as date) <= {{ run_context('as_of') }}
qualify row_number() over (partition by reports.meeting_id order by reports.held_at desc, reports.row_id desc) = 1
