{{ aggregate(ref('msr_ticket_duration'), breakdowns=['category', 'unit'], middle=true) }}
