{{ snapshot_intervals(
    ref('fct_staff_statement'),
    feed='G03',
    key=['person_key', 'station_key', 'on_post_from'],
    attributes=['is_full_time'],
    start_on='on_post_from',
    end_on='on_post_to',
) }}
