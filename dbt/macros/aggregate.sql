{#- Atoms to every area, breakdown and period of a subject.

    Periods are joined after the atoms of a day or month are grouped; areas and breakdowns are grouping sets: each level
    of area with none or one breakdown. With each_once, an entity counts once in every cell however many atoms tell of
    it, which is a distinct count where its amount is 1. -#}
{% macro aggregate(measures, breakdowns=[], each_once=false) -%}
{%- set areas = ['district', 'street', 'park'] -%}
with atoms as (
    select
        measure_id,
        calendar,
        atom_on,
        district_code,
        street_code,
        park_code,
        {% for name in breakdowns %}{{ name }},{% endfor %}
        {% if each_once %}entity_id, max(amount) as amount{% else %}sum(amount) as amount{% endif %}
    from {{ measures }}
    group by all
),

dated as (
    select atoms.*, bridge.period_type, bridge.period
    from atoms
    inner join {{ ref('bridge_period') }} as bridge on bridge.calendar = atoms.calendar and bridge.atom_on = atoms.atom_on
),

grouped as (
    select
        measure_id,
        period_type,
        period,
        district_code,
        street_code,
        park_code,
        {% for name in breakdowns %}{{ name }}, grouping({{ name }}) as is_any_{{ name }},{% endfor %}
        grouping(street_code) as is_any_street,
        grouping(park_code) as is_any_park,
        {% if each_once %}entity_id, max(amount) as amount{% else %}sum(amount) as amount{% endif %}
    from dated
    group by grouping sets (
        {%- for area in areas %}
        {%- for name in [none] + breakdowns %}
        (measure_id, period_type, period{{ ', entity_id' if each_once }}, district_code
            {{- ', ' ~ area ~ '_code' if area != 'district' }}{{ ', ' ~ name if name }})
        {{- ',' if not (loop.last and area == areas[-1]) }}
        {%- endfor %}
        {%- endfor %}
    )
)

select
    measure_id,
    case when is_any_street = 0 then 'street' when is_any_park = 0 then 'park' else 'district' end as area_type,
    case when is_any_street = 0 then street_code when is_any_park = 0 then park_code else district_code end as area_code,
    {% if breakdowns -%}
    case {% for name in breakdowns %}when is_any_{{ name }} = 0 then '{{ name }}' {% endfor %}else '_T' end as breakdown_type,
    case {% for name in breakdowns %}when is_any_{{ name }} = 0 then {{ name }} {% endfor %}else '_T' end as breakdown_code,
    {%- else -%}
    '_T' as breakdown_type,
    '_T' as breakdown_code,
    {%- endif %}
    period_type,
    period,
    cast(sum(amount) as decimal(38, 8)) as amount
from grouped
where (is_any_street = 1 or street_code is not null)
    and (is_any_park = 1 or park_code is not null)
    {% for name in breakdowns -%}
    and (is_any_{{ name }} = 1 or {{ name }} is not null)
    {% endfor %}
group by all
{%- endmacro %}
