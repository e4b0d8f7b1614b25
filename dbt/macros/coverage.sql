{#- Which organisation covers which building on each of the days of a CTE `days`: a link holds while link and organisation
    both hold; an organisation is found by its type and unique name (SPEC 0.1b, Governance). -#}
{% macro covered_on_days() -%}
select distinct days.day_on, link.building_id, link.org_type, organisation.org_name
from days
inner join {{ ref('cur_coverage') }} as link on link.valid_from <= days.day_on and days.day_on < link.valid_to
inner join (
    select days.day_on, organisation.org_type, organisation.org_name_key, min(organisation.org_name) as org_name
    from days
    inner join {{ ref('cur_organisation') }} as organisation
        on organisation.valid_from <= days.day_on and days.day_on < organisation.valid_to
    group by days.day_on, organisation.org_type, organisation.org_name_key
    having count(distinct organisation.org_id) = 1
) as organisation
    on organisation.day_on = days.day_on
    and organisation.org_type = link.org_type
    and organisation.org_name_key = link.org_name_key
{%- endmacro %}

{#- The join to the station that bears a name on a day. -#}
{% macro join_station(key, day_on) -%}
left join {{ ref('cur_organisation') }} as station
    on station.org_type = 'STATION'
    and station.org_name_key = {{ key }}
    and station.valid_from <= {{ day_on }}
    and {{ day_on }} < station.valid_to
{%- endmacro %}
