select
    staff.row_id,
    staff.delivery_id,
    scope.scope_key,
    scope.scope_on,
    staff.person_key,
    {{ name_key('staff.station') }} as station_key,
    staff.is_full_time,
    staff.on_post_from,
    staff.on_post_to
from {{ ref('stg_g03__staff') }} as staff
inner join {{ ref('stg_ledger__delivery_scope') }} as scope on scope.delivery_id = staff.delivery_id
