with stock as (
    select occupancy.*, building.building_name, building.rentable_area_m2
    from {{ ref('cur_occupancy') }} as occupancy
    inner join {{ ref('cur_building') }} as building
        on building.building_id = occupancy.building_id
        and building.valid_from <= {{ run_context('as_of') }}
        and {{ run_context('as_of') }} < building.valid_to
    where occupancy.valid_from <= {{ run_context('as_of') }} and {{ run_context('as_of') }} < occupancy.valid_to
),

trimmed as (
    select enterprise_id, delivery_id, row_id, valid_to from {{ ref('cur_occupancy') }} where is_end_trimmed
),

registered as (
    select enterprise_id, enterprise_name, registration_status, valid_from, valid_to from {{ ref('cur_enterprise') }}
),

spread as (
    select
        enterprise_id,
        {{ first_told() | indent(8) }},
        list_sort(list(distinct building_name)) as buildings
    from stock
    group by enterprise_id
    having count(distinct building_id) > 1
),

crowded as (
    select
        unit_no,
        any_value(building_name) as building_name,
        {{ first_told() | indent(8) }},
        count(distinct enterprise_id) as tenant_cnt
    from stock
    where unit_no is not null
    group by building_id, unit_no
    having count(distinct enterprise_id) > 1
),

leased as (
    select
        any_value(building_name) as building_name,
        {{ first_told() | indent(8) }},
        sum(leased_area_m2) as leased_m2,
        max(rentable_area_m2) as rentable_m2
    from stock
    group by building_id
    having sum(leased_area_m2) * 100 > max(rentable_area_m2) * 105
),

gone as (
    select registered.enterprise_name, {{ first_told() | indent(4) }}
    from stock
    inner join registered
        on registered.enterprise_id = stock.enterprise_id
        and registered.valid_from <= {{ run_context('as_of') }}
        and {{ run_context('as_of') }} < registered.valid_to
    where registered.registration_status = 'DEREGISTERED'
    group by stock.enterprise_id, registered.enterprise_name
),

titles as (
    select * from {{ ref('cur_rating') }} where stage in ('CERTIFIED', 'RENEWED')
),

decorated as (
    select enterprise_id, {{ first_told() | indent(4) }}
    from titles
    where valid_from <= {{ run_context('as_of') }} and {{ run_context('as_of') }} < valid_to
    group by enterprise_id
    having count(distinct rating) > 1
),

stages as (
    select
        stage.delivery_id,
        stage.row_id,
        row_number() over (
            partition by stage.enterprise_id, stage.rating, stage.batch, stage.stage
            order by delivery.version, delivery.ordered_at, delivery.sha256
        ) as told_no
    from {{ ref('fct_rating_stage') }} as stage
    inner join {{ ref('stg_ledger__delivery') }} as delivery on delivery.delivery_id = stage.delivery_id
),

again as (
    select
        delivery_id,
        {{ in_first_row('row_id') }} filter (where told_no > 1) as row_id,
        count(*) filter (where told_no = 1) as new_cnt,
        count(*) filter (where told_no > 1) as repeated_cnt
    from stages
    group by delivery_id
    having count(*) filter (where told_no > 1) > 0
)

select
    'B-BIZ-02' as rule_id,
    'ACCEPT' as action,
    'O01' as feed,
    delivery_id,
    row_id,
    enterprise_id as subject,
    json_object('a', buildings[1], 'b', array_to_string(buildings[2:], '、')) as facts
from spread
union all
select
    'B-BIZ-04', 'AUTO', 'O01', delivery_id, row_id, replace(enterprise_id, 'ENT-', ''),
    json_object('a', strftime(valid_to, '%Y-%m-%d'))
from trimmed
union all
select
    'B-BIZ-03', 'WARN', 'O01', delivery_id, row_id, unit_no,
    json_object('u', unit_no, 'n', tenant_cnt, 'a', building_name)
from crowded
union all
select
    'B-NUM-10', 'WARN', 'O01', delivery_id, row_id, building_name,
    json_object('p', building_name, 'a', cast(leased_m2 as varchar), 'b', cast(rentable_m2 as varchar))
from leased
union all
select 'B-BIZ-05', 'WARN', 'O01', delivery_id, row_id, enterprise_name, json_object('a', enterprise_name)
from gone
union all
select
    'B-BIZ-06', 'WARN', 'R01', delivery_id, row_id, replace(enterprise_id, 'ENT-', ''),
    json_object('a', concat_ws(' ', replace(enterprise_id, 'ENT-', ''), rating), 'd', strftime(valid_to, '%Y-%m-%d'))
from titles
where valid_to <= {{ run_context('as_of') }}
union all
select
    'B-BIZ-07', 'ACCEPT', 'R01', {{ in_first_row('delivery_id') }}, {{ in_first_row('row_id') }}, null,
    json_object('n', count(*))
from decorated
having count(*) > 0
union all
select 'B-BIZ-08', 'AUTO', 'R01', delivery_id, row_id, null, json_object('n', new_cnt, 'k', repeated_cnt)
from again
