with leases as (
    {{ snapshot_intervals(
        ref('fct_occupancy_statement'),
        feed='O01',
        key=['enterprise_id', 'building_id', 'unit_no', 'moved_in_on'],
        attributes=[
            'leased_area_m2', 'rented_area_m2', 'rent_yuan_per_day', 'is_self_owned', 'is_registered_here',
            'is_taxed_in_district',
        ],
        start_on='moved_in_on',
        end_on='moved_out_on',
        absences=2,
    ) | indent(4) }}
),

-- other terms of the same lease begin no occupancy and end none
placed as (
    select
        *,
        coalesce(lag(valid_to) over told < valid_from, true) as is_start,
        coalesce(lead(valid_from) over told > valid_to, true) as is_end
    from leases
    window told as (partition by enterprise_id, building_id, unit_no, moved_in_on order by valid_from)
),

-- the day on which an enterprise moves is told twice by whoever counts its last day as inside: it is where it moved to
moves as (
    select distinct enterprise_id, valid_from as moved_on from placed where is_start
),

-- why a tenant left is often told in the list after its last
reasons as (
    select enterprise_id, building_id, unit_no, moved_in_on, max_by(move_out_reason, reported_on) as move_out_reason
    from {{ ref('cur_occupancy_report') }}
    group by enterprise_id, building_id, unit_no, moved_in_on
)

select
    placed.enterprise_id,
    placed.building_id,
    placed.unit_no,
    placed.moved_in_on,
    placed.leased_area_m2,
    placed.rented_area_m2,
    placed.rent_yuan_per_day,
    placed.is_self_owned,
    placed.is_registered_here,
    placed.is_taxed_in_district,
    placed.valid_from,
    coalesce(moves.moved_on, placed.valid_to) as valid_to,
    placed.first_seen_on,
    placed.is_start,
    placed.is_end,
    case when placed.is_end then reasons.move_out_reason end as move_out_reason,
    placed.is_end_inferred,
    moves.moved_on is not null as is_end_trimmed,
    placed.delivery_id,
    placed.row_id
from placed
-- a condition on the left side alone would keep DuckDB from hashing the join
left join moves
    on moves.enterprise_id = placed.enterprise_id
    and moves.moved_on = case when placed.is_end then cast(placed.valid_to - interval 1 day as date) end
    and moves.moved_on > placed.valid_from
left join reasons
    on reasons.enterprise_id = placed.enterprise_id
    and reasons.building_id = placed.building_id
    and reasons.unit_no is not distinct from placed.unit_no
    and reasons.moved_in_on is not distinct from placed.moved_in_on
