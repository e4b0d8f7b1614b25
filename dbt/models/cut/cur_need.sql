{{ snapshot_intervals(
    ref('fct_need_statement'),
    feed='N01',
    key=['need_id'],
    attributes=[
        'building_id', 'category', 'need_status', 'resource_ids', 'project_id', 'raised_on', 'due_on', 'closed_on',
    ],
    start_on='raised_on',
) }}
