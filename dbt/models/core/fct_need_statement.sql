select
    need.row_id,
    need.delivery_id,
    scope.scope_key,
    scope.scope_on,
    coalesce(need.raw_need_id, {{ fingerprint(['need.building_name', 'need.enterprise_name', 'need.content_key']) }}) as need_id,
    building.building_id,
    coalesce(need.category, 'OTHER') as category,
    need.need_status,
    need.resource_ids,
    need.project_id,
    need.raised_on,
    need.due_on,
    need.closed_on
from {{ ref('stg_n01__need') }} as need
inner join {{ ref('stg_ledger__delivery_scope') }} as scope on scope.delivery_id = need.delivery_id
left join {{ ref('stg_identity__building') }} as building
    on building.raw_code = '' and building.raw_name = need.building_name and building.raw_street = ''
