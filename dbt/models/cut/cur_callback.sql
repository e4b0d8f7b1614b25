-- the latest valid callback of a ticket up to the as-of day decides its answers
with newest as (
    {{ newest_at_cut(ref('fct_callback'), key=['ticket_no', 'callback_seq'], latest=['facts.callback_at']) | indent(4) }}
),

deciding as (
    select *
    from newest
    where is_valid and cast(callback_at as date) <= {{ run_context('as_of') }}
    qualify row_number() over (partition by ticket_no order by callback_seq desc) = 1
)

select
    deciding.row_id,
    deciding.ticket_no,
    deciding.is_contacted,
    deciding.resolution,
    deciding.satisfaction,
    -- a ticket in hand is not resolved, whatever is answered about it (B-BIZ-10)
    coalesce(ticket.is_in_hand and deciding.resolution = 'YES', false) as is_contradicted,
    -- of a ticket that was closed again the earlier closing is not known; of a callback at midnight only the day (B-BIZ-09)
    coalesce(
        not ticket.is_reopened
        and deciding.callback_at < ticket.closed_at
        and (
            deciding.callback_at > date_trunc('day', deciding.callback_at)
            or deciding.callback_at < date_trunc('day', ticket.closed_at)
        ),
        false
    ) as is_before_closing,
    ticket.closed_at,
    deciding.callback_at,
    deciding.delivery_id
from deciding
left join {{ ref('cur_ticket') }} as ticket on ticket.ticket_no = deciding.ticket_no
