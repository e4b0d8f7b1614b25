with leases as (
    {{ snapshot_intervals(
        ref('fct_occupancy_statement'),
        feed='O01',
        key=['enterprise_id', 'building_id', 'unit_no', 'moved_in_on'],
        attributes=['leased_area_m2'],
        start_on='moved_in_on',
        end_on='moved_out_on',
        absences=2,
    ) | indent(4) }}
),

-- the day on which an enterprise moves is told twice by whoever counts its last day as inside: it is where it moved to
moves as (
    select distinct enterprise_id, valid_from as moved_on from leases
)

select
    leases.enterprise_id,
    leases.building_id,
    leases.unit_no,
    leases.moved_in_on,
    leases.leased_area_m2,
    leases.valid_from,
    coalesce(moves.moved_on, leases.valid_to) as valid_to,
    leases.first_seen_on,
    leases.is_end_inferred,
    moves.moved_on is not null as is_end_trimmed,
    leases.delivery_id,
    leases.row_id
from leases
left join moves
    on moves.enterprise_id = leases.enterprise_id
    and moves.moved_on = cast(leases.valid_to - interval 1 day as date)
    and moves.moved_on > leases.valid_from
