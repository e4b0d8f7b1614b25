select
    summons.row_id,
    summons.delivery_id,
    coalesce(delivery.declared_scope, '') as scope_key,
    {{ month_start('summons.summoned_at') }} as scope_on,
    summons.meeting_id,
    summons.department,
    {{ name_key('summons.department') }} as department_key,
    summons.is_substitute,
    summons.score,
    summons.summoned_at,
    summons.required_by_at,
    summons.arrived_at
from {{ ref('stg_m02__summons') }} as summons
inner join {{ ref('stg_ledger__delivery') }} as delivery on delivery.delivery_id = summons.delivery_id
