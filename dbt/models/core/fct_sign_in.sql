with last_scope as (
    select delivery_id, max(scope_on) as scope_on
    from {{ ref('stg_ledger__delivery_scope') }}
    group by delivery_id
)

select
    sign_in.row_id,
    sign_in.delivery_id,
    coalesce(delivery.declared_scope, '') as scope_key,
    -- a paper list without times is of the month that its delivery claims (ingest.parse)
    coalesce({{ month_start('sign_in.signed_at') }}, last_scope.scope_on) as scope_on,
    sign_in.activity_id,
    sign_in.person_key,
    enterprise.enterprise_id,
    sign_in.signed_at
from {{ ref('stg_a02__sign_in') }} as sign_in
inner join {{ ref('stg_ledger__delivery') }} as delivery on delivery.delivery_id = sign_in.delivery_id
inner join last_scope on last_scope.delivery_id = sign_in.delivery_id
-- who came for nobody that is known still came
left join {{ ref('stg_identity__enterprise') }} as enterprise
    on enterprise.raw_code = sign_in.raw_code and enterprise.raw_name = sign_in.raw_name
    and coalesce(cast(sign_in.signed_at as date), date '9999-12-30') >= enterprise.valid_from
    and coalesce(cast(sign_in.signed_at as date), date '9999-12-30') < enterprise.valid_to
