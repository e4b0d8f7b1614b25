-- rows read and refused of the deliveries that stand at the cut, by feed and month, and what tax that waits is worth
with reconciled as (
    select delivery_id, sum(abs(stated - summed)) as gap
    from {{ ref('stg_ledger__control_total') }}
    group by delivery_id
),

-- tax that waits for another feed was read, the rest of what waits was not
tax as (
    select
        receipt.delivery_id,
        abs(receipt.total_fen) as worth_fen,
        waits.row_id is not null as is_waiting
    from {{ ref('stg_t01__tax') }} as receipt
    left join (select distinct row_id from {{ ref('stg_identity__quarantine') }} where action = 'QUARANTINE') as waits
        on waits.row_id = receipt.row_id
    union all
    select delivery_id, worth_fen, true from {{ ref('stg_ledger__waiting_row') }}
),

worth as (
    select
        delivery_id,
        {{ divide('sum(case when is_waiting then worth_fen else 0 end)', 'sum(worth_fen)') }} as waiting_share
    from tax
    group by delivery_id
)

select
    standing.feed,
    standing.month_on,
    sum(delivery.read_cnt) as read_cnt,
    sum(delivery.quarantined_cnt) as quarantined_cnt,
    sum(coalesce(reconciled.gap, 0)) as gap,
    max(coalesce(worth.waiting_share, 0)) as waiting_share
from {{ ref('cur_delivery_month') }} as standing
inner join {{ ref('cur_delivery') }} as delivery on delivery.delivery_id = standing.delivery_id
left join reconciled on reconciled.delivery_id = standing.delivery_id
left join worth on worth.delivery_id = standing.delivery_id
group by standing.feed, standing.month_on
