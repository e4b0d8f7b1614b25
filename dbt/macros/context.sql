{#- The run's one row: which knowledge, which day, which district. Rows, not vars: a changed var forces a full parse. -#}
{% macro run_context(column) -%}
    (select {{ column }} from {{ ref('stg_ops__run_context') }})
{%- endmacro %}

{#- A parameter valid on a day; on the run's day where none is given. -#}
{% macro parameter(name, type='varchar') -%}
    (select cast(value as {{ type }}) from {{ ref('stg_office__parameter') }} where name = '{{ name }}')
{%- endmacro %}

{% macro open_end() -%}date '9999-12-31'{%- endmacro %}

{#- The office's table: what the home's config says, and the shipped row for every key that it leaves alone. Rows about
    the same thing, which `about` names, follow each other: the next one's start ends the one before it. -#}
{% macro with_overlay(seed, key, columns, about=none) -%}
{%- if about is not none -%}
select
    {% for name in columns if name != 'valid_to' -%}
    {{ name }},
    {% endfor -%}
    least(valid_to, lead(valid_from) over (
        {%- if about %}partition by {{ about | join(', ') }} {% endif %}order by valid_from nulls first)) as valid_to
from (
    {{ overlaid(seed, key, columns) | indent(4) }}
) as rows_of_both
{%- else -%}
{{ overlaid(seed, key, columns) }}
{%- endif -%}
{%- endmacro %}

{% macro overlaid(seed, key, columns) -%}
select
    {% for name, type in columns.items() -%}
    cast({{ name }} as {{ type }}) as {{ name }}{{ ',' if not loop.last }}
    {% endfor %}
from {{ source('config', seed) }}
union all
select
    {% for name, type in columns.items() -%}
    cast(shipped.{{ name }} as {{ type }}) as {{ name }}{{ ',' if not loop.last }}
    {% endfor %}
from {{ ref(seed) }} as shipped
where not exists (
    select 1
    from {{ source('config', seed) }} as own
    where
        {% for name in key -%}
        coalesce(cast(own.{{ name }} as varchar), '') = coalesce(cast(shipped.{{ name }} as varchar), '')
        {{ 'and' if not loop.last }}
        {% endfor %}
)
{%- endmacro %}

{#- Marks a CTE that is made anew at each place that reads it, which is the less work where each reads few columns or rows
    of many. An engine that would set it down before is told so; others decide by themselves. -#}
{% macro read_anew() -%}
    {{ return(adapter.dispatch('read_anew', 'louyu')()) }}
{%- endmacro %}

{% macro default__read_anew() -%}{%- endmacro %}

{% macro duckdb__read_anew() -%}not materialized{%- endmacro %}
