-- titles that will expire within ninety days of each stock day, and how far tenants have come on the way to each title
with steps as (
    select *, list_position(['APPLIED', 'RECOMMENDED', 'PUBLICISED', 'CERTIFIED', 'RENEWED'], stage) as step_no
    from {{ ref('cur_rating') }}
    where stage not in ('WITHDRAWN', 'EXPIRED')
),

-- a title that was renewed does not expire before its renewal does, and one that will be withdrawn was not expiring
titles as (
    select stock.day_on, title.enterprise_id, title.rating, max(title.expires_on) as expires_on,
        max_by(title.delivery_id, (title.expires_on, title.delivery_id)) as delivery_id
    from {{ ref('dim_stock_day') }} as stock
    inner join steps as title on title.granted_on <= stock.day_on and stock.day_on < title.valid_to
    where title.stage in ('CERTIFIED', 'RENEWED')
    group by stock.day_on, title.enterprise_id, title.rating
    having bool_or(title.valid_from <= stock.day_on)
),

withdrawn as (
    select enterprise_id, rating, batch, max(granted_on) as ended_on
    from {{ ref('cur_rating') }}
    where stage in ('WITHDRAWN', 'EXPIRED')
    group by enterprise_id, rating, batch
),

-- of each batch the furthest stage, and of the batches still open the furthest
batches as (
    select stock.day_on, step.enterprise_id, step.rating, step.batch, max(step.step_no) as step_no,
        max_by(step.valid_to, step.step_no) as valid_to, max_by(step.granted_on, step.step_no) as granted_on,
        max_by(step.delivery_id, (step.step_no, step.delivery_id)) as delivery_id
    from {{ ref('dim_stock_day') }} as stock
    inner join steps as step on step.granted_on <= stock.day_on
    group by stock.day_on, step.enterprise_id, step.rating, step.batch
),

reached as (
    select batches.day_on, batches.enterprise_id, batches.rating, least(max(batches.step_no), 4) as step_no,
        max_by(batches.delivery_id, (batches.step_no, batches.delivery_id)) as delivery_id
    from batches
    left join withdrawn
        on withdrawn.enterprise_id = batches.enterprise_id
        and withdrawn.rating = batches.rating
        and withdrawn.batch is not distinct from batches.batch
        and withdrawn.ended_on >= batches.granted_on
        and withdrawn.ended_on <= batches.day_on
    where batches.day_on < batches.valid_to and withdrawn.ended_on is null
    group by batches.day_on, batches.enterprise_id, batches.rating
),

-- over all titles an enterprise is at one stage, its furthest
staged as (
    select day_on, enterprise_id, rating, cast(null as varchar) as stage, delivery_id
    from reached
    union all
    select day_on, enterprise_id, null, ['APPLIED', 'RECOMMENDED', 'PUBLICISED', 'CERTIFIED'][max(step_no)],
        max_by(delivery_id, (step_no, delivery_id))
    from reached
    group by day_on, enterprise_id
),

tenants as (
    select distinct atom_on, entity_id, street_code, park_code, building_id
    from {{ ref('msr_tenant') }}
    where measure_id = 'tenant_enterprise_cnt'
),

atoms as (
    select 'rating_expiring_cnt' as measure_id, day_on, {{ run_context('district_code') }} as district_code,
        cast(null as varchar) as street_code, cast(null as varchar) as park_code, cast(null as varchar) as building_id,
        rating, cast(null as varchar) as stage, enterprise_id || '|' || rating as entity_id, delivery_id
    from titles
    where expires_on < day_on + to_days({{ parameter('rating.expiring_days', 'integer') }})
    union all
    select 'rating_pipeline_cnt', day_on, {{ run_context('district_code') }}, null, null, null, rating, stage, enterprise_id,
        delivery_id
    from staged
    union all
    select 'rating_pipeline_cnt', staged.day_on, null, tenants.street_code, tenants.park_code, tenants.building_id,
        staged.rating, staged.stage, staged.enterprise_id, staged.delivery_id
    from staged
    inner join tenants on tenants.atom_on = staged.day_on and tenants.entity_id = staged.enterprise_id
)

select
    measure_id,
    'S' as calendar,
    day_on as atom_on,
    district_code,
    street_code,
    park_code,
    building_id,
    rating,
    stage,
    entity_id,
    cast(1 as decimal(38, 8)) as amount,
    1 as row_cnt,
    delivery_id
from atoms
