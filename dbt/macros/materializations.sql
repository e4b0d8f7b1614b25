{#- Tables and views are replaced where they stand, in one transaction. dbt's own way makes them beside, renames twice and
    drops, so that readers of a live database are not disturbed; nobody but the build opens this file (DESIGN 2.10), and
    over all models those statements cost more time than the smaller models themselves. What stands is left as it is. -#}
{% materialization table, adapter='duckdb' %}
    {%- if stands('table') -%}{{ return(left_standing()) }}{%- endif -%}
    {%- set creation = create_table_as(False, this.incorporate(type='table'), sql) -%}
    {{ return(replaced('table', note_before() ~ dropped() ~ creation ~ ';' ~ note_made())) }}
{% endmaterialization %}

{% materialization view, adapter='duckdb' %}
    {%- if stands('view') -%}{{ return(left_standing()) }}{%- endif -%}
    {{ return(replaced('view', dropped() ~ get_create_view_as_sql(this.incorporate(type='view'), sql))) }}
{% endmaterialization %}

{#- An incremental model is made as dbt makes it, unless it stands. -#}
{% materialization incremental, adapter='duckdb' %}
    {%- if stands('table') -%}{{ return(left_standing()) }}{%- endif -%}
    {% call statement('before') -%}{{ note_before() }}{%- endcall %}
    {%- set made = dbt.materialization_incremental_duckdb() -%}
    {% call statement('noted') -%}{{ note_made() }}{%- endcall %}
    {% do adapter.commit() %}
    {{ return(made) }}
{% endmaterialization %}

{% macro dropped() -%}
    {%- set standing = load_cached_relation(this) -%}
    {%- if standing is not none %}drop {{ standing.type }} if exists {{ standing }};{% endif %}
{%- endmacro %}

{% macro replaced(type, creation) -%}
    {{ run_hooks(pre_hooks) }}
    {% call statement('main') -%}
        {{ creation }}
    {%- endcall %}
    {{ run_hooks(post_hooks) }}
    {% do adapter.commit() %}
    {% do return({'relations': [this.incorporate(type=type)]}) %}
{%- endmacro %}
