{{ aggregate(ref('msr_move'), breakdowns=[], each_once=true) }}
