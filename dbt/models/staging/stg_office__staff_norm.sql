{{ with_overlay('staff_norm', ['station_type', 'valid_from'], {
    'station_type': 'varchar',
    'norm': 'integer',
    'valid_from': 'date',
    'valid_to': 'date',
    'source_doc': 'varchar'
}, about=['station_type']) }}
