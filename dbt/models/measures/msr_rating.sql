-- titles valid on each stock day of enterprises in a building, and what happened to titles in each month
with days as (
    select day_on from {{ ref('dim_stock_day') }}
),

held as (
    select
        days.day_on,
        title.enterprise_id,
        title.rating,
        tenant.street_code,
        tenant.park_code,
        tenant.building_id,
        title.delivery_id
    from days
    inner join {{ ref('cur_rating') }} as title
        on title.stage in ('CERTIFIED', 'RENEWED') and title.valid_from <= days.day_on and days.day_on < title.valid_to
    inner join {{ ref('msr_tenant') }} as tenant on tenant.atom_on = days.day_on and tenant.entity_id = title.enterprise_id
),

-- an application is a batch's first step; one that was never reported as applied counts when it was certified
applications as (
    select
        enterprise_id,
        batch,
        coalesce(
            min(case when stage = 'APPLIED' then granted_on end),
            min(case when stage = 'CERTIFIED' then granted_on end),
            min(granted_on)
        ) as applied_on,
        min(delivery_id) as delivery_id
    from {{ ref('cur_rating') }}
    where rating = 'NHTE' and stage in ('APPLIED', 'RECOMMENDED', 'PUBLICISED', 'CERTIFIED')
    group by enterprise_id, batch
),

atoms as (
    select
        'rating_valid_cnt' as measure_id,
        'S' as calendar,
        day_on as atom_on,
        street_code,
        park_code,
        building_id,
        rating,
        enterprise_id,
        delivery_id
    from held
    union all
    select 'rated_enterprise_cnt', 'S', day_on, street_code, park_code, building_id, rating, enterprise_id, delivery_id
    from held
    union all
    select 'rating_new_cnt', 'M', {{ month_start('granted_on') }}, null, null, null, rating, enterprise_id, delivery_id
    from {{ ref('cur_rating') }}
    where stage = 'CERTIFIED' and granted_on <= {{ run_context('as_of') }}
    union all
    select 'nhte_applied_cnt', 'M', {{ month_start('applied_on') }}, null, null, null, 'NHTE', enterprise_id, delivery_id
    from applications
    where applied_on <= {{ run_context('as_of') }}
)

select
    measure_id,
    calendar,
    atom_on,
    {{ run_context('district_code') }} as district_code,
    street_code,
    park_code,
    building_id,
    rating,
    enterprise_id as entity_id,
    cast(1 as decimal(38, 8)) as amount,
    1 as row_cnt,
    delivery_id
from atoms
