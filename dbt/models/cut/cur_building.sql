{{ snapshot_intervals(
    ref('fct_building_statement'),
    feed='B01',
    key=['building_id'],
    attributes=[
        'building_code', 'building_name', 'street_code', 'park_code', 'grade', 'is_in_stat', 'gross_area_m2',
        'rentable_area_m2', 'self_used_m2', 'in_stat_from_on',
    ],
    start_on='in_stat_from_on',
    start_when='FIRST_SNAPSHOT',
) }}
