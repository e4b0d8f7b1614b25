-- what is known of each building in statistics on each stock day, without tax
select
    building.building_id,
    building.building_name,
    stock.street_code,
    stock.park_code,
    stock.grade,
    stock.atom_on as stock_on,
    max(stock.amount) filter (where stock.measure_id = 'gross_area_m2') as gross_area_m2,
    max(stock.amount) filter (where stock.measure_id = 'rentable_area_m2') as rentable_area_m2,
    coalesce(max(tenants.tenant_cnt), 0) as tenant_cnt,
    max(stock.amount) filter (where stock.measure_id = 'covered_party_org_cnt') = 1 as has_party_org,
    max(stock.amount) filter (where stock.measure_id = 'covered_committee_cnt') = 1 as has_committee,
    max(stock.amount) filter (where stock.measure_id = 'covered_station_cnt') = 1 as has_station
from {{ ref('msr_building') }} as stock
inner join {{ ref('bridge_period') }} as bridge on bridge.calendar = 'S' and bridge.atom_on = stock.atom_on and bridge.period_type = 'S'
inner join (
    {{ newest_names('building') | indent(4) }}
) as building on building.building_id = stock.building_id
left join (
    select atom_on, building_id, count(distinct entity_id) as tenant_cnt from {{ ref('msr_tenant') }} group by atom_on, building_id
) as tenants on tenants.atom_on = stock.atom_on and tenants.building_id = stock.building_id
group by all
