{{ aggregate(ref('msr_tenant'), breakdowns=['industry'], each_once=true, stocks=true, mostly_alone=true) }}
