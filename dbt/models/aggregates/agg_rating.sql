{{ aggregate(ref('msr_rating'), breakdowns=['rating'], each_once=true, in_buildings=true) }}
