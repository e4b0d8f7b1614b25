{#- One KPI's value, or another column of its figure, as a column of a pivot of figures. -#}
{% macro figure_of(kpi_id, column='value', type='decimal(38, 8)') -%}
    cast(max(case when kpi_id = '{{ kpi_id }}' then {{ column }} end) as {{ type }})
{%- endmacro %}
