{#- The first day of the hotline assessment month that holds a day (SPEC 0.2). -#}
{% macro assessment_month_start(day) -%}
    cast(
        date_trunc('month', {{ day }}) + to_days({{ parameter('hotline.month_start_day', 'integer') }} - 1)
        - case when extract(day from {{ day }}) >= {{ parameter('hotline.month_start_day', 'integer') }} then interval 0 month else interval 1 month end
        as date
    )
{%- endmacro %}

{#- The day that stands for an event's month; in the month of the programme's start, what came since then has its own. -#}
{% macro month_atom(day) -%}
    case
        when cast({{ day }} as date) >= {{ parameter('programme.start', 'date') }}
            then greatest({{ month_start(day) }}, {{ parameter('programme.start', 'date') }})
        else {{ month_start(day) }}
    end
{%- endmacro %}

{% macro month_start(day) -%}cast(date_trunc('month', {{ day }}) as date){%- endmacro %}
