{{ aggregate(ref('msr_meeting'), breakdowns=[]) }}
