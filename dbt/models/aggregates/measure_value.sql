-- every measure in every cell: the one table that figures read
{% for subject in ['building', 'tenant', 'tax', 'rating', 'listing', 'ticket', 'ticket_duration', 'pre_complaint', 'meeting', 'list', 'activity', 'organisation', 'staff'] -%}
select measure_id, area_type, area_code, breakdown_type, breakdown_code, timing, period_type, period, amount
from {{ ref('agg_' ~ subject) }}
{{ 'union all' if not loop.last }}
{% endfor %}
