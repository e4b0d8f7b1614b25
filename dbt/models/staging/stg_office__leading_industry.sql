{{ with_overlay('leading_industry', ['industry_code', 'valid_from'], {
    'industry_code': 'varchar',
    'leading_group': 'varchar',
    'valid_from': 'date',
    'valid_to': 'date',
    'source_doc': 'varchar'
}, about=['industry_code']) }}
