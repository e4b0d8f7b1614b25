{{ config(materialized='table') }}

with identified as (
    select
        occupancy.row_id,
        occupancy.delivery_id,
        scope.scope_key,
        scope.scope_on,
        enterprise.enterprise_id,
        building.building_id,
        occupancy.unit_no,
        occupancy.leased_area_m2,
        case when occupancy.rent_yuan_per_m2_day is not null then occupancy.leased_area_m2 end as rented_area_m2,
        occupancy.rent_yuan_per_m2_day * occupancy.leased_area_m2 as rent_yuan_per_day,
        occupancy.employee_cnt,
        occupancy.is_self_owned,
        occupancy.is_registered_here,
        occupancy.is_taxed_in_district,
        occupancy.move_out_reason,
        occupancy.moved_in_on,
        occupancy.moved_out_on
    from {{ ref('stg_o01__occupancy') }} as occupancy
    inner join {{ ref('stg_ledger__delivery_scope') }} as scope on scope.delivery_id = occupancy.delivery_id
    inner join {{ ref('stg_identity__enterprise') }} as enterprise
        on enterprise.raw_code = occupancy.raw_code and enterprise.raw_name = occupancy.raw_name
        and scope.scope_on >= enterprise.valid_from and scope.scope_on < enterprise.valid_to
    inner join {{ ref('stg_identity__building') }} as building
        on building.raw_code = '' and building.raw_name = occupancy.building_name and building.raw_street = ''
    where building.building_id is not null
)

-- rooms that nobody numbered are told apart by nothing, so they are one with the sum of their areas; a numbered room
-- told of twice is one room
select
    min(row_id) as row_id,
    delivery_id,
    scope_key,
    scope_on,
    enterprise_id,
    building_id,
    unit_no,
    case
        when unit_no is not null then min_by(leased_area_m2, row_id)
        when bool_and(leased_area_m2 is not null) then cast(sum(leased_area_m2) as decimal(14, 2))
    end as leased_area_m2,
    {% for name, type in {'rented_area_m2': 'decimal(14, 2)', 'rent_yuan_per_day': 'decimal(26, 6)', 'employee_cnt': 'bigint'}.items() -%}
    case when unit_no is not null then min_by({{ name }}, row_id) else cast(sum({{ name }}) as {{ type }}) end as {{ name }},
    {% endfor -%}
    bool_or(is_self_owned) as is_self_owned,
    bool_or(is_registered_here) as is_registered_here,
    bool_or(is_taxed_in_district) as is_taxed_in_district,
    min_by(move_out_reason, row_id) as move_out_reason,
    moved_in_on,
    case when bool_and(moved_out_on is not null) then max(moved_out_on) end as moved_out_on
from identified
group by delivery_id, scope_key, scope_on, enterprise_id, building_id, unit_no, moved_in_on
