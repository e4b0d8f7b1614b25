{#- Tables and views are replaced where they stand, in one transaction. dbt's own way makes them beside, renames twice and
    drops, so that readers of a live database are not disturbed; nobody but the build opens this file (DESIGN 2.10), and
    over all models those statements cost more time than the smaller models themselves. -#}
{% materialization table, adapter='duckdb' %}
    {{ return(replaced('table', create_table_as(False, this.incorporate(type='table'), sql))) }}
{% endmaterialization %}

{% materialization view, adapter='duckdb' %}
    {{ return(replaced('view', get_create_view_as_sql(this.incorporate(type='view'), sql))) }}
{% endmaterialization %}

{% macro replaced(type, creation) -%}
    {%- set standing = load_cached_relation(this) -%}
    {{ run_hooks(pre_hooks) }}
    {% call statement('main') -%}
        {% if standing is not none %}drop {{ standing.type }} if exists {{ standing }};{% endif %}
        {{ creation }}
    {%- endcall %}
    {{ run_hooks(post_hooks) }}
    {% do adapter.commit() %}
    {% do return({'relations': [this.incorporate(type=type)]}) %}
{%- endmacro %}
