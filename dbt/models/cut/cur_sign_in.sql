with reports as (
    {{ at_cut(ref('fct_sign_in'), 'A02') | indent(4) }}
),

-- a joint activity with one number is reported by each of its stations
activities as (
    select activity_id, min(held_on) as held_on
    from {{ ref('cur_activity') }}
    where activity_id is not null
    group by activity_id
)

select
    reports.row_id,
    reports.activity_id,
    reports.enterprise_id,
    reports.person_key,
    reports.signed_at,
    activities.held_on,
    reports.delivery_id
from reports
left join activities on activities.activity_id = reports.activity_id
where coalesce(cast(reports.signed_at as date), activities.held_on, reports.scope_on) <= {{ run_context('as_of') }}
-- whom nothing tells from others is somebody else in every row
qualify row_number() over (
    partition by reports.activity_id, coalesce(reports.person_key, reports.row_id)
    order by reports.enterprise_id is null, reports.signed_at, reports.row_id
) = 1
