-- the latest valid callback of a ticket up to the as-of day decides its answers
with newest as (
    {{ newest_at_cut(ref('fct_callback'), ['ticket_no', 'callback_seq'], ['facts.callback_at desc']) | indent(4) }}
)

select ticket_no, is_contacted, resolution, satisfaction, callback_at, delivery_id
from newest
where is_valid and cast(callback_at as date) <= {{ run_context('as_of') }}
qualify row_number() over (partition by ticket_no order by callback_seq desc) = 1
