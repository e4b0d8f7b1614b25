select
    resource.row_id,
    resource.delivery_id,
    scope.scope_key,
    scope.scope_on,
    coalesce(resource.raw_resource_id, {{ fingerprint(['resource.provider', 'resource.content_key']) }}) as resource_id,
    resource.resource_type,
    resource.use_cnt,
    resource.available_from_on,
    resource.available_to_on
from {{ ref('stg_n02__resource') }} as resource
inner join {{ ref('stg_ledger__delivery_scope') }} as scope on scope.delivery_id = resource.delivery_id
