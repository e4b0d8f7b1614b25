-- which deliveries stand behind each measure: how many atoms of a month or day came from each
{% for subject in ['building', 'tenant', 'tax', 'rating', 'listing', 'ticket', 'pre_complaint', 'meeting', 'list', 'activity', 'organisation', 'staff', 'station_tenant', 'delivery', 'whistle',
    'response', 'sign_in', 'visit'] -%}
select measure_id, calendar, atom_on, street_code, delivery_id, sum(row_cnt) as row_cnt
from {{ ref('msr_' ~ subject) }}
-- a period that was due came from nowhere
where delivery_id is not null
group by measure_id, calendar, atom_on, street_code, delivery_id
{{ 'union all' if not loop.last }}
{% endfor %}
