with reports as (
    {{ at_cut(ref('fct_pre_complaint'), 'P01') | indent(4) }}
)

select
    reports.appeal_id,
    reports.source,
    building.building_id,
    building.street_code,
    building.park_code,
    reports.appeal_status,
    reports.found_at,
    reports.resolved_on,
    reports.delivery_id
from reports
left join {{ ref('cur_building') }} as building
    on building.building_id = reports.building_id
    and building.valid_from <= cast(reports.found_at as date)
    and cast(reports.found_at as date) < building.valid_to
-- an appeal that was a ticket before anyone found it was not handled before the complaint
where not exists (
    select 1
    from {{ ref('cur_ticket') }} as ticket
    where ticket.ticket_no = reports.linked_ticket_no and ticket.created_at < reports.found_at
)
qualify row_number() over (partition by reports.appeal_id order by reports.found_at desc, reports.row_id desc) = 1
