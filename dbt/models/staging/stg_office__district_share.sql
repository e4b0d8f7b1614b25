{{ with_overlay('district_share', ['tax_type', 'valid_from'], {
    'tax_type': 'varchar',
    'share': 'decimal(8,6)',
    'valid_from': 'date',
    'valid_to': 'date',
    'source_doc': 'varchar'
}, about=['tax_type']) }}
