-- the three lists: what was raised or first listed in each month, and what is open on each stock day
with days as (
    select day_on from {{ ref('dim_stock_day') }}
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
        max_by(raised_on, valid_from) as raised_on, max_by(delivery_id, valid_from) as delivery_id
    from {{ ref('cur_need') }}
    group by need_id
),

atoms as (
    select 'need_cnt' as measure_id, 'M' as calendar, {{ month_atom('raised_on') }} as atom_on, raised_on as event_on,
        building_id, category, cast(null as varchar) as resource_type, need_id as entity_id, delivery_id
    from needs
    where raised_on <= {{ run_context('as_of') }}
    union all
    select 'need_cnt', 'S', days.day_on, days.day_on, need.building_id, need.category, null, need.need_id, need.delivery_id
    from days
    inner join {{ ref('cur_need') }} as need on need.valid_from <= days.day_on and days.day_on < need.valid_to
    where need.need_status in ('OPEN', 'IN_PROGRESS')
    union all
    select 'resource_cnt', 'M', {{ month_atom('first_listed_on') }}, first_listed_on, null, null, resource_type, resource_id, delivery_id
    from resources
    where first_listed_on <= {{ run_context('as_of') }}
    union all
    select 'resource_cnt', 'S', days.day_on, days.day_on, null, null, resource.resource_type, resource.resource_id, resource.delivery_id
    from days
    inner join {{ ref('cur_resource') }} as resource
        on resource.valid_from <= days.day_on and days.day_on < resource.valid_to
    where coalesce(resource.available_from_on, days.day_on) <= days.day_on
        and days.day_on < coalesce(resource.available_to_on, {{ open_end() }})
    union all
    select 'project_cnt', 'M', {{ month_atom('first_listed_on') }}, first_listed_on, null, null, null, project_id, delivery_id
    from projects
    where first_listed_on <= {{ run_context('as_of') }}
    union all
    select 'project_cnt', 'S', days.day_on, days.day_on, null, null, null, project.project_id, project.delivery_id
    from days
    inner join {{ ref('cur_project') }} as project on project.valid_from <= days.day_on and days.day_on < project.valid_to
    where project.project_status in ('PLANNED', 'RUNNING')
)

select
    atoms.measure_id,
    atoms.calendar,
    atoms.atom_on,
    {{ run_context('district_code') }} as district_code,
    building.street_code,
    building.park_code,
    atoms.building_id,
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
