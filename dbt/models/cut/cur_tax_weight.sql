with questions as (
    select distinct attributed_enterprise_id as enterprise_id, attributed_on
    from {{ ref('cur_tax_receipt') }}
),

held as (
    select
        questions.enterprise_id,
        questions.attributed_on,
        occupancy.building_id,
        building.building_code,
        building.street_code,
        building.park_code,
        coalesce(building.is_in_stat, false) as is_in_stat,
        sum(occupancy.leased_area_m2) as area_m2,
        bool_or(occupancy.leased_area_m2 is null) as is_area_missing
    from questions
    inner join {{ ref('cur_occupancy') }} as occupancy
        on occupancy.enterprise_id = questions.enterprise_id
        and occupancy.valid_from <= questions.attributed_on
        and questions.attributed_on < occupancy.valid_to
    left join {{ ref('cur_building') }} as building
        on building.building_id = occupancy.building_id
        and building.valid_from <= questions.attributed_on
        and questions.attributed_on < building.valid_to
    group by all
),

in_stat as (
    select
        *,
        bool_or(is_area_missing) over whole or sum(area_m2) over whole = 0 as is_equal_weight
    from held
    where is_in_stat
    window whole as (partition by enterprise_id, attributed_on)
)

select
    enterprise_id,
    attributed_on,
    'BUILDING' as bucket,
    building_id,
    coalesce(building_code, building_id) as building_code,
    street_code,
    park_code,
    case when is_equal_weight then 1 else cast(area_m2 * 100 as bigint) end as weight,
    is_equal_weight
from in_stat
union all
select
    questions.enterprise_id,
    questions.attributed_on,
    case when bool_or(held.building_id is not null) then 'OUT_OF_SCOPE' else 'UNALLOCATED' end as bucket,
    null as building_id,
    null as building_code,
    null as street_code,
    null as park_code,
    1 as weight,
    false as is_equal_weight
from questions
left join held on held.enterprise_id = questions.enterprise_id and held.attributed_on = questions.attributed_on
group by questions.enterprise_id, questions.attributed_on
having not coalesce(bool_or(held.is_in_stat), false)
