{#- Many named predicates over one scan of a table: a row that breaks a rule is returned once for each rule it breaks.
    `unique` lists the columns of the key; a predicate over a null holds. Empty result = every rule holds. -#}
{% test row_rules(model, rules={}, unique=[]) %}
with checked as (
    select
        *
        {%- if unique %}, count(*) over (partition by {{ unique | join(', ') }}) as rows_with_this_key{% endif %}
    from {{ model }}
),

judged as (
    select
        checked.*,
        unnest([
            {% if unique -%}
            case when rows_with_this_key > 1 {% for column in unique %}or {{ column }} is null {% endfor %}then 'key' end
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
