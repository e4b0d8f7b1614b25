{{ snapshot_intervals(
    ref('fct_need_statement'),
    feed='N01',
    key=['need_id'],
    attributes=['building_id', 'category', 'need_status', 'raised_on'],
    start_on='raised_on',
) }}
