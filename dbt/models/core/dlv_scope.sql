{{ config(materialized='table') }}

with stated as (
    select
        delivery.feed,
        scope.scope_key,
        scope.scope_on,
        delivery.delivery_id,
        delivery.known_at as known_from,
        delivery.is_addition,
        row_number() over (
            partition by delivery.feed, scope.scope_key, scope.scope_on
            order by delivery.version, delivery.ordered_at, delivery.sha256
        ) as supersession_no
    from {{ ref('stg_ledger__delivery') }} as delivery
    inner join {{ ref('stg_ledger__delivery_scope') }} as scope on scope.delivery_id = delivery.delivery_id
    where delivery.status = 'ACCEPTED'
)

select
    stated.feed,
    stated.scope_key,
    stated.scope_on,
    stated.delivery_id,
    stated.supersession_no,
    stated.is_addition,
    stated.known_from,
    coalesce(min(later.known_from), timestamp '9999-12-31') as known_to
from stated
left join stated as later
    on later.feed = stated.feed
    and later.scope_key = stated.scope_key
    and later.scope_on = stated.scope_on
    and later.supersession_no > stated.supersession_no
    -- what only adds to a scope supersedes nothing; a later whole delivery supersedes both
    and not later.is_addition
group by all
