{{ aggregate(ref('msr_station_tenant'), breakdowns=['station'], each_once=true, stocks=true, mostly_alone=true) }}
