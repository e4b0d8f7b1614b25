-- rows that wait for another feed count as refused once, however much is found wrong with them
with waiting as (
    select delivery_id, count(distinct concat_ws(':', file, coalesce(sheet, ''), row_no)) as waiting_cnt
    from {{ ref('stg_identity__quarantine') }}
    where action = 'QUARANTINE'
    group by delivery_id
)

select
    delivery.delivery_id,
    delivery.feed,
    delivery.path,
    delivery.status,
    delivery.read_cnt,
    delivery.accepted_cnt - coalesce(waiting.waiting_cnt, 0) as accepted_cnt,
    delivery.quarantined_cnt + coalesce(waiting.waiting_cnt, 0) as quarantined_cnt,
    delivery.set_aside_cnt,
    delivery.received_at
from {{ ref('stg_ledger__delivery') }} as delivery
left join waiting on waiting.delivery_id = delivery.delivery_id
where delivery.known_at <= {{ run_context('known_at') }}
