{{ snapshot_intervals(
    ref('fct_coverage_statement'),
    feed='G02',
    key=['building_id', 'org_type', 'org_name_key', 'valid_from_on'],
    attributes=[],
    start_on='valid_from_on',
    end_on='valid_to_on',
) }}
