{#- The buildings in statistics that each enterprise uses, and from when until when: one row for each occupancy and version
    of its building, with the columns of both that are asked for. -#}
{% macro homes_in_statistics(of_occupancy=[], of_building=[]) -%}
select
    occupancy.enterprise_id,
    building.building_id,
    building.street_code,
    building.park_code,
    {% for column in of_occupancy -%}
    occupancy.{{ column }},
    {% endfor -%}
    {% for column in of_building -%}
    building.{{ column }},
    {% endfor -%}
    greatest(occupancy.valid_from, building.valid_from) as valid_from,
    least(occupancy.valid_to, building.valid_to) as valid_to
from {{ ref('cur_occupancy') }} as occupancy
inner join {{ ref('cur_building') }} as building on building.building_id = occupancy.building_id and building.is_in_stat
{%- endmacro %}

{#- Who uses which building in statistics on each stock day. -#}
{% macro homes_on_stock_days(of_occupancy=[], of_building=[]) -%}
select stock.day_on, home.*
from {{ ref('dim_stock_day') }} as stock
inner join ({{ homes_in_statistics(of_occupancy, of_building) | indent(4) }}) as home
    on home.valid_from <= stock.day_on and stock.day_on < home.valid_to
{%- endmacro %}
