{#- The buildings in statistics that each enterprise uses, and from when until when. -#}
{% macro homes_in_statistics() -%}
select
    occupancy.enterprise_id,
    building.building_id,
    building.street_code,
    building.park_code,
    greatest(occupancy.valid_from, building.valid_from) as valid_from,
    least(occupancy.valid_to, building.valid_to) as valid_to
from {{ ref('cur_occupancy') }} as occupancy
inner join {{ ref('cur_building') }} as building on building.building_id = occupancy.building_id and building.is_in_stat
{%- endmacro %}
