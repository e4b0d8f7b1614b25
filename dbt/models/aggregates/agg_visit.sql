{{ aggregate(ref('msr_visit'), breakdowns=['station'], each_once=true, stocks=true) }}
