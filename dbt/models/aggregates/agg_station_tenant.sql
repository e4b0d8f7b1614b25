{{ aggregate(ref('msr_station_tenant'), breakdowns=['station'], each_once=true) }}
