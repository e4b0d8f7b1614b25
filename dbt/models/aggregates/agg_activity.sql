{{ aggregate(ref('msr_activity'), breakdowns=['station', 'activity_type'], each_once=true) }}
