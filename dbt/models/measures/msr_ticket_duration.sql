-- hours from a ticket's dispatch to its last closing, in the assessment month of its creation
select
    'handling_hours' as measure_id,
    'HM' as calendar,
    {{ assessment_month_start('cast(ticket.created_at as date)') }} as atom_on,
    {{ run_context('district_code') }} as district_code,
    ticket.street_code,
    ticket.park_code,
    ticket.building_id,
    ticket.category,
    ticket.unit,
    ticket.ticket_no as entity_id,
    cast({{ divide("date_diff('second', course.dispatched_at, course.closed_at)", '3600') }} as decimal(38, 8)) as amount,
    1 as row_cnt,
    ticket.delivery_id
from {{ ref('cur_ticket') }} as ticket
inner join {{ ref('cur_ticket_course') }} as course on course.ticket_no = ticket.ticket_no
where course.closed_at >= course.dispatched_at
