{{ snapshot_intervals(
    ref('fct_resource_statement'),
    feed='N02',
    key=['resource_id'],
    attributes=['resource_type', 'use_cnt', 'available_from_on', 'available_to_on'],
) }}
