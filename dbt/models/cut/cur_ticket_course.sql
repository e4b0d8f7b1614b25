-- when each ticket was to be dispatched, signed for and answered, and what it did in time. A deadline runs by the clock; by
-- the parameter deadline.calendar = working, only on working days, all day long, and at midnight it has run out with the day.
with tickets as (
    select
        ticket_no,
        building_id,
        urgency,
        is_timeless,
        created_at,
        case when cast(dispatched_at as date) <= {{ run_context('as_of') }} then dispatched_at end as dispatched_at,
        signed_at,
        coalesce(feedback_at, closed_at) as answered_at,
        -- what is in hand again is not closed, whenever it was closed before
        case when not is_in_hand and cast(closed_at as date) <= {{ run_context('as_of') }} then closed_at end as closed_at,
        due_at,
        coalesce(dispatched_at, created_at) as started_at
    from {{ ref('cur_ticket') }}
    where is_countable and building_id is not null
),

-- the limit of the level, else that of all levels not named
limited as (
    select
        tickets.*,
        coalesce(own_dispatch.hours, any_dispatch.hours) as dispatch_hours,
        coalesce(own_feedback.hours, any_feedback.hours) as feedback_hours
    from tickets
    {% for alias, kind, urgency, day in [
        ('own_dispatch', 'DISPATCH', 'tickets.urgency', 'created_at'),
        ('any_dispatch', 'DISPATCH', 'null', 'created_at'),
        ('own_feedback', 'FEEDBACK', 'tickets.urgency', 'started_at'),
        ('any_feedback', 'FEEDBACK', 'null', 'started_at'),
    ] -%}
    left join {{ ref('stg_office__hotline_limit') }} as {{ alias }}
        on {{ alias }}.kind = '{{ kind }}'
        and {{ alias }}.urgency {{ 'is null' if urgency == 'null' else '= ' ~ urgency }}
        and coalesce({{ alias }}.valid_from, date '0001-01-01') <= cast(tickets.{{ day }} as date)
        and cast(tickets.{{ day }} as date) < coalesce({{ alias }}.valid_to, {{ open_end() }})
    {% endfor %}
),

-- microseconds of working time until a ticket's limit has passed, counted from the first working day known
run as (
    select
        limited.*,
        cast(limited.feedback_hours * 3600000000 as bigint) as limit_us,
        case when day.is_working
            then (day.working_day_no - 1) * 86400000000 + epoch_us(limited.started_at) - epoch_us(date_trunc('day', limited.started_at))
            else day.working_day_no * 86400000000
        end + limit_us as ends_at_us
    from limited
    left join {{ ref('dim_working_day') }} as day on day.day_on = cast(limited.started_at as date)
),

due as (
    select
        run.*,
        case
            -- of a due time at midnight only the day is known
            when run.due_at = date_trunc('day', run.due_at) then run.due_at + interval 1 day
            when run.due_at is not null then run.due_at
            when {{ parameter('deadline.calendar') }} = 'working'
                then cast(last_day.day_on as timestamp) + to_microseconds(run.ends_at_us - (last_day.working_day_no - 1) * 86400000000)
            else run.started_at + to_microseconds(run.limit_us)
        end as answer_due_at
    from run
    left join {{ ref('dim_working_day') }} as last_day
        on last_day.is_working and last_day.working_day_no = {{ whole_part('run.ends_at_us - 1', '86400000000') }} + 1
)

select
    ticket_no,
    dispatched_at,
    closed_at,
    answer_due_at,
    coalesce(dispatched_at <= created_at + to_microseconds(cast(dispatch_hours * 3600000000 as bigint)), false) as is_dispatched_on_time,
    coalesce(
        signed_at <= dispatched_at + to_microseconds(cast({{ parameter('hotline.sign_hours', 'decimal(10,4)') }} * 3600000000 as bigint)), false
    ) as is_signed_on_time,
    -- nothing tells whether a ticket without times was answered in time
    coalesce(answer_due_at <= cast({{ run_context('as_of') }} + interval 1 day as timestamp), false) and not is_timeless as is_due,
    coalesce(answered_at <= answer_due_at, false) as is_answered_on_time
from due
