{#- The form in which two spellings of a name compare equal; landed text is NFKC already (common.text.name_key). -#}
{% macro name_key(column) -%}
    lower(regexp_replace(translate({{ column }}, '[]{}〔〕【】《》<>', '()()()()()()'), '[\s·•・,，.。、;:''"“”‘’\-_—–]+', '', 'g'))
{%- endmacro %}

{#- The form in which 八角, 八角街道 and 八角街道办事处 compare equal (identity.buildings.street_key). -#}
{% macro street_key(column) -%}
    coalesce(nullif(regexp_replace({{ name_key(column) }}, '(街道办事处|街道|地区办事处|地区|办事处|镇|乡)$', ''), ''), {{ name_key(column) }})
{%- endmacro %}

{#- One row's address, unique over all deliveries. -#}
{% macro row_id() -%}
    concat_ws(':', delivery_id, coalesce(file, ''), coalesce(sheet, ''), cast(row_no as varchar))
{%- endmacro %}

{#- A column's value in the first of several rows by their addresses. -#}
{% macro in_first_row(column) -%}
    min_by({{ column }}, concat(lpad(regexp_extract(row_id, '[0-9]+$'), 9, '0'), row_id))
{%- endmacro %}

{#- Where several rows are told of: at the first. -#}
{% macro first_told() -%}
    {{ in_first_row('delivery_id') }} as delivery_id,
    {{ in_first_row('row_id') }} as row_id
{%- endmacro %}

{#- A short text that is equal where all columns are equal, nulls included. -#}
{% macro fingerprint(columns) -%}
    md5({{ spelled_out(columns) }})
{%- endmacro %}

{#- The same as a number, which is sorted and compared faster; where there are no columns, the same for all rows. -#}
{% macro fingerprint_number(columns) -%}
    md5_number({{ spelled_out(columns) if columns else "''" }})
{%- endmacro %}

{% macro spelled_out(columns) -%}
    concat_ws('|', {% for column in columns %}coalesce(cast({{ column }} as varchar), '∅'){{ ', ' if not loop.last }}{% endfor %})
{%- endmacro %}

{#- The section letter of a GB/T 4754-2017 code, written with its letter or without. -#}
{% macro industry_section(column) -%}
    case
        when regexp_matches({{ column }}, '^[A-T]') then substr({{ column }}, 1, 1)
        when regexp_matches({{ column }}, '^[0-9]{2}') then
            case
                {% for last, letter in [(5, 'A'), (12, 'B'), (43, 'C'), (46, 'D'), (50, 'E'), (52, 'F'), (60, 'G'), (62, 'H'),
                    (65, 'I'), (69, 'J'), (70, 'K'), (72, 'L'), (75, 'M'), (79, 'N'), (82, 'O'), (83, 'P'), (85, 'Q'),
                    (90, 'R'), (96, 'S'), (97, 'T')] -%}
                when cast(substr({{ column }}, 1, 2) as integer) <= {{ last }} then '{{ letter }}'
                {% endfor %}
            end
    end
{%- endmacro %}

{#- A GB/T 4754-2017 code written with its letter. -#}
{% macro industry_code(column) -%}
    case
        when regexp_matches({{ column }}, '^[A-T]') then {{ column }}
        else {{ industry_section(column) }} || {{ column }}
    end
{%- endmacro %}

{#- Whether a text names the run's district, by one of its spellings; null where the text is. -#}
{% macro names_district(column) -%}
    coalesce(regexp_matches({{ column }}, (
        select string_agg(regexp_escape(spelling), '|')
        from (
            select unnest(list_append(string_split(coalesce(also, ''), '|'), name_zh)) as spelling
            from {{ ref('stg_office__area') }}
            where area_type = 'district' and area_code = {{ run_context('district_code') }}
        ) as spelled
        where spelling <> ''
    )), false)
{%- endmacro %}

{#- The newest name of each building or enterprise. -#}
{% macro newest_names(subject) -%}
select {{ subject }}_id, max_by({{ subject }}_name, valid_from) as {{ subject }}_name
from {{ ref('cur_' ~ subject) }}
group by {{ subject }}_id
{%- endmacro %}
