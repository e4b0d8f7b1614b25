-- which deliveries stand behind each measure: how many atoms of a month or day came from each
{% for subject in ['building', 'tenant', 'lease', 'standing', 'move', 'title', 'tax', 'rating', 'listing',
    'ticket', 'pre_complaint', 'meeting', 'list', 'activity', 'organisation', 'staff', 'station_tenant',
    'delivery', 'whistle', 'response', 'sign_in', 'visit', 'ticket_duration'] -%}
select measure_id, calendar, atom_on, street_code, delivery_id, sum(row_cnt) as row_cnt
from {{ ref('msr_' ~ subject) }}
-- a period that was due came from nowhere
where delivery_id is not null
group by measure_id, calendar, atom_on, street_code, delivery_id
union all
{% endfor -%}
-- what is worked out from the tax of buildings and enterprises comes from the rows of that tax
select made.measure_id, source.calendar, source.atom_on, source.street_code, source.delivery_id, sum(source.row_cnt)
from {{ ref('msr_tax') }} as source
cross join (
    select unnest([
        'yi_building_cnt', 'yi_building_tax_yuan', 'top5_tax_yuan', 'positive_tax_yuan', 'tax_hhi_points',
        {% for band in ['ge_1b', 'from_100m', 'from_50m', 'from_30m', 'from_10m', 'from_0', 'below_0'] -%}
        'tax_band_{{ band }}_cnt'{{ ',' if not loop.last }}
        {% endfor -%}
    ]) as measure_id
) as made
where source.measure_id = 'tax_total_yuan'
group by made.measure_id, source.calendar, source.atom_on, source.street_code, source.delivery_id
