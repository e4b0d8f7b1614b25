{{ aggregate(ref('msr_delivery'), breakdowns=['feed']) }}
