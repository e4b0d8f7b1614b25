{#- Atoms to the areas, breakdowns and periods of a subject that the catalogue asks for.

    Periods are joined after the atoms of a day or month are grouped to cells; areas and breakdowns are grouping sets: each level
    of area with none or one breakdown, and a building alone unless in_buildings. With each_once, an entity counts once in every cell however
    many atoms tell of it, which is a distinct count where its amount is 1; with `middle` a cell holds the median of its
    entities. An atom that speaks of some levels alone leaves the codes of the others empty. A stock's timing is END where
    it stands for a whole period by its last day; where all atoms are stocks, a period is one of their days, so that no
    entity is told apart once for each of the periods that end on a day. Of stocks that count each once, only an entity with
    several atoms on a day must be told apart; mostly_alone takes all others together, which pays where they are most. -#}
{% macro aggregate(measures, breakdowns=[], each_once=false, middle=false, stocks=false, in_buildings=false, mostly_alone=false) -%}
{%- set codes = {'district': 'district_code', 'street': 'street_code', 'park': 'park_code', 'building': 'building_id'} -%}
{%- set areas = codes.keys() | list -%}
{%- set by_entity = each_once or middle -%}
{%- set over_days = by_entity and not stocks -%}
{#- exact, where DuckDB's median of decimals passes through a double -#}
{%- set middle_amount = divide('(quantile_disc(amount, 0.5) - quantile_disc(-amount, 0.5))', '2') -%}
{%- set total = middle_amount if middle else 'sum(amount)' -%}
with {% if mostly_alone -%}
several as (
    select measure_id, calendar, atom_on, entity_id
    from {{ measures }}
    group by measure_id, calendar, atom_on, entity_id
    having count(*) > 1
),

atoms as (
    select
        atom.* exclude (entity_id),
        several.measure_id is null as is_alone,
        case when several.measure_id is not null then atom.entity_id end as entity_id
    from {{ measures }} as atom
    left join several
        on several.measure_id = atom.measure_id
        and several.calendar = atom.calendar
        and several.atom_on = atom.atom_on
        and several.entity_id is not distinct from atom.entity_id
),

{% endif -%}
cells as (
    select
        measure_id,
        calendar,
        atom_on,
        {% for area in areas -%}
        {{ codes[area] }} as {{ area }}_code,
        grouping({{ codes[area] }}) as is_any_{{ area }},
        {% endfor -%}
        {% for name in breakdowns %}{{ name }}, grouping({{ name }}) as is_any_{{ name }},{% endfor %}
        {% if mostly_alone %}is_alone, entity_id, case when is_alone then sum(amount) else max(amount) end as amount
        {%- elif by_entity %}entity_id, max(amount) as amount
        {%- else %}sum(amount) as amount
        {%- endif %}
    from {{ 'atoms' if mostly_alone else measures }}
    group by grouping sets (
        {%- for area in areas %}
        {%- for name in [none] + (breakdowns if area != 'building' or in_buildings else []) %}
        (measure_id, calendar, atom_on{{ ', is_alone' if mostly_alone }}{{ ', entity_id' if by_entity }}, {{ codes[area] }}{{ ', ' ~ name if name }})
        {{- ',' if not (loop.last and area == areas[-1]) }}
        {%- endfor %}
        {%- endfor %}
    )
),

named as (
    select
        measure_id,
        calendar,
        atom_on,
        case {% for area in areas %}when is_any_{{ area }} = 0 then '{{ area }}' {% endfor %}end as area_type,
        case {% for area in areas %}when is_any_{{ area }} = 0 then {{ area }}_code {% endfor %}end as area_code,
        {% if breakdowns -%}
        case {% for name in breakdowns %}when is_any_{{ name }} = 0 then '{{ name }}' {% endfor %}else '_T' end as breakdown_type,
        case {% for name in breakdowns %}when is_any_{{ name }} = 0 then {{ name }} {% endfor %}else '_T' end as breakdown_code,
        {%- else -%}
        '_T' as breakdown_type,
        '_T' as breakdown_code,
        {%- endif %}
        {% if over_days %}entity_id, amount{% else %}{{ total if by_entity else 'amount' }} as amount{% endif %}
    from cells
    {{ 'group by all' if by_entity and not over_days }}
),

dated as (
    select
        named.measure_id,
        named.area_type,
        named.area_code,
        named.breakdown_type,
        named.breakdown_code,
        grain.timing,
        bridge.period_type,
        bridge.period,
        {{ 'named.entity_id, max(named.amount)' if over_days else 'sum(named.amount)' }} as amount
    from named
    inner join {{ ref('bridge_period') }} as bridge
        on bridge.atom_on = named.atom_on
        and (bridge.calendar = named.calendar or (bridge.calendar = 'END' and named.calendar = 'S'))
    inner join {{ ref('measure_grain') }} as grain
        on grain.measure_id = named.measure_id
        and grain.timing = case bridge.calendar when 'END' then 'END' else 'IN' end
        and grain.area_type = named.area_type
        and grain.breakdown_type = named.breakdown_type
        and grain.period_type = bridge.period_type
    -- a cell without a code is the rest that has no place
    where named.area_code is not null and named.breakdown_code is not null
    group by all
)

select
    measure_id,
    area_type,
    area_code,
    breakdown_type,
    breakdown_code,
    timing,
    period_type,
    period,
    cast({{ total if over_days else 'amount' }} as decimal(38, 8)) as amount
from dated
{{ 'group by all' if over_days }}
{%- endmacro %}
