{{ snapshot_intervals(
    ref('fct_listing_statement'),
    feed='R02',
    key=['enterprise_id', 'exchange', 'security_code'],
    attributes=['listed_on'],
    start_on='listed_on',
    end_on='delisted_on',
) }}
