{#- Figures of several kinds in one form: for each model the columns that its kind has none of. -#}
{% macro figure_rows(lacking) -%}
{%- set missing = {
    'base_period': 'cast(null as varchar)', 'caliber': 'cast(null as varchar)', 'numerator': 'cast(null as decimal(38, 8))',
    'denominator': 'cast(null as decimal(38, 8))', 'is_partial': 'false', 'base_window_start_on': 'cast(null as date)',
    'base_window_end_on': 'cast(null as date)', 'missing_feeds': 'cast(null as varchar)', 'reason': 'cast(null as varchar)',
    'basis': "'ALL'", 'building_set_id': 'cast(null as varchar)',
} -%}
{%- for model, columns in lacking.items() %}
select
    kpi_id, area_type, area_code, breakdown_type, breakdown_code, period_type, period, value, window_start_on, window_end_on,
    {% for column, nothing in missing.items() -%}
    {{ nothing ~ ' as ' if column in columns }}{{ column }}{{ ', ' if not loop.last }}
    {%- endfor %}
from {{ ref(model) }}
{{ 'union all' if not loop.last }}
{%- endfor %}
{%- endmacro %}
