select
    ticket.row_id,
    ticket.delivery_id,
    ticket.ticket_no,
    ticket.linked_ticket,
    ticket.caller_key,
    ticket.ticket_type,
    string_split(ticket.category_path, '->')[1] as category,
    ticket.category_path,
    ticket.tags,
    ticket.urgency,
    -- a supervising office puts it into the status, or the operator into a tag
    coalesce(ticket.ticket_status = 'SUPERVISED' or list_aggregate(ticket.tags, 'string_agg', '|') like '%督办%', false)
        as is_supervised,
    ticket.unit_lv1 as unit,
    ticket.unit_role,
    ticket.district_name,
    ticket.ticket_status,
    building.building_id as place_building_id,
    ticket.is_duplicate,
    ticket.is_excluded,
    ticket.reopened_cnt,
    ticket.created_at,
    ticket.dispatched_at,
    ticket.signed_at,
    ticket.feedback_at,
    ticket.closed_at,
    ticket.due_at,
    ticket.updated_at
from {{ ref('stg_h01__ticket') }} as ticket
left join {{ ref('stg_identity__building') }} as building
    on building.raw_code = '' and building.raw_name = ticket.place and building.raw_street = coalesce(ticket.street_name, '')
