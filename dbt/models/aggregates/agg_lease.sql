{{ aggregate(ref('msr_lease'), breakdowns=['grade'], stocks=true) }}
