{{ aggregate(ref('msr_standing'), breakdowns=['industry'], each_once=true, stocks=true, mostly_alone=true) }}
