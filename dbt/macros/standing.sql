{#- A table stands while what it rests on is what it was made from. Where nothing upstream is another, that is known before
    dbt starts (warehouse/inputs.py); here it is asked where something upstream was made again, and perhaps came out the
    same. A full refresh makes everything. -#}
{% macro stands() -%}
    {%- set standing = load_cached_relation(this) -%}
    {%- if standing is none or standing.type != 'table' -%}{{ return(false) }}{%- endif -%}
    {{ return(is_made_from_now()) }}
{%- endmacro %}

{% macro is_made_from_now() -%}
    {%- if should_full_refresh() -%}{{ return(false) }}{%- endif -%}
    {%- set found -%}
        select count(*) from ops.made inner join ops.made_from_now using (model, made_from) where model = {{ own_name() }}
    {%- endset -%}
    {{ return(run_query(found).columns[0].values()[0] > 0) }}
{%- endmacro %}

{#- The outcome of a model that is left as it is. -#}
{% macro left_standing() -%}
    {%- do store_raw_result(name='main', message='STANDS', code='STANDS', rows_affected='-1', agate_table=none) -%}
    {{ return({'relations': [this]}) }}
{%- endmacro %}

{#- Keeps a digest of what a table holds before it is made again. A full refresh does not ask for it: what rests on the
    table is made anew in any case. -#}
{% macro note_before() -%}
    set variable held_before = {% if should_full_refresh() or load_cached_relation(this) is none %}null{% else %}{{ content_of_this() }}{% endif %};
{%- endmacro %}

{#- Writes down what a table was made from, and gives it another version where its content is another. -#}
{% macro note_made() -%}
    set variable own_version = {% if should_full_refresh() %}null{% else %}(
        select max(version) from ops.made where model = {{ own_name() }} and cast(getvariable('held_before') as varchar) = {{ content_of_this() }}
    ){% endif %};
    delete from ops.made where model = {{ own_name() }};
    {{ made_from_now("coalesce(cast(getvariable('own_version') as varchar), cast(uuid() as varchar))") }}
{%- endmacro %}

{#- Writes down whether a test found nothing wrong. -#}
{% macro note_found(failures) -%}
    delete from ops.made where model = {{ own_name() }};
    {% if not failures %}{{ made_from_now("''") }}{% endif %}
{%- endmacro %}

{% macro made_from_now(version) -%}
    insert into ops.made
    select model, made_from, {{ version }} from ops.made_from_now where model = {{ own_name() }};
{%- endmacro %}

{% macro content_of_this() -%}
    (select concat(count(*), ':', sum(hash(told))) from {{ this }} as told)
{%- endmacro %}

{% macro own_name() -%}
    '{{ model.unique_id if model.resource_type == 'test' else this.schema ~ '.' ~ this.identifier }}'
{%- endmacro %}
