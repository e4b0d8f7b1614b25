-- rows read and refused of the deliveries that stand at the cut, by feed and month
with reconciled as (
    select delivery_id, sum(abs(stated - summed)) as gap
    from {{ ref('stg_ledger__control_total') }}
    group by delivery_id
)

select
    standing.feed,
    standing.month_on,
    sum(delivery.read_cnt) as read_cnt,
    sum(delivery.quarantined_cnt) as quarantined_cnt,
    sum(coalesce(reconciled.gap, 0)) as gap
from {{ ref('cur_delivery_month') }} as standing
inner join {{ ref('cur_delivery') }} as delivery on delivery.delivery_id = standing.delivery_id
left join reconciled on reconciled.delivery_id = standing.delivery_id
group by standing.feed, standing.month_on
