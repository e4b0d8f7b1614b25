-- rows read and refused of the deliveries that stand at the cut, by feed and month
with waiting as (
    select delivery_id, count(distinct row_no) as waiting_cnt
    from {{ ref('stg_identity__quarantine') }}
    group by delivery_id
),

standing as (
    select distinct
        scope.feed,
        {{ month_start('scope.scope_on') }} as month_on,
        scope.delivery_id
    from {{ ref('dlv_scope') }} as scope
    where scope.known_from <= {{ run_context('known_at') }} and {{ run_context('known_at') }} < scope.known_to
    union all
    -- updates have no scope of their own and speak for every month
    select delivery.feed, cast(null as date) as month_on, delivery.delivery_id
    from {{ ref('stg_ledger__delivery') }} as delivery
    where delivery.status = 'ACCEPTED'
        and delivery.known_at <= {{ run_context('known_at') }}
        and delivery.delivery_id not in (select scope.delivery_id from {{ ref('dlv_scope') }} as scope)
),

reconciled as (
    select delivery_id, sum(abs(stated - summed)) as gap
    from {{ ref('stg_ledger__control_total') }}
    group by delivery_id
)

select
    standing.feed,
    standing.month_on,
    sum(delivery.read_cnt) as read_cnt,
    sum(delivery.quarantined_cnt + coalesce(waiting.waiting_cnt, 0)) as quarantined_cnt,
    sum(coalesce(reconciled.gap, 0)) as gap
from standing
inner join {{ ref('stg_ledger__delivery') }} as delivery on delivery.delivery_id = standing.delivery_id
left join waiting on waiting.delivery_id = standing.delivery_id
left join reconciled on reconciled.delivery_id = standing.delivery_id
group by standing.feed, standing.month_on
