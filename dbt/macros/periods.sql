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

{#- The closed periods of KPIs of a kind, each beside the same period of the year before. -#}
{% macro closed_years(kind) -%}
select
    current.kpi_id,
    current.period_type,
    current.period,
    base.period as base_period,
    current.window_start_on,
    current.window_end_on,
    base.window_start_on as base_window_start_on,
    base.window_end_on as base_window_end_on,
    nullif(concat_ws('; ', current.missing_feeds, base.missing_feeds), '') as missing_feeds
from {{ ref('kpi_period') }} as current
inner join {{ ref('kpi') }} as kpi on kpi.kpi_id = current.kpi_id and kpi.kind = '{{ kind }}'
inner join {{ ref('kpi_period') }} as base
    on base.kpi_id = current.kpi_id
    and base.period_type = current.period_type
    and base.period = current.year_earlier_period
where not current.is_partial
{%- endmacro %}
