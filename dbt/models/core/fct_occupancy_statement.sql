select
    occupancy.row_id,
    occupancy.delivery_id,
    scope.scope_key,
    scope.scope_on,
    enterprise.enterprise_id,
    building.building_id,
    occupancy.unit_no,
    occupancy.leased_area_m2,
    occupancy.moved_in_on,
    occupancy.moved_out_on
from {{ ref('stg_o01__occupancy') }} as occupancy
inner join {{ ref('stg_ledger__delivery_scope') }} as scope on scope.delivery_id = occupancy.delivery_id
inner join {{ ref('stg_identity__enterprise') }} as enterprise
    on enterprise.raw_code = occupancy.raw_code and enterprise.raw_name = occupancy.raw_name
inner join {{ ref('stg_identity__building') }} as building
    on building.raw_code = '' and building.raw_name = occupancy.building_name and building.raw_street = ''
where building.building_id is not null
