{{ with_overlay('reference_magnitude', ['indicator', 'period'], {
    'indicator': 'varchar',
    'period': 'varchar',
    'value': 'decimal(20,6)',
    'unit': 'varchar',
    'status': 'varchar',
    'source_doc': 'varchar'
}) }}
