select
    ticket.row_id,
    ticket.delivery_id,
    ticket.ticket_no,
    ticket.ticket_type,
    string_split(ticket.category_path, '->')[1] as category,
    ticket.category_path,
    ticket.tags,
    ticket.unit_lv1 as unit,
    ticket.unit_role,
    ticket.district_name,
    ticket.ticket_status,
    building.building_id as place_building_id,
    ticket.is_duplicate,
    ticket.is_excluded,
    ticket.reopened_cnt,
    ticket.created_at,
    ticket.closed_at,
    ticket.updated_at
from {{ ref('stg_h01__ticket') }} as ticket
left join {{ ref('stg_identity__building') }} as building
    on building.raw_code = '' and building.raw_name = ticket.place and building.raw_street = coalesce(ticket.street_name, '')
