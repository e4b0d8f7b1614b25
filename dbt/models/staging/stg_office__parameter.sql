with configured as (
    {{ with_overlay('parameter', ['name', 'valid_from'], {
        'name': 'varchar',
        'value': 'varchar',
        'valid_from': 'date',
        'valid_to': 'date',
        'source_doc': 'varchar',
        'is_simulated': 'boolean'
    }) | indent(4) }}
)

select
    name,
    value,
    source_doc,
    is_simulated
from configured
where coalesce(valid_from, date '0001-01-01') <= {{ run_context('as_of') }}
    and {{ run_context('as_of') }} < coalesce(valid_to, {{ open_end() }})
qualify row_number() over (partition by name order by valid_from desc nulls last) = 1
