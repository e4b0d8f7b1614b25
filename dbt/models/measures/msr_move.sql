-- who moved in and out of buildings in statistics by month. Each level has atoms of its own: what is a move for a building
-- is none for its street where the tenant was in the street before, and none for the district where it was there
with turns as (
    select 'moved_in_cnt' as measure_id, enterprise_id, building_id, delivery_id, valid_from as moved_on,
        valid_from as inside_on, cast(valid_from - interval 1 day as date) as outside_on
    from {{ ref('cur_occupancy') }}
    where is_start and valid_from <= {{ run_context('as_of') }} and valid_from > date '0001-01-01'
    union all
    -- one that ceased to be has not moved
    select 'moved_out_cnt', enterprise_id, building_id, delivery_id, valid_to, cast(valid_to - interval 1 day as date), valid_to
    from {{ ref('cur_occupancy') }}
    where is_end and valid_to <= {{ run_context('as_of') }} and coalesce(move_out_reason, '') <> 'CLOSED'
),

placed as (
    select turns.*, building.street_code
    from turns
    inner join {{ ref('cur_building') }} as building
        on building.building_id = turns.building_id
        and building.is_in_stat
        and building.valid_from <= turns.inside_on
        and turns.inside_on < building.valid_to
),

-- where it was on the day on the other side of the move
elsewhere as (
    select placed.measure_id, placed.enterprise_id, placed.outside_on, home.building_id, home.street_code
    from (select distinct measure_id, enterprise_id, outside_on from placed) as placed
    inner join ({{ homes_in_statistics() | indent(4) }}) as home
        on home.enterprise_id = placed.enterprise_id
        and home.valid_from <= placed.outside_on
        and placed.outside_on < home.valid_to
),

judged as (
    select
        placed.measure_id,
        placed.enterprise_id,
        placed.building_id,
        placed.street_code,
        placed.moved_on,
        placed.delivery_id,
        count(elsewhere.building_id) = 0 as is_of_district,
        coalesce(not bool_or(elsewhere.street_code = placed.street_code), true) as is_of_street,
        coalesce(not bool_or(elsewhere.building_id = placed.building_id), true) as is_of_building
    from placed
    left join elsewhere
        on elsewhere.measure_id = placed.measure_id
        and elsewhere.enterprise_id = placed.enterprise_id
        and elsewhere.outside_on = placed.outside_on
    group by all
),

-- tax of the twelve months before the month of the exit, where the tax feed reaches back so far for the whole year
taxed as (
    select
        judged.enterprise_id,
        judged.moved_on,
        judged.delivery_id,
        sum(tax.total_fen) as total_fen
    from (select distinct enterprise_id, moved_on, delivery_id from judged where measure_id = 'moved_out_cnt' and is_of_district)
        as judged
    inner join {{ ref('cur_taxpayer_month') }} as tax
        on tax.enterprise_id = judged.enterprise_id
        and tax.treasury_month_on < {{ month_start('judged.moved_on') }}
        and tax.treasury_month_on >= {{ month_start('judged.moved_on') }} - interval 12 month
    inner join {{ ref('stg_ops__feed_coverage') }} as coverage
        on coverage.feed = 'T01' and coverage.first_on <= date_trunc('year', judged.moved_on) - interval 12 month
    group by all
),

atoms as (
    select measure_id, moved_on, {{ run_context('district_code') }} as district_code, cast(null as varchar) as street_code,
        cast(null as varchar) as building_id, enterprise_id, 1 as amount, delivery_id
    from judged
    where is_of_district
    union all
    select measure_id, moved_on, null, street_code, null, enterprise_id, 1, delivery_id
    from judged
    where is_of_street and street_code is not null
    union all
    select measure_id, moved_on, null, null, building_id, enterprise_id, 1, delivery_id
    from judged
    where is_of_building
    union all
    select 'moved_out_tax_yuan', moved_on, {{ run_context('district_code') }}, null, null, enterprise_id,
        {{ fen_to_yuan('total_fen') }}, delivery_id
    from taxed
    union all
    select 'moved_out_taxpayer_cnt', moved_on, {{ run_context('district_code') }}, null, null, enterprise_id, 1, delivery_id
    from taxed
)

select
    measure_id,
    'M' as calendar,
    {{ month_start('moved_on') }} as atom_on,
    district_code,
    street_code,
    cast(null as varchar) as park_code,
    building_id,
    enterprise_id as entity_id,
    cast(amount as decimal(38, 8)) as amount,
    1 as row_cnt,
    delivery_id
from atoms
