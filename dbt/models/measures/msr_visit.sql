-- tenants on the last day of each quarter whom a station visited in it; for a station those that it covers and visited
-- itself, so that what was visited is part of what there is (SPEC 2.4, G-CONS)
with quarters as (
    select window_start_on, least(cast(window_end_on - interval 1 day as date), {{ run_context('as_of') }}) as day_on
    from {{ ref('dim_period') }}
    where period_type = 'Q' and window_start_on <= {{ run_context('as_of') }}
),

visits as (
    select
        quarters.day_on,
        visit.enterprise_id,
        coalesce(station.org_name, visit.station_key) as station,
        min(visit.delivery_id) as delivery_id
    from quarters
    inner join {{ ref('cur_visit') }} as visit
        on visit.visited_on >= quarters.window_start_on and visit.visited_on <= quarters.day_on
    {{ join_station('visit.station_key', 'visit.visited_on') | indent(4) }}
    where visit.enterprise_id is not null
    group by all
)

select
    'visited_tenant_cnt' as measure_id,
    'S' as calendar,
    visits.day_on as atom_on,
    {{ run_context('district_code') }} as district_code,
    cast(null as varchar) as street_code,
    cast(null as varchar) as park_code,
    cast(null as varchar) as building_id,
    case when tenant.station = visits.station then tenant.station end as station,
    visits.enterprise_id as entity_id,
    cast(1 as decimal(38, 8)) as amount,
    count(*) as row_cnt,
    visits.delivery_id
from visits
inner join {{ ref('msr_station_tenant') }} as tenant
    on tenant.atom_on = visits.day_on and tenant.entity_id = visits.enterprise_id
group by visits.day_on, tenant.station, visits.station, visits.enterprise_id, visits.delivery_id
