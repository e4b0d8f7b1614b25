{{ aggregate(ref('msr_tax'), breakdowns=['industry', 'tax_type']) }}
