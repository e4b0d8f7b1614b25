-- one atom for each stock day, enterprise and building in statistics that it occupies
select
    'tenant_enterprise_cnt' as measure_id,
    'S' as calendar,
    stock.day_on as atom_on,
    {{ run_context('district_code') }} as district_code,
    building.street_code,
    building.park_code,
    building.building_id,
    enterprise.industry,
    occupancy.enterprise_id as entity_id,
    cast(1 as decimal(38, 8)) as amount,
    1 as row_cnt,
    occupancy.delivery_id
from {{ ref('dim_stock_day') }} as stock
inner join {{ ref('cur_occupancy') }} as occupancy
    on occupancy.valid_from <= stock.day_on and stock.day_on < occupancy.valid_to
inner join {{ ref('cur_building') }} as building
    on building.building_id = occupancy.building_id
    and building.valid_from <= stock.day_on
    and stock.day_on < building.valid_to
    and building.is_in_stat
left join {{ ref('cur_enterprise') }} as enterprise
    on enterprise.enterprise_id = occupancy.enterprise_id
    and enterprise.valid_from <= stock.day_on
    and stock.day_on < enterprise.valid_to
