{#- Atoms to every area, breakdown and period of a subject.

    Periods are joined after the atoms of a day or month are grouped; areas and breakdowns are grouping sets: each level
    of area with none or one breakdown, and a building alone. With each_once, an entity counts once in every cell however
    many atoms tell of it, which is a distinct count where its amount is 1; with `middle` a cell holds the median of its
    entities. An atom that speaks of some levels alone leaves the codes of the others empty. A stock's timing is END where
    it stands for a whole period by its last day. -#}
{% macro aggregate(measures, breakdowns=[], each_once=false, middle=false) -%}
{%- set areas = ['district', 'street', 'park', 'building'] -%}
{%- set by_entity = each_once or middle -%}
with atoms as (
    select
        measure_id,
        calendar,
        atom_on,
        district_code,
        street_code,
        park_code,
        building_id as building_code,
        {% for name in breakdowns %}{{ name }},{% endfor %}
        {% if by_entity %}entity_id, max(amount) as amount{% else %}sum(amount) as amount{% endif %}
    from {{ measures }}
    group by all
),

dated as (
    select atoms.*, case bridge.calendar when 'END' then 'END' else 'IN' end as timing, bridge.period_type, bridge.period
    from atoms
    inner join {{ ref('bridge_period') }} as bridge
        on bridge.atom_on = atoms.atom_on
        and (bridge.calendar = atoms.calendar or (bridge.calendar = 'END' and atoms.calendar = 'S'))
),

grouped as (
    select
        measure_id,
        timing,
        period_type,
        period,
        {% for area in areas -%}
        {{ area }}_code,
        grouping({{ area }}_code) as is_any_{{ area }},
        {% endfor -%}
        {% for name in breakdowns %}{{ name }}, grouping({{ name }}) as is_any_{{ name }},{% endfor %}
        {% if by_entity %}entity_id, max(amount) as amount{% else %}sum(amount) as amount{% endif %}
    from dated
    group by grouping sets (
        {%- for area in areas %}
        {%- for name in [none] + (breakdowns if area != 'building' else []) %}
        (measure_id, timing, period_type, period{{ ', entity_id' if by_entity }}, {{ area }}_code{{ ', ' ~ name if name }})
        {{- ',' if not (loop.last and area == areas[-1]) }}
        {%- endfor %}
        {%- endfor %}
    )
)

select
    measure_id,
    case {% for area in areas %}when is_any_{{ area }} = 0 then '{{ area }}' {% endfor %}end as area_type,
    case {% for area in areas %}when is_any_{{ area }} = 0 then {{ area }}_code {% endfor %}end as area_code,
    {% if breakdowns -%}
    case {% for name in breakdowns %}when is_any_{{ name }} = 0 then '{{ name }}' {% endfor %}else '_T' end as breakdown_type,
    case {% for name in breakdowns %}when is_any_{{ name }} = 0 then {{ name }} {% endfor %}else '_T' end as breakdown_code,
    {%- else -%}
    '_T' as breakdown_type,
    '_T' as breakdown_code,
    {%- endif %}
    timing,
    period_type,
    period,
    {#- exact, where DuckDB's median of decimals passes through a double #}
    cast({{ divide('(quantile_disc(amount, 0.5) - quantile_disc(-amount, 0.5))', '2') if middle else 'sum(amount)' }} as decimal(38, 8)) as amount
from grouped
where area_code is not null
    {% for name in breakdowns -%}
    and (is_any_{{ name }} = 1 or {{ name }} is not null)
    {% endfor %}
group by all
{%- endmacro %}
