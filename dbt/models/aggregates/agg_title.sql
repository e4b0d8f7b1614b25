{{ aggregate(ref('msr_title'), breakdowns=['rating', 'stage'], each_once=true, stocks=true) }}
