{{ aggregate(ref('msr_lease'), breakdowns=['grade']) }}
