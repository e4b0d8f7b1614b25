with reports as (
    {{ at_cut(ref('fct_summons'), 'M02') | indent(4) }}
),

meetings as (
    {{ at_cut(ref('fct_meeting'), 'M01') | indent(4) }}
)

select
    reports.row_id,
    reports.meeting_id,
    reports.department,
    reports.is_substitute,
    reports.score,
    reports.summoned_at,
    reports.required_by_at,
    reports.arrived_at,
    reports.delivery_id
from reports
-- a meeting that the ledger does not know speaks for itself; one that it knows must be a whistle that was held
where cast(reports.summoned_at as date) <= {{ run_context('as_of') }}
    and (
        reports.meeting_id in (select meeting_id from {{ ref('cur_meeting') }} where meeting_type = 'WHISTLE')
        or reports.meeting_id not in (select meeting_id from meetings)
    )
qualify row_number() over (
    partition by reports.meeting_id, reports.department_key
    order by reports.arrived_at is null, reports.summoned_at desc, reports.row_id desc
) = 1
