{{ snapshot_intervals(
    ref('fct_occupancy_statement'),
    feed='O01',
    key=['enterprise_id', 'building_id', 'unit_no', 'moved_in_on'],
    attributes=['leased_area_m2'],
    start_on='moved_in_on',
    end_on='moved_out_on',
    absences=2,
) }}
