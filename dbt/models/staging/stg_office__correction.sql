{{ with_overlay('correction', ['feed', 'row_key', 'column_name'], {
    'feed': 'varchar',
    'row_key': 'varchar',
    'column_name': 'varchar',
    'found_value': 'varchar',
    'value': 'varchar',
    'reason': 'varchar',
    'provider': 'varchar',
    'status': 'varchar'
}) }}
