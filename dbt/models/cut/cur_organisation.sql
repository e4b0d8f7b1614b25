{{ snapshot_intervals(
    ref('fct_organisation_statement'),
    feed='G01',
    key=['org_id'],
    attributes=[
        'org_type', 'station_type', 'org_name', 'org_name_key', 'guided_by', 'guided_by_key', 'street_code', 'formed_on',
    ],
    start_on='formed_on',
    end_on='dissolved_on',
) }}
