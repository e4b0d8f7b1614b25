-- tenants that a station visited, by month: who used a building in statistics on the day of the visit
with visits as (
    select distinct visit.station_key, visit.enterprise_id, visit.visited_on, visit.delivery_id
    from {{ ref('cur_visit') }} as visit
    inner join ({{ homes_in_statistics() | indent(4) }}) as home
        on home.enterprise_id = visit.enterprise_id
        and home.valid_from <= visit.visited_on
        and visit.visited_on < home.valid_to
    where visit.visited_on <= {{ run_context('as_of') }}
)

select
    'visited_enterprise_cnt' as measure_id,
    'M' as calendar,
    {{ month_atom('visits.visited_on') }} as atom_on,
    {{ run_context('district_code') }} as district_code,
    cast(null as varchar) as street_code,
    cast(null as varchar) as park_code,
    cast(null as varchar) as building_id,
    coalesce(station.org_name, visits.station_key) as station,
    visits.enterprise_id as entity_id,
    cast(1 as decimal(38, 8)) as amount,
    1 as row_cnt,
    visits.delivery_id
from visits
left join {{ ref('cur_organisation') }} as station
    on station.org_type = 'STATION'
    and station.org_name_key = visits.station_key
    and station.valid_from <= visits.visited_on
    and visits.visited_on < station.valid_to
