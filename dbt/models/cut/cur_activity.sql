-- one row for each report; reports of one joint activity share activity_key (SPEC 0.1b, Governance)
with recursive reports as (
    {{ at_cut(ref('fct_activity'), 'A01') | indent(4) }}
),

held as (
    select *
    from reports
    where activity_status = 'HELD' and held_on <= {{ run_context('as_of') }}
),

pairs as (
    select one.row_id, other.row_id as other_row_id
    from held as one
    inner join held as other
        on other.held_on = one.held_on
        and other.row_id <> one.row_id
        and (
            other.activity_id = one.activity_id
            or (
                other.title_key = one.title_key
                and other.station_key <> one.station_key
                and (
                    coalesce(list_contains(one.co_host_keys, other.station_key), false)
                    or coalesce(list_contains(other.co_host_keys, one.station_key), false)
                )
            )
        )
),

-- hosts that name a common partner, or each the next, hold one event
reached as (
    select row_id, row_id as reached_row_id
    from held
    union
    select reached.row_id, pairs.other_row_id
    from reached
    inner join pairs on pairs.row_id = reached.reached_row_id
),

joined as (
    select row_id, min(reached_row_id) as activity_key
    from reached
    group by row_id
)

select
    held.row_id,
    joined.activity_key,
    held.station_key,
    held.activity_type,
    held.attendance_cnt,
    held.held_on,
    held.delivery_id,
    held.activity_id
from held
inner join joined on joined.row_id = held.row_id
