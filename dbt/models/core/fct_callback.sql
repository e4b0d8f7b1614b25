select
    row_id,
    delivery_id,
    ticket_no,
    callback_seq,
    is_valid,
    is_contacted,
    resolution,
    satisfaction,
    callback_at
from {{ ref('stg_h02__callback') }}
