select
    building.row_id,
    building.delivery_id,
    scope.scope_key,
    scope.scope_on,
    xref.building_id,
    building.building_code,
    building.building_name,
    street.street_code,
    case when building.park_name is not null then coalesce(park.area_code, building.park_name) end as park_code,
    building.park_name,
    coalesce(building.grade, 'OTHER') as grade,
    building.is_in_stat,
    building.gross_area_m2,
    building.rentable_area_m2,
    building.in_stat_from_on
from {{ ref('stg_b01__building') }} as building
inner join {{ ref('stg_ledger__delivery_scope') }} as scope on scope.delivery_id = building.delivery_id
inner join {{ ref('stg_identity__building') }} as xref
    on xref.raw_code = coalesce(building.building_code, '')
    and xref.raw_name = building.building_name
    and xref.raw_street = coalesce(building.street_name, '')
left join {{ ref('dim_street_name') }} as street on street.street_key = {{ street_key('building.street_name') }}
left join {{ ref('stg_office__area') }} as park
    on park.area_type = 'park'
    and {{ name_key('building.park_name') }} in ({{ name_key('park.name_zh') }}, {{ name_key("coalesce(park.also, '')") }})
