-- what became of whistles: departments summoned and arrived by the month of the meeting, and matters closed by the month
-- in which they were due; a matter is one, whomever it summoned
with whistles as (
    select meeting_id, cast(held_at as date) as held_on, due_on, closed_on, delivery_id
    from {{ ref('cur_meeting') }}
    where meeting_type = 'WHISTLE'
),

summoned as (
    select
        summons.meeting_id,
        summons.department,
        -- a meeting that nobody reported was when its departments were summoned
        coalesce(whistles.held_on, cast(summons.summoned_at as date)) as held_on,
        coalesce(cast(summons.arrived_at as date) <= {{ run_context('as_of') }}, false) as is_arrived,
        summons.is_substitute,
        summons.delivery_id
    from {{ ref('cur_summons') }} as summons
    left join whistles on whistles.meeting_id = summons.meeting_id
),

-- what is due later may still be closed in time
due as (
    select whistles.*, summoned.department
    from whistles
    left join summoned on summoned.meeting_id = whistles.meeting_id
    where whistles.due_on <= {{ run_context('as_of') }}
),

atoms as (
    {% for measure, condition in [
        ('summons_cnt', 'true'),
        ('summons_arrived_cnt', 'is_arrived'),
        ('summons_substitute_cnt', 'is_arrived and is_substitute'),
    ] -%}
    select '{{ measure }}' as measure_id, {{ month_atom('held_on') }} as atom_on, department,
        meeting_id || '|' || department as entity_id, delivery_id
    from summoned
    where {{ condition }}
    union all
    {% endfor -%}
    select 'whistle_due_cnt', {{ month_atom('due_on') }}, department, meeting_id, delivery_id
    from due
    union all
    select 'whistle_closed_on_time_cnt', {{ month_atom('due_on') }}, department, meeting_id, delivery_id
    from due
    where closed_on <= due_on
)

select
    measure_id,
    'M' as calendar,
    atom_on,
    {{ run_context('district_code') }} as district_code,
    cast(null as varchar) as street_code,
    cast(null as varchar) as park_code,
    cast(null as varchar) as building_id,
    department,
    entity_id,
    cast(1 as decimal(38, 8)) as amount,
    1 as row_cnt,
    delivery_id
from atoms
