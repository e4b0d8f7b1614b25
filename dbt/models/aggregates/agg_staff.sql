{{ aggregate(ref('msr_staff'), breakdowns=['station'], each_once=true) }}
