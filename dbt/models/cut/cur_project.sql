{{ snapshot_intervals(
    ref('fct_project_statement'),
    feed='N03',
    key=['project_id'],
    attributes=['project_status', 'need_ids', 'planned_end_on', 'actual_end_on'],
) }}
