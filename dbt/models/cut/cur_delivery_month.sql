select distinct
    scope.feed,
    {{ month_start('scope.scope_on') }} as month_on,
    scope.delivery_id
from {{ ref('dlv_scope') }} as scope
where scope.known_from <= {{ run_context('known_at') }} and {{ run_context('known_at') }} < scope.known_to
union all
-- updates have no scope of their own and speak for every month
select delivery.feed, cast(null as date) as month_on, delivery.delivery_id
from {{ ref('cur_delivery') }} as delivery
where delivery.status = 'ACCEPTED'
    and delivery.delivery_id not in (select scope.delivery_id from {{ ref('dlv_scope') }} as scope)
