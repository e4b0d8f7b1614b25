-- appeals by the month and assessment month in which they were found, and by the month resolved
with appeals as (
    select *, cast(found_at as date) as found_on
    from {{ ref('cur_pre_complaint') }}
    where cast(found_at as date) <= {{ run_context('as_of') }}
),

atoms as (
    select 'pre_complaint_cnt' as measure_id, 'M' as calendar, {{ month_atom('found_on') }} as atom_on, appeals.*
    from appeals
    union all
    select 'pre_complaint_cnt', 'HM', {{ assessment_month_start('found_on') }}, appeals.*
    from appeals
    union all
    -- those found in the assessment month, whenever they were resolved since
    select 'pre_complaint_found_resolved_cnt', 'HM', {{ assessment_month_start('found_on') }}, appeals.*
    from appeals
    where appeal_status = 'RESOLVED' and coalesce(resolved_on, found_on) <= {{ run_context('as_of') }}
    union all
    select 'pre_complaint_resolved_cnt', 'M', {{ month_atom('resolved_on') }}, appeal.*, cast(appeal.found_at as date)
    from {{ ref('cur_pre_complaint') }} as appeal
    where appeal_status = 'RESOLVED' and resolved_on <= {{ run_context('as_of') }}
)

select
    measure_id,
    calendar,
    atom_on,
    {{ run_context('district_code') }} as district_code,
    street_code,
    park_code,
    building_id,
    source,
    appeal_id as entity_id,
    cast(1 as decimal(38, 8)) as amount,
    1 as row_cnt,
    delivery_id
from atoms
