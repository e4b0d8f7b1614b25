{{ aggregate(ref('msr_listing'), breakdowns=[], each_once=true) }}
