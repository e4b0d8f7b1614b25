-- what is let on each stock day in buildings in statistics: areas, rents and the people who work there
with standing as (
    select stock.day_on, building.*
    from {{ ref('dim_stock_day') }} as stock
    inner join {{ ref('cur_building') }} as building
        on building.valid_from <= stock.day_on and stock.day_on < building.valid_to
    where building.is_in_stat
),

held as (
    select
        home.*,
        -- a lease of which nobody told the area fills nothing
        coalesce(home.leased_area_m2, 0) as filled_area_m2
    from ({{ homes_on_stock_days([
        'unit_no', 'moved_in_on', 'is_self_owned', 'leased_area_m2', 'rented_area_m2', 'rent_yuan_per_day', 'delivery_id'
    ], ['grade', 'rentable_area_m2']) | indent(4) }}) as home
),

-- people belong to the room that reports them, so a tenant of two buildings has each building's own there
staffed as (
    select held.*, report.employee_cnt
    from held
    inner join {{ ref('cur_employee_count') }} as report
        on report.enterprise_id = held.enterprise_id
        and report.building_id = held.building_id
        and report.unit_no is not distinct from held.unit_no
        and report.moved_in_on is not distinct from held.moved_in_on
        and report.valid_from <= held.day_on
        and held.day_on < report.valid_to
),

-- what the owner uses is told by the register only where the occupancy list does not name the owner
unlisted as (
    select standing.*
    from standing
    left join (select distinct day_on, building_id from held where is_self_owned) as listed
        on listed.day_on = standing.day_on and listed.building_id = standing.building_id
    where standing.self_used_m2 is not null and listed.building_id is null
)

{% set measures = [
    ('occupied_area_m2', 'filled_area_m2', 'held', 'rentable_area_m2 is not null'),
    ('self_used_area_m2', 'self_used_m2', 'unlisted', 'rentable_area_m2 is not null'),
    ('rented_area_m2', 'rented_area_m2', 'held', 'rent_yuan_per_day is not null'),
    ('rent_yuan_per_day', 'rent_yuan_per_day', 'held', 'rent_yuan_per_day is not null'),
    ('employee_cnt', 'employee_cnt', 'staffed', 'true'),
] -%}
{% for measure, amount, rows, condition in measures -%}
select
    '{{ measure }}' as measure_id,
    'S' as calendar,
    day_on as atom_on,
    {{ run_context('district_code') }} as district_code,
    street_code,
    park_code,
    building_id,
    grade,
    cast(sum({{ amount }}) as decimal(38, 8)) as amount,
    count(*) as row_cnt,
    delivery_id
from {{ rows }}
where {{ condition }}
group by all
{% if not loop.last %}union all
{% endif %}
{%- endfor %}
