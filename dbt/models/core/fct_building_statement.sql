select
    building.row_id,
    building.delivery_id,
    scope.scope_key,
    scope.scope_on,
    xref.building_id,
    building.building_code,
    building.building_name,
    street.street_code,
    coalesce(park.area_code, building.park_name) as park_code,
    coalesce(building.park_name, park.name_zh) as park_name,
    coalesce(building.grade, 'OTHER') as grade,
    building.is_in_stat,
    building.gross_area_m2,
    building.rentable_area_m2,
    building.self_used_m2,
    building.in_stat_from_on
from {{ ref('stg_b01__building') }} as building
inner join {{ ref('stg_ledger__delivery_scope') }} as scope on scope.delivery_id = building.delivery_id
inner join {{ ref('stg_identity__building') }} as xref
    on xref.raw_code = coalesce(building.building_code, '')
    and xref.raw_name = building.building_name
    and xref.raw_street = coalesce(building.street_name, '')
left join {{ ref('dim_street_name') }} as street on street.street_key = {{ street_key('building.street_name') }}
-- a list of streets and parks in one column names the park there
left join {{ ref('stg_office__area') }} as park
    on park.area_type = 'park'
    and list_contains(
        string_split({{ name_key("concat_ws('|', park.name_zh, park.also)") }}, '|'),
        {{ name_key('coalesce(building.park_name, building.street_name)') }}
    )
