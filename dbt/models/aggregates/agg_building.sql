{{ aggregate(ref('msr_building'), breakdowns=['grade'], stocks=true) }}
