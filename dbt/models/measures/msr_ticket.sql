-- one atom for each measure, calendar and ticket: the assessment month and the calendar month of its creation
with tickets as (
    select ticket.*, callback.is_contacted, callback.resolution, callback.satisfaction,
        callback.ticket_no is not null as has_valid_callback, rule.basic_credit
    from {{ ref('cur_ticket') }} as ticket
    left join {{ ref('cur_callback') }} as callback
        on callback.ticket_no = ticket.ticket_no and not callback.is_contradicted
    left join {{ ref('stg_office__assessment_rule') }} as rule
        on coalesce(rule.valid_from, date '0001-01-01') <= cast(ticket.created_at as date)
        and cast(ticket.created_at as date) < coalesce(rule.valid_to, {{ open_end() }})
    where ticket.is_countable
),

dated as (
    select tickets.*, 'HM' as calendar, {{ assessment_month_start('cast(created_at as date)') }} as atom_on from tickets
    union all
    select tickets.*, 'M' as calendar, {{ month_atom('created_at') }} as atom_on from tickets
)

{% set assessed = 'building_id is not null and not is_excluded and has_valid_callback' -%}
{% set measures = [
    ('ticket_cnt', '1', 'building_id is not null'),
    ('ticket_excluded_cnt', '1', 'building_id is not null and is_excluded'),
    ('ticket_commercial_cnt', '1', 'is_commercial'),
    ('ticket_unlocated_cnt', '1', 'is_commercial and building_id is null'),
    ('callback_valid_cnt', '1', assessed),
    ('callback_contacted_cnt', '1', assessed ~ ' and is_contacted'),
    ('callback_resolved_cnt', '1', assessed ~ " and resolution = 'YES'"),
    ('callback_satisfied_credit', "case when satisfaction = 'SATISFIED' then 1 else basic_credit end",
        assessed ~ " and satisfaction in ('SATISFIED', 'BASICALLY_SATISFIED')"),
] -%}
{% for measure, amount, condition in measures -%}
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
where {{ condition }}
{% if not loop.last %}union all
{% endif %}
{%- endfor %}
