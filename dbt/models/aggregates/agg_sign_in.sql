{{ aggregate(ref('msr_sign_in'), breakdowns=[], each_once=true) }}
