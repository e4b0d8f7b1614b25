{{ aggregate(ref('msr_ticket'), breakdowns=['category', 'unit']) }}
