{{ with_overlay('reference_magnitude', ['indicator', 'period'], {
    'indicator': 'varchar',
    'area_code': 'varchar',
    'period': 'varchar',
    'value': 'decimal(20,6)',
    'unit': 'varchar',
    'status': 'varchar',
    'source_doc': 'varchar'
}) }}
