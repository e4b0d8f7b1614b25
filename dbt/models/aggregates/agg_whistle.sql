{{ aggregate(ref('msr_whistle'), breakdowns=['department'], each_once=true) }}
