{#- Tables and views are replaced where they stand, in one transaction. dbt's own way makes them beside, renames twice and
    drops, so that readers of a live database are not disturbed; nobody but the build opens this file (DESIGN 2.10), and
    over all models those statements cost more time than the smaller models themselves. A table that stands is left as it
    is. -#}
{% materialization table, adapter='duckdb' %}
    {%- if stands() -%}{{ return(left_standing()) }}{%- endif -%}
    {%- set creation = create_table_as(False, this.incorporate(type='table'), sql) -%}
    {{ return(replaced('table', note_before() ~ dropped() ~ creation ~ ';' ~ note_made())) }}
{% endmaterialization %}

{% materialization view, adapter='duckdb' %}
    {{ return(replaced('view', dropped() ~ get_create_view_as_sql(this.incorporate(type='view'), sql))) }}
{% endmaterialization %}

{#- An incremental model is made as dbt makes it, unless it stands. -#}
{% materialization incremental, adapter='duckdb' %}
    {%- if stands() -%}{{ return(left_standing()) }}{%- endif -%}
    {% call statement('before') -%}{{ note_before() }}{%- endcall %}
    {%- set made = dbt.materialization_incremental_duckdb() -%}
    {% call statement('noted') -%}{{ note_made() }}{%- endcall %}
    {% do adapter.commit() %}
    {{ return(made) }}
{% endmaterialization %}

{#- A test that found nothing wrong with tables that stand finds nothing again. -#}
{% materialization test, adapter='duckdb' %}
    {%- if is_made_from_now() -%}
        {% call statement('main', fetch_result=True) -%}
            select 0 as failures, false as should_warn, false as should_error
        {%- endcall %}
        {{ return({'relations': []}) }}
    {%- endif -%}
    {%- set tested = dbt.materialization_test_default() -%}
    {% call statement('noted') -%}{{ note_found(load_result('main').table.columns[0].values()[0]) }}{%- endcall %}
    {% do adapter.commit() %}
    {{ return(tested) }}
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
