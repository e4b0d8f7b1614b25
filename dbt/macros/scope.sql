{#- Incremental models hold months of a subject. A month that is touched is taken out before it is made anew. What a build
    that died half-way left is not built upon: until a build has come to its end, the next one makes every month. -#}
{% macro delete_touched(subject, month) -%}
    {% if is_incremental() -%}
    delete from {{ this }} where {{ month }} in {{ touched_months(subject) }}
    {%- endif %}
{%- endmacro %}

{#- The condition that leaves out what no event has touched; a full refresh makes everything. -#}
{% macro is_in_scope(subject, month) -%}
    {% if is_incremental() %}{{ month }} in {{ touched_months(subject) }}{% else %}true{% endif %}
{%- endmacro %}

{% macro touched_months(subject) -%}
    (select scope.month_on from {{ ref('cur_build_scope') }} as scope where scope.subject = '{{ subject }}' and scope.is_touched)
{%- endmacro %}
