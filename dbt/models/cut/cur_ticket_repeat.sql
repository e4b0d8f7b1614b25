-- tickets that tell again what another counted one told in the days before: the same caller of the same matter in the same
-- building, or one of which either names the other
with tickets as (
    select ticket_no, building_id, category_path, caller_key, linked_ticket, created_at
    from {{ ref('cur_ticket') }}
    where is_countable and building_id is not null
),

linked as (
    select
        named.ticket_no as named_no,
        named.created_at as named_at,
        other.ticket_no as other_no,
        other.created_at as other_at,
        (named.created_at, named.ticket_no) > (other.created_at, other.ticket_no) as is_later
    from tickets as named
    inner join tickets as other on other.ticket_no = named.linked_ticket and other.ticket_no <> named.ticket_no
),

told as (
    select
        ticket_no,
        created_at,
        lag(ticket_no) over earlier as earlier_ticket_no,
        lag(created_at) over earlier as earlier_at
    from tickets
    where caller_key is not null
    window earlier as (partition by building_id, category_path, caller_key order by created_at, ticket_no)
    union all
    select
        case when is_later then named_no else other_no end,
        greatest(named_at, other_at),
        case when is_later then other_no else named_no end,
        least(named_at, other_at)
    from linked
)

select ticket_no, max_by(earlier_ticket_no, (earlier_at, earlier_ticket_no)) as earlier_ticket_no
from told
where earlier_at >= created_at - to_days({{ parameter('hotline.repeat_days', 'integer') }})
group by ticket_no
