{{ aggregate(ref('msr_list'), breakdowns=['category', 'resource_type']) }}
