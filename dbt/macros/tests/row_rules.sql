{#- Many named predicates over one scan of a table: a row that breaks a rule is returned once for each rule it breaks.
    `unique` lists the columns of the key; a predicate over a null holds. `disjoint` lists the columns within which the
    half-open `interval`s must not overlap; one that ends where it begins, or before, holds nothing and overlaps nothing.
    Empty result = every rule holds.

    Keys are compared by their hashes first, which are short, and by themselves only where two hashes are alike. -#}
{% test row_rules(model, rules={}, unique=[], disjoint=[], interval=['valid_from', 'valid_to']) %}
{%- set start_on, end_on = interval %}
{%- set broken = {} %}
{%- if unique %}{% do broken.update({'key': 'is_repeated or ' ~ unique | join(' is null or ') ~ ' is null'}) %}{% endif %}
{%- if disjoint %}{% do broken.update({'overlap': start_on ~ ' < ' ~ end_on ~ ' and ' ~ start_on ~ ' < ended_before'}) %}{% endif %}
{%- for name, predicate in rules.items() %}{% do broken.update({name: 'not (' ~ predicate ~ ')'}) %}{% endfor %}
with {% if unique -%}
repeated as (
    select
        {% for column in unique -%}
        {{ column }} as key_{{ loop.index }}{{ ',' if not loop.last }}
        {% endfor %}
    from {{ model }}
    where hash({{ unique | join(', ') }}) in (
        select key_hash
        from (select hash({{ unique | join(', ') }}) as key_hash from {{ model }}) as hashed
        group by key_hash
        having count(*) > 1
    )
    group by all
    having count(*) > 1
),

{% endif -%}
checked as (
    select
        rows_of_model.*
        {%- if unique %},
        repeated.key_1 is not null as is_repeated
        {%- endif %}
        {%- if disjoint %},
        max(case when {{ start_on }} < {{ end_on }} then {{ end_on }} end) over (
            partition by {{ disjoint | join(', ') }} order by {{ start_on }}, {{ end_on }}
            rows between unbounded preceding and 1 preceding
        ) as ended_before
        {%- endif %}
    from {{ model }} as rows_of_model
    {% if unique -%}
    left join repeated
        on {% for column in unique %}{{ column }} = repeated.key_{{ loop.index }}{{ ' and ' if not loop.last }}{% endfor %}
    {% endif -%}
),

judged as (
    select
        checked.*,
        unnest([
            {% for name, is_broken in broken.items() -%}
            case when {{ is_broken }} then '{{ name }}' end{{ ',' if not loop.last }}
            {% endfor %}
        ]) as broken_rule
    from checked
    -- few rows break a rule, and naming the rules costs more than asking whether there is one
    where {% for is_broken in broken.values() %}({{ is_broken }}){{ ' or ' if not loop.last }}{% endfor %}
)

select * from judged
where broken_rule is not null
{% endtest %}
