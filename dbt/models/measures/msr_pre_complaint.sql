-- appeals by the month found and by the month resolved
with atoms as (
    select 'pre_complaint_cnt' as measure_id, {{ month_atom('found_at') }} as atom_on, appeal.*
    from {{ ref('cur_pre_complaint') }} as appeal
    where cast(found_at as date) <= {{ run_context('as_of') }}
    union all
    select 'pre_complaint_resolved_cnt', {{ month_atom('resolved_on') }}, appeal.*
    from {{ ref('cur_pre_complaint') }} as appeal
    where appeal_status = 'RESOLVED' and resolved_on <= {{ run_context('as_of') }}
)

select
    measure_id,
    'M' as calendar,
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
