{{ with_overlay('calendar_day', ['calendar_on'], {
    'calendar_on': 'date',
    'is_off_day': 'boolean'
}) }}
