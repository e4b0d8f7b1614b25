-- companies listed on a stock day in the buildings that they use, and first listings by month of those that use any
with exchanges as (
    select * from {{ ref('cur_listing') }} where exchange not in ('NEEQ_BASE', 'NEEQ_INNOV', 'REGIONAL')
),

occupied as (
    select occupancy.enterprise_id, building.building_id, greatest(occupancy.valid_from, building.valid_from) as valid_from,
        least(occupancy.valid_to, building.valid_to) as valid_to
    from {{ ref('cur_occupancy') }} as occupancy
    inner join {{ ref('cur_building') }} as building on building.building_id = occupancy.building_id and building.is_in_stat
),

-- a date corrected in a later list is the date, not a second listing
securities as (
    select enterprise_id, exchange, security_code, max_by(listed_on, valid_from) as listed_on,
        max_by(delivery_id, valid_from) as delivery_id
    from exchanges
    group by enterprise_id, exchange, security_code
),

first_listings as (
    select enterprise_id, min(listed_on) as listed_on, min_by(delivery_id, (listed_on, delivery_id)) as delivery_id
    from securities
    group by enterprise_id
),

atoms as (
    select distinct
        'new_listed_cnt' as measure_id,
        'M' as calendar,
        {{ month_atom('listing.listed_on') }} as atom_on,
        cast(null as varchar) as building_id,
        listing.enterprise_id,
        listing.delivery_id
    from first_listings as listing
    inner join occupied
        on occupied.enterprise_id = listing.enterprise_id
        and occupied.valid_from <= listing.listed_on
        and listing.listed_on < occupied.valid_to
    where listing.listed_on <= {{ run_context('as_of') }}
    union all
    select distinct 'listed_cnt', 'S', stock.day_on, occupied.building_id, listing.enterprise_id,
        listing.delivery_id
    from {{ ref('dim_stock_day') }} as stock
    inner join exchanges as listing
        on listing.valid_from <= stock.day_on and stock.day_on < listing.valid_to
    inner join occupied
        on occupied.enterprise_id = listing.enterprise_id
        and occupied.valid_from <= stock.day_on
        and stock.day_on < occupied.valid_to
)

select
    measure_id,
    calendar,
    atom_on,
    {{ run_context('district_code') }} as district_code,
    cast(null as varchar) as street_code,
    cast(null as varchar) as park_code,
    building_id,
    enterprise_id as entity_id,
    cast(1 as decimal(38, 8)) as amount,
    1 as row_cnt,
    delivery_id
from atoms
