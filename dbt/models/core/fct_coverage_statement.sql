select
    coverage.row_id,
    coverage.delivery_id,
    scope.scope_key,
    scope.scope_on,
    building.building_id,
    coverage.org_type,
    {{ name_key('coverage.org_name') }} as org_name_key,
    coverage.valid_from_on,
    coverage.valid_to_on
from {{ ref('stg_g02__coverage') }} as coverage
inner join {{ ref('stg_ledger__delivery_scope') }} as scope on scope.delivery_id = coverage.delivery_id
inner join {{ ref('stg_identity__building') }} as building
    on building.raw_code = '' and building.raw_name = coverage.building_name and building.raw_street = ''
where building.building_id is not null
