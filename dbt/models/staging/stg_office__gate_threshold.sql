{{ with_overlay('gate_threshold', ['gate_id', 'name', 'valid_from'], {
    'gate_id': 'varchar',
    'name': 'varchar',
    'value': 'decimal(18,6)',
    'valid_from': 'date',
    'valid_to': 'date'
}, about=['gate_id', 'name']) }}
