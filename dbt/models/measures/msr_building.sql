-- what stands on each stock day: one atom for each measure and building in statistics
with days as (
    select day_on from {{ ref('dim_stock_day') }}
),

standing as (
    select days.day_on, building.*
    from days
    inner join {{ ref('cur_building') }} as building
        on building.valid_from <= days.day_on and days.day_on < building.valid_to
    where building.is_in_stat
),

-- a link holds while link and organisation both hold; an organisation is found by its type and unique name
organisations as (
    select days.day_on, organisation.org_type, organisation.org_name_key
    from days
    inner join {{ ref('cur_organisation') }} as organisation
        on organisation.valid_from <= days.day_on and days.day_on < organisation.valid_to
    group by all
    having count(distinct organisation.org_id) = 1
),

covered as (
    select
        days.day_on,
        link.building_id,
        bool_or(link.org_type = 'PARTY_ORG') as has_party_org,
        bool_or(link.org_type = 'COMMITTEE') as has_committee,
        bool_or(link.org_type = 'STATION') as has_station
    from days
    inner join {{ ref('cur_coverage') }} as link on link.valid_from <= days.day_on and days.day_on < link.valid_to
    inner join organisations
        on organisations.day_on = days.day_on
        and organisations.org_type = link.org_type
        and organisations.org_name_key = link.org_name_key
    group by days.day_on, link.building_id
),

measured as (
    select
        standing.*,
        cast(1 as decimal(38, 8)) as building_cnt,
        cast(standing.gross_area_m2 as decimal(38, 8)) as gross_area_m2_sum,
        cast(standing.rentable_area_m2 as decimal(38, 8)) as rentable_area_m2_sum,
        cast(coalesce(covered.has_party_org, false) as integer) as covered_party_org_cnt,
        cast(coalesce(covered.has_committee, false) as integer) as covered_committee_cnt,
        cast(coalesce(covered.has_station, false) as integer) as covered_station_cnt,
        cast(coalesce(covered.has_party_org and covered.has_committee and covered.has_station, false) as integer)
            as covered_troika_cnt
    from standing
    left join covered on covered.day_on = standing.day_on and covered.building_id = standing.building_id
)

{% set measures = {
    'building_cnt': 'building_cnt', 'gross_area_m2': 'gross_area_m2_sum', 'rentable_area_m2': 'rentable_area_m2_sum',
    'covered_party_org_cnt': 'covered_party_org_cnt', 'covered_committee_cnt': 'covered_committee_cnt',
    'covered_station_cnt': 'covered_station_cnt', 'covered_troika_cnt': 'covered_troika_cnt',
} -%}
{% for measure, column in measures.items() -%}
select
    '{{ measure }}' as measure_id,
    'S' as calendar,
    day_on as atom_on,
    {{ run_context('district_code') }} as district_code,
    street_code,
    park_code,
    building_id,
    grade,
    building_id as entity_id,
    cast({{ column }} as decimal(38, 8)) as amount,
    1 as row_cnt,
    delivery_id
from measured
{% if not loop.last %}union all
{% endif %}
{%- endfor %}
