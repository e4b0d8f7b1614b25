select
    appeal.row_id,
    appeal.delivery_id,
    coalesce(delivery.declared_scope, '') as scope_key,
    {{ month_start('appeal.found_at') }} as scope_on,
    coalesce(appeal.raw_appeal_id, {{ fingerprint(['appeal.found_at', 'appeal.building_name', 'appeal.content_key']) }}) as appeal_id,
    building.building_id,
    appeal.source,
    appeal.appeal_status,
    appeal.linked_ticket_no,
    appeal.found_at,
    appeal.resolved_on
from {{ ref('stg_p01__pre_complaint') }} as appeal
inner join {{ ref('stg_ledger__delivery') }} as delivery on delivery.delivery_id = appeal.delivery_id
left join {{ ref('stg_identity__building') }} as building
    on building.raw_code = '' and building.raw_name = appeal.building_name and building.raw_street = ''
