-- organisations on each stock day, with the staffing norm of stations, and guided foundations by month
with days as (
    select day_on from {{ ref('dim_stock_day') }}
),

standing as (
    select days.day_on, organisation.*
    from days
    inner join {{ ref('cur_organisation') }} as organisation
        on organisation.valid_from <= days.day_on and days.day_on < organisation.valid_to
),

-- a street's or an authority's guidance is not a building organisation's: that is in this list, or says 楼宇 where
-- the office writes its name in another way
building_organisations as (
    select distinct org_name_key
    from {{ ref('cur_organisation') }}
    where org_type in ('PARTY_ORG', 'COMMITTEE', 'STATION')
),

founded as (
    select organisation.org_id, max_by(organisation.formed_on, organisation.valid_from) as formed_on,
        max_by(organisation.street_code, organisation.valid_from) as street_code,
        max_by(organisation.delivery_id, organisation.valid_from) as delivery_id
    from {{ ref('cur_organisation') }} as organisation
    left join building_organisations as guide on guide.org_name_key = organisation.guided_by_key
    where organisation.org_type = 'TWO_NEW_PARTY_ORG'
        and (guide.org_name_key is not null or contains(organisation.guided_by_key, '楼宇'))
    group by organisation.org_id
),

staffed as (
    select
        station.day_on,
        station.org_id,
        station.org_name,
        station.street_code,
        station.delivery_id,
        norm.norm,
        count(distinct staff.person_key) as staff_cnt
    from standing as station
    left join {{ ref('stg_office__staff_norm') }} as norm
        on norm.station_type = station.station_type
        and coalesce(norm.valid_from, date '0001-01-01') <= station.day_on
        and station.day_on < coalesce(norm.valid_to, {{ open_end() }})
    left join {{ ref('cur_staff') }} as staff
        on staff.station_key = station.org_name_key
        and staff.is_full_time
        and staff.valid_from <= station.day_on
        and station.day_on < staff.valid_to
    where station.org_type = 'STATION'
    group by all
),

atoms as (
    select
        case org_type when 'PARTY_ORG' then 'party_org_cnt' when 'COMMITTEE' then 'committee_cnt' else 'station_cnt' end as measure_id,
        'S' as calendar,
        day_on as atom_on,
        street_code,
        station_type,
        cast(null as varchar) as station,
        org_id,
        1 as amount,
        delivery_id
    from standing
    where org_type in ('PARTY_ORG', 'COMMITTEE', 'STATION')
    union all
    select 'staff_norm_cnt', 'S', day_on, street_code, null, org_name, org_id, norm, delivery_id
    from staffed
    union all
    select 'stations_below_norm_cnt', 'S', day_on, street_code, null, org_name, org_id, cast(staff_cnt < norm as integer), delivery_id
    from staffed
    union all
    select 'two_new_party_org_guided_cnt', 'M', {{ month_atom('formed_on') }}, street_code, null, null, org_id, 1, delivery_id
    from founded
    where formed_on <= {{ run_context('as_of') }}
)

select
    measure_id,
    calendar,
    atom_on,
    {{ run_context('district_code') }} as district_code,
    street_code,
    cast(null as varchar) as park_code,
    cast(null as varchar) as building_id,
    station_type,
    station,
    org_id as entity_id,
    cast(amount as decimal(38, 8)) as amount,
    1 as row_cnt,
    delivery_id
from atoms
