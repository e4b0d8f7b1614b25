-- every measure in every cell: the one table that figures read
{% for subject in ['building', 'tenant', 'lease', 'standing', 'move', 'title', 'tax', 'tax_building',
    'tax_enterprise', 'reference', 'rating', 'listing', 'ticket', 'pre_complaint', 'meeting', 'list',
    'activity', 'organisation', 'staff', 'station_tenant', 'delivery', 'whistle', 'response', 'sign_in',
    'visit', 'ticket_duration'] -%}
select measure_id, area_type, area_code, breakdown_type, breakdown_code, timing, period_type, period, amount
from {{ ref('agg_' ~ subject) }}
{{ 'union all' if not loop.last }}
{% endfor %}
