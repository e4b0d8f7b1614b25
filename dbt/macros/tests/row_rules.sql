{#- Many named predicates over one scan of a table: a row that breaks a rule is returned once for each rule it breaks.
    `unique` lists the columns of the key; a predicate over a null holds. `disjoint` lists the columns within which the
    half-open `interval`s must not overlap; one that ends where it begins, or before, holds nothing and overlaps nothing.
    Empty result = every rule holds. -#}
{% test row_rules(model, rules={}, unique=[], disjoint=[], interval=['valid_from', 'valid_to']) %}
{%- set start_on, end_on = interval %}
with checked as (
    select
        *
        {%- if unique %},
        count(*) over (partition by {{ unique | join(', ') }}) as rows_with_this_key
        {%- endif %}
        {%- if disjoint %},
        max(case when {{ start_on }} < {{ end_on }} then {{ end_on }} end) over (
            partition by {{ disjoint | join(', ') }} order by {{ start_on }}, {{ end_on }}
            rows between unbounded preceding and 1 preceding
        ) as ended_before
        {%- endif %}
    from {{ model }}
),

judged as (
    select
        checked.*,
        unnest([
            {% if unique -%}
            case when rows_with_this_key > 1 {% for column in unique %}or {{ column }} is null {% endfor %}then 'key' end
            {{- ',' if rules or disjoint }}
            {%- endif %}
            {% if disjoint -%}
            case when {{ start_on }} < {{ end_on }} and {{ start_on }} < ended_before then 'overlap' end
            {{- ',' if rules }}
            {%- endif %}
            {% for name, predicate in rules.items() -%}
            case when not ({{ predicate }}) then '{{ name }}' end{{ ',' if not loop.last }}
            {% endfor %}
        ]) as broken_rule
    from checked
)

select * from judged
where broken_rule is not null
{% endtest %}
