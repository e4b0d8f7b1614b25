{{ config(materialized='table') }}

with bounds as (
    select
        {{ run_context('as_of') }} as as_of,
        (select {{ month_start('min(first_on)') }} from {{ ref('stg_ops__feed_coverage') }} where kind <> 'DELTA') as first_month_on,
        {{ parameter('programme.start', 'date') }} as programme_start_on
),

months as (
    select
        cast(month_on as date) as month_on,
        cast(month_on + interval 1 month as date) as next_month_on
    from bounds, unnest(generate_series(
        least(bounds.first_month_on, {{ month_start('bounds.as_of') }}), {{ month_start('bounds.as_of') }}, interval 1 month
    )) as series (month_on)
),

-- labels of assessment months run one ahead of the calendar after their start day
assessment_months as (
    select
        {{ assessment_month_start('month_on') }} as start_on,
        cast({{ assessment_month_start('month_on') }} + interval 1 month as date) as end_on
    from months
    union
    select {{ assessment_month_start('as_of') }}, cast({{ assessment_month_start('as_of') }} + interval 1 month as date)
    from bounds
),

stock_days as (
    select cast(next_month_on - interval 1 day as date) as day_on from months, bounds where next_month_on <= as_of + interval 1 day
    union
    select as_of from bounds
),

spans as (
    select 'M' as period_type, strftime(month_on, '%Y-%m') as period, month_on as window_start_on, next_month_on as window_end_on
    from months
    union all
    select distinct
        'Q',
        strftime(month_on, '%Y') || '-Q' || cast(quarter(month_on) as varchar),
        cast(date_trunc('quarter', month_on) as date),
        cast(date_trunc('quarter', month_on) + interval 3 month as date)
    from months
    union all
    select distinct
        'Y',
        strftime(month_on, '%Y'),
        cast(date_trunc('year', month_on) as date),
        cast(date_trunc('year', month_on) + interval 1 year as date)
    from months
    union all
    select 'YTD', strftime(month_on, '%Y-YTD%m'), cast(date_trunc('year', month_on) as date), next_month_on
    from months
    union all
    select 'R12', strftime(month_on, 'R12-%Y-%m'), cast(next_month_on - interval 12 month as date), next_month_on
    from months
    union all
    select 'CUM', strftime(month_on, 'CUM%Y-%m'), programme_start_on, next_month_on
    from months, bounds
    where next_month_on > programme_start_on
    union all
    select 'HM', strftime(end_on, 'HM%Y-%m'), start_on, end_on
    from assessment_months
    union all
    select 'S', strftime(day_on, '%Y-%m-%d'), day_on, cast(day_on + interval 1 day as date)
    from stock_days
),

windows as (
    select
        'BASE' as window_role,
        string_split({{ parameter('hotline.base_window') }}, '/')[1] as first_period,
        string_split({{ parameter('hotline.base_window') }}, '/')[2] as last_period
    union all
    select
        'CURRENT',
        case when {{ parameter('hotline.current_window') }} = 'year_to_date' then min(period)
            else string_split({{ parameter('hotline.current_window') }}, '/')[1] end,
        case when {{ parameter('hotline.current_window') }} = 'year_to_date' then max(period)
            else string_split({{ parameter('hotline.current_window') }}, '/')[2] end
    from spans, bounds
    where period_type = 'HM' and window_end_on <= as_of + interval 1 day and year(window_end_on) = year(as_of)
),

-- at the end of the base window's own year it is the current one too, and compared with nothing
distinct_windows as (
    select first_period, last_period, min(window_role) as window_role
    from windows
    group by first_period, last_period
)

select
    spans.period_type,
    spans.period,
    spans.window_start_on,
    spans.window_end_on,
    cast(date_diff('month', spans.window_start_on, spans.window_end_on) as integer) as month_cnt,
    spans.window_end_on > bounds.as_of + interval 1 day as is_partial,
    case when spans.period_type in ('M', 'Q', 'YTD', 'Y') then
        case spans.period_type
            when 'M' then strftime(spans.window_start_on - interval 1 year, '%Y-%m')
            when 'Q' then cast(year(spans.window_start_on) - 1 as varchar) || '-Q' || cast(quarter(spans.window_start_on) as varchar)
            when 'YTD' then cast(year(spans.window_start_on) - 1 as varchar) || substr(spans.period, 5)
            else cast(year(spans.window_start_on) - 1 as varchar)
        end
    end as year_earlier_period,
    cast(null as varchar) as window_role
from spans, bounds
union all
select
    'WINDOW',
    distinct_windows.first_period || '/' || distinct_windows.last_period,
    first_hm.window_start_on,
    last_hm.window_end_on,
    cast(date_diff('month', first_hm.window_start_on, last_hm.window_end_on) as integer),
    last_hm.window_end_on > bounds.as_of + interval 1 day,
    null,
    distinct_windows.window_role
from distinct_windows
cross join bounds
inner join spans as first_hm on first_hm.period_type = 'HM' and first_hm.period = distinct_windows.first_period
inner join spans as last_hm on last_hm.period_type = 'HM' and last_hm.period = distinct_windows.last_period
