{{ aggregate(ref('msr_response'), breakdowns=['department'], middle=true) }}
