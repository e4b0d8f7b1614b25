{{ aggregate(ref('msr_pre_complaint'), breakdowns=['source']) }}
