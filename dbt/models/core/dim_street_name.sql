{{ config(materialized='table') }}

with official as (
    select
        {{ street_key('spelling') }} as street_key,
        area_code as street_code,
        name_zh
    from (
        select area_code, name_zh, unnest(list_append(string_split(coalesce(also, ''), '|'), name_zh)) as spelling
        from {{ ref('stg_office__area') }}
        where area_type = 'street' and parent_code = {{ run_context('district_code') }}
    ) as spelled
    where spelling <> ''
),

-- a building code names its district and street, so a district whose streets nobody listed still has them
coded as (
    select
        {{ street_key('street_name') }} as street_key,
        regexp_extract(building_code, '^(\d{6})-?(\d{3})-?\d+$', 1)
        || regexp_extract(building_code, '^(\d{6})-?(\d{3})-?\d+$', 2) as street_code,
        street_name
    from {{ ref('stg_b01__building') }}
),

stated as (
    select
        street_key,
        coalesce(mode(nullif(street_code, '')), {{ run_context('district_code') }} || '-' || street_key) as street_code,
        min(street_name) as name_zh
    from coded
    group by street_key
)

select street_key, street_code, name_zh
from official
qualify row_number() over (partition by street_key order by street_code) = 1
union all
select street_key, street_code, name_zh
from stated
where street_key not in (select official.street_key from official)
