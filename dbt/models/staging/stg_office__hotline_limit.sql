with configured as (
    {{ with_overlay('hotline_limit', ['kind', 'urgency', 'valid_from'], {
        'kind': 'varchar',
        'urgency': 'varchar',
        'hours': 'decimal(10,4)',
        'valid_from': 'date',
        'valid_to': 'date',
        'source_doc': 'varchar'
    }, about=['kind', 'urgency']) | indent(4) }}
)

select
    kind,
    nullif(urgency, '') as urgency,
    hours,
    valid_from,
    valid_to,
    source_doc
from configured
