-- one atom for each measure, calendar and ticket: the assessment month of its creation and, of what is counted by calendar
-- months too, the calendar month; closings have the month of the closing
{% set assessed = 'building_id is not null and not is_excluded and has_valid_callback' -%}
{% set called = 'building_id is not null and has_valid_callback' -%}
{% set counted = 'building_id is not null' -%}
{% set points = '100 * (w_resp * cast(is_contacted as integer) + w_reso * cast(is_resolved as integer) + w_sati * credit)' -%}
{% set measures = [
    ('ticket_cnt', '1', counted, ['HM', 'M']),
    ('ticket_excluded_cnt', '1', counted ~ ' and is_excluded', ['HM', 'M']),
    ('ticket_commercial_cnt', '1', 'is_commercial', ['HM', 'M']),
    ('ticket_unlocated_cnt', '1', 'is_commercial and not is_located', ['HM', 'M']),
    ('callback_valid_cnt', '1', assessed, ['HM', 'M']),
    ('callback_contacted_cnt', '1', assessed ~ ' and is_contacted', ['HM', 'M']),
    ('callback_resolved_cnt', '1', assessed ~ ' and is_resolved', ['HM', 'M']),
    ('callback_satisfied_credit', 'credit', assessed ~ ' and is_satisfied', ['HM', 'M']),
    ('callback_composite_points', points, assessed, ['HM']),
    ('full_callback_valid_cnt', '1', called, ['HM']),
    ('full_callback_contacted_cnt', '1', called ~ ' and is_contacted', ['HM']),
    ('full_callback_resolved_cnt', '1', called ~ ' and is_resolved', ['HM']),
    ('full_callback_satisfied_credit', 'credit', called ~ ' and is_satisfied', ['HM']),
    ('ticket_dispatched_cnt', '1', counted ~ ' and dispatched_at is not null', ['HM']),
    ('ticket_dispatched_on_time_cnt', '1', counted ~ ' and is_dispatched_on_time', ['HM']),
    ('ticket_signed_on_time_cnt', '1', counted ~ ' and is_signed_on_time', ['HM']),
    ('ticket_due_cnt', '1', counted ~ ' and is_due', ['HM']),
    ('ticket_answered_on_time_cnt', '1', counted ~ ' and is_due and is_answered_on_time', ['HM']),
    ('ticket_repeat_cnt', '1', counted ~ ' and is_repeat', ['HM']),
    ('ticket_supervised_cnt', '1', counted ~ ' and is_supervised', ['HM']),
    ('ticket_closed_cnt', '1', counted, ['CLOSED']),
    ('ticket_called_back_cnt', '1', called, ['CLOSED']),
] -%}
with tickets as (
    select
        ticket.* exclude (dispatched_at, closed_at),
        course.dispatched_at,
        course.closed_at,
        callback.ticket_no is not null as has_valid_callback,
        coalesce(callback.is_contacted, false) as is_contacted,
        coalesce(callback.resolution = 'YES', false) as is_resolved,
        coalesce(callback.satisfaction in ('SATISFIED', 'BASICALLY_SATISFIED'), false) as is_satisfied,
        case callback.satisfaction when 'SATISFIED' then 1 when 'BASICALLY_SATISFIED' then rule.basic_credit else 0 end as credit,
        rule.w_resp,
        rule.w_reso,
        rule.w_sati,
        course.is_dispatched_on_time,
        course.is_signed_on_time,
        course.is_due,
        course.is_answered_on_time,
        repeats.ticket_no is not null as is_repeat
    from {{ ref('cur_ticket') }} as ticket
    left join {{ ref('cur_callback') }} as callback
        on callback.ticket_no = ticket.ticket_no and not callback.is_contradicted
    left join {{ ref('cur_ticket_course') }} as course on course.ticket_no = ticket.ticket_no
    left join {{ ref('cur_ticket_repeat') }} as repeats on repeats.ticket_no = ticket.ticket_no
    left join {{ ref('stg_office__assessment_rule') }} as rule
        on coalesce(rule.valid_from, date '0001-01-01') <= cast(ticket.created_at as date)
        and cast(ticket.created_at as date) < coalesce(rule.valid_to, {{ open_end() }})
    where ticket.is_countable
),

dated as (
    select tickets.*, 'HM' as calendar, 'HM' as month_kind, {{ assessment_month_start('cast(created_at as date)') }} as atom_on from tickets
    union all
    select tickets.*, 'M', 'M', {{ month_atom('created_at') }} from tickets
    union all
    select tickets.*, 'HM', 'CLOSED', {{ assessment_month_start('cast(closed_at as date)') }} from tickets where closed_at is not null
)

{% for measure, amount, condition, months in measures -%}
select
    '{{ measure }}' as measure_id,
    calendar,
    atom_on,
    {{ run_context('district_code') }} as district_code,
    street_code,
    park_code,
    building_id,
    category,
    unit,
    ticket_no as entity_id,
    cast({{ amount }} as decimal(38, 8)) as amount,
    1 as row_cnt,
    delivery_id
from dated
where month_kind in ('{{ months | join("', '") }}') and {{ condition }}
{% if not loop.last %}union all
{% endif %}
{%- endfor %}
