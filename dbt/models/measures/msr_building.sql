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

covered as (
    select
        day_on,
        building_id,
        bool_or(org_type = 'PARTY_ORG') as has_party_org,
        bool_or(org_type = 'COMMITTEE') as has_committee,
        bool_or(org_type = 'STATION') as has_station
    from ({{ covered_on_days() | indent(4) }}) as coverage
    group by day_on, building_id
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
