-- which deliveries stand behind each measure: how many atoms of a month or day came from each
{% for subject in ['building', 'tenant', 'tax', 'rating', 'listing', 'ticket', 'ticket_duration', 'pre_complaint', 'meeting', 'list', 'activity', 'organisation', 'staff'] -%}
select measure_id, calendar, atom_on, street_code, delivery_id, sum(row_cnt) as row_cnt
from {{ ref('msr_' ~ subject) }}
group by measure_id, calendar, atom_on, street_code, delivery_id
{{ 'union all' if not loop.last }}
{% endfor %}
