-- a copy for an assisting unit may bear the lead's number and never stands for it; once supervised is supervised, even
-- where a later version no longer says so
with newest as (
    {{ newest_at_cut(
        ref('fct_ticket_version'),
        key=['ticket_no'],
        latest=["(coalesce(facts.unit_role, 'LEAD') <> 'ASSIST')", 'facts.updated_at'],
        over_rows={'was_supervised': 'bool_or(facts.is_supervised)'},
    ) | indent(4) }}
),

located as (
    select
        newest.*,
        -- the district may be written with its city before it, or short
        case when newest.district_name like concat('%', district.name_zh, '%')
                or newest.district_name like concat('%', district.also)
                or district.area_code is null
            then newest.place_building_id end as building_id
    from newest
    left join {{ ref('stg_office__area') }} as district
        on district.area_type = 'district' and district.area_code = {{ run_context('district_code') }}
)

select
    located.row_id,
    located.ticket_no,
    located.linked_ticket,
    located.caller_key,
    located.category,
    located.category_path,
    located.urgency,
    located.unit,
    located.building_id is not null as is_located,
    case when building.is_in_stat then located.building_id end as building_id,
    case when building.is_in_stat then building.street_code end as street_code,
    case when building.is_in_stat then building.park_code end as park_code,
    coalesce(located.unit_role, 'LEAD') <> 'ASSIST'
    and not located.is_duplicate
    and located.ticket_type <> 'TEST'
    and (located.ticket_type <> 'CONSULT' or {{ parameter('hotline.include_consult', 'boolean') }})
    and not coalesce(list_contains(located.tags, '测试'), false) as is_countable,
    coalesce(regexp_matches(concat_ws('|', located.category_path, list_aggregate(located.tags, 'string_agg', '|')), '楼宇|写字楼|商务楼'), false)
        as is_commercial,
    located.is_excluded,
    coalesce(located.ticket_status in ('PENDING', 'DISPATCHED', 'HANDLING', 'SUPERVISED'), false) as is_in_hand,
    -- finished, though no step of it has a time (B-BIZ-09 empties them all)
    coalesce(located.ticket_status in ('REPLIED', 'CLOSED'), false)
    and coalesce(located.dispatched_at, located.signed_at, located.feedback_at, located.closed_at) is null as is_timeless,
    located.was_supervised as is_supervised,
    coalesce(located.reopened_cnt, 0) > 0 as is_reopened,
    located.created_at,
    located.dispatched_at,
    located.signed_at,
    located.feedback_at,
    located.closed_at,
    located.due_at,
    located.delivery_id
from located
left join {{ ref('cur_building') }} as building
    on building.building_id = located.building_id
    and building.valid_from <= cast(located.created_at as date)
    and cast(located.created_at as date) < building.valid_to
where cast(located.created_at as date) <= {{ run_context('as_of') }}
