{{ config(materialized='table') }}

-- Monday to Friday save the days that the state gives off, and the weekends that it takes for them
with bounds as (
    select
        cast(min(created_at) as date) as first_on,
        -- twice the longest limit, and a long holiday, after the last ticket
        cast(max(greatest(created_at, coalesce(dispatched_at, created_at))) as date)
        + cast(coalesce((select 2 * ceil(max(hours) / 24) from {{ ref('stg_office__hotline_limit') }}), 0) + 15 as integer) as last_on
    from {{ ref('fct_ticket_version') }}
),

days as (
    select cast(day_on as date) as day_on
    from bounds, unnest(generate_series(bounds.first_on, bounds.last_on, interval 1 day)) as series (day_on)
),

judged as (
    select days.day_on, not coalesce(calendar.is_off_day, isodow(days.day_on) > 5) as is_working
    from days
    left join {{ ref('stg_office__calendar_day') }} as calendar on calendar.calendar_on = days.day_on
)

select
    day_on,
    is_working,
    cast(count(*) filter (where is_working) over (order by day_on) as bigint) as working_day_no
from judged
