{{ config(materialized='table') }}

with district as (
    select {{ run_context('district_code') }} as area_code
),

parks as (
    select distinct park_code, park_name
    from {{ ref('fct_building_statement') }}
    where park_code is not null
)

select
    'district' as area_type,
    district.area_code,
    official.parent_code,
    coalesce(official.name_zh, district.area_code) as name_zh,
    coalesce(official.name_en, district.area_code) as name_en
from district
left join {{ ref('stg_office__area') }} as official
    on official.area_type = 'district' and official.area_code = district.area_code
union all
select
    'street' as area_type,
    street.street_code as area_code,
    {{ run_context('district_code') }} as parent_code,
    min(coalesce(official.name_zh, street.name_zh)) as name_zh,
    min(coalesce(official.name_en, street.name_zh)) as name_en
from {{ ref('dim_street_name') }} as street
left join {{ ref('stg_office__area') }} as official
    on official.area_type = 'street' and official.area_code = street.street_code
group by street.street_code
union all
select
    'park' as area_type,
    parks.park_code as area_code,
    {{ run_context('district_code') }} as parent_code,
    min(coalesce(official.name_zh, parks.park_name)) as name_zh,
    min(coalesce(official.name_en, parks.park_name)) as name_en
from parks
left join {{ ref('stg_office__area') }} as official
    on official.area_type = 'park' and official.area_code = parks.park_code
group by parks.park_code
