-- what became of each delivery known at the cut
select
    feed,
    delivery_id,
    path,
    status,
    received_at,
    read_cnt,
    accepted_cnt,
    quarantined_cnt,
    set_aside_cnt
from {{ ref('cur_delivery') }}
