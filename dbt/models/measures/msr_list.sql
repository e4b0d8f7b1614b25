-- the three lists: what was raised or first listed in each month, and how it stands on each stock day
with days as (
    select day_on, cast(date_trunc('year', day_on) as date) as year_start_on from {{ ref('dim_stock_day') }}
),

resources as (
    select resource_id, min(first_seen_on) as first_listed_on, min_by(resource_type, first_seen_on) as resource_type,
        min_by(delivery_id, first_seen_on) as delivery_id
    from {{ ref('cur_resource') }}
    group by resource_id
),

projects as (
    select project_id, min(first_seen_on) as first_listed_on, min_by(delivery_id, first_seen_on) as delivery_id
    from {{ ref('cur_project') }}
    group by project_id
),

needs as (
    select need_id, max_by(building_id, valid_from) as building_id, max_by(category, valid_from) as category,
        max_by(raised_on, valid_from) as raised_on, max_by(delivery_id, valid_from) as delivery_id,
        max_by(need_status, valid_from) as need_status,
        -- a need closed without a date was closed when the list first said so
        coalesce(
            arg_max_null(closed_on, valid_from), min(valid_from) filter (where need_status = 'CLOSED')
        ) as closed_on
    from {{ ref('cur_need') }}
    group by need_id
),

-- needs raised long enough before a day to have been dealt with by then, as their last statement dates them
matured as (
    select days.day_on, needs.*, needs.need_status = 'CLOSED' and needs.closed_on <= days.day_on as is_closed
    from days
    inner join needs
        on needs.raised_on >= {{ parameter('programme.start', 'date') }}
        and needs.raised_on <= days.day_on - to_days({{ parameter('need.close_days', 'integer') }})
),

open_needs as (
    select days.day_on, need.*
    from days
    inner join {{ ref('cur_need') }} as need on need.valid_from <= days.day_on and days.day_on < need.valid_to
    where need.need_status in ('OPEN', 'IN_PROGRESS')
),

listed_projects as (
    select days.day_on, days.year_start_on, project.*
    from days
    inner join {{ ref('cur_project') }} as project on project.valid_from <= days.day_on and days.day_on < project.valid_to
),

named_by_projects as (
    select distinct day_on, unnest(need_ids) as need_id
    from listed_projects
),

active_resources as (
    select days.day_on, days.year_start_on, resource.*
    from days
    inner join {{ ref('cur_resource') }} as resource
        on resource.valid_from <= days.day_on and days.day_on < resource.valid_to
    where coalesce(resource.available_from_on, days.day_on) <= days.day_on
        and days.day_on < coalesce(resource.available_to_on, {{ open_end() }})
),

-- the lists that count more uses than the one before did, or any where none before counted
counted_uses as (
    select resource_id, first_seen_on as used_on
    from {{ ref('cur_resource') }}
    where use_cnt is not null
    qualify use_cnt > coalesce(lag(use_cnt) over (partition by resource_id order by first_seen_on, valid_from), 0)
),

atoms as (
    select 'need_cnt' as measure_id, 'M' as calendar, {{ month_atom('raised_on') }} as atom_on, raised_on as event_on,
        building_id, category, cast(null as varchar) as resource_type, need_id as entity_id, delivery_id
    from needs
    where raised_on <= {{ run_context('as_of') }}
    {% for measure, condition in [
        ('need_matured_cnt', 'true'),
        ('need_matured_closed_cnt', 'is_closed'),
        ('need_matured_infeasible_cnt', "need_status = 'NOT_FEASIBLE'"),
    ] -%}
    union all
    select '{{ measure }}', 'S', day_on, day_on, building_id, category, null, need_id, delivery_id
    from matured
    where {{ condition }}
    {% endfor -%}
    {% for measure, condition in [
        ('need_cnt', 'true'),
        ('need_overdue_cnt', 'due_on < day_on'),
        ('need_matched_cnt', 'len(resource_ids) > 0 or project_id is not null or exists (select 1 '
            ~ 'from named_by_projects as named where named.day_on = open_needs.day_on and named.need_id = open_needs.need_id)'),
    ] -%}
    union all
    select '{{ measure }}', 'S', day_on, day_on, building_id, category, null, need_id, delivery_id
    from open_needs
    where {{ condition }}
    {% endfor -%}
    union all
    select 'resource_cnt', 'M', {{ month_atom('first_listed_on') }}, first_listed_on, null, null, resource_type, resource_id, delivery_id
    from resources
    where first_listed_on <= {{ run_context('as_of') }}
    union all
    select 'resource_cnt', 'S', day_on, day_on, null, null, resource_type, resource_id, delivery_id
    from active_resources
    union all
    select 'resource_used_cnt', 'S', day_on, day_on, null, null, resource_type, resource_id, delivery_id
    from active_resources
    where exists (
        select 1
        from counted_uses
        where counted_uses.resource_id = active_resources.resource_id
            and counted_uses.used_on between active_resources.year_start_on and active_resources.day_on
    )
    union all
    select 'project_cnt', 'M', {{ month_atom('first_listed_on') }}, first_listed_on, null, null, null, project_id, delivery_id
    from projects
    where first_listed_on <= {{ run_context('as_of') }}
    {% for measure, condition in [
        ('project_cnt', "project_status in ('PLANNED', 'RUNNING')"),
        ('project_planned_cnt', 'planned_end_on between year_start_on and day_on'),
        ('project_completed_cnt', "planned_end_on between year_start_on and day_on and project_status = 'DONE' "
            ~ 'and coalesce(actual_end_on, day_on) <= day_on'),
    ] -%}
    union all
    select '{{ measure }}', 'S', day_on, day_on, null, null, null, project_id, delivery_id
    from listed_projects
    where {{ condition }}
    {% endfor %}
)

select
    atoms.measure_id,
    atoms.calendar,
    atoms.atom_on,
    {{ run_context('district_code') }} as district_code,
    building.street_code,
    building.park_code,
    building.building_id,
    atoms.category,
    atoms.resource_type,
    atoms.entity_id,
    cast(1 as decimal(38, 8)) as amount,
    1 as row_cnt,
    atoms.delivery_id
from atoms
left join {{ ref('cur_building') }} as building
    on building.building_id = atoms.building_id
    and building.valid_from <= atoms.event_on
    and atoms.event_on < building.valid_to
