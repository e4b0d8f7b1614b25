-- full-time social workers on post on each stock day, one atom for each person and station
select
    'staff_fulltime_cnt' as measure_id,
    'S' as calendar,
    stock.day_on as atom_on,
    {{ run_context('district_code') }} as district_code,
    station.street_code,
    cast(null as varchar) as park_code,
    cast(null as varchar) as building_id,
    coalesce(station.org_name, staff.station_key) as station,
    staff.person_key as entity_id,
    cast(1 as decimal(38, 8)) as amount,
    1 as row_cnt,
    staff.delivery_id
from {{ ref('dim_stock_day') }} as stock
inner join {{ ref('cur_staff') }} as staff
    on staff.valid_from <= stock.day_on and stock.day_on < staff.valid_to
{{ join_station('staff.station_key', 'stock.day_on') }}
where staff.is_full_time
