{{ aggregate(ref('msr_organisation'), breakdowns=['station_type', 'station']) }}
