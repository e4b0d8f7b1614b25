{#- Incremental models hold months of a subject. A month that is touched is taken out before it is made anew. What a build
    that died half-way left is not built upon: until a build has come to its end, the next one makes every month. Rows that
    are of no month of the subject, which `besides` tells, are made anew by every build. -#}
{% macro delete_touched(subject, month, besides=none) -%}
    {% if is_incremental() -%}
    delete from {{ this }}
    where {{ month }} in {{ touched_months(subject) }}{{ ' or ' ~ besides if besides is not none }}
    {%- endif %}
{%- endmacro %}

{#- The condition that leaves out what no event has touched; a full refresh makes everything. -#}
{% macro is_in_scope(subject, month) -%}
    {% if is_incremental() %}{{ month }} in {{ touched_months(subject) }}{% else %}true{% endif %}
{%- endmacro %}

{% macro touched_months(subject) -%}
    (select scope.month_on from {{ ref('cur_build_scope') }} as scope where scope.subject = '{{ subject }}' and scope.is_touched)
{%- endmacro %}

{#- The months that are kept bear the names that their subjects have now: a name is of no month, and may change without one. -#}
{% macro rename_kept(subject) -%}
    {% if is_incremental() -%}
    update {{ this }} as kept
    set {{ subject }}_name = named.{{ subject }}_name
    from (
        select told.{{ subject }}_id, names.{{ subject }}_name
        from (select distinct {{ subject }}_id from {{ this }}) as told
        left join ({{ newest_names(subject) }}) as names on names.{{ subject }}_id = told.{{ subject }}_id
    ) as named
    where named.{{ subject }}_id = kept.{{ subject }}_id
        and named.{{ subject }}_name is distinct from kept.{{ subject }}_name
    {%- endif %}
{%- endmacro %}
