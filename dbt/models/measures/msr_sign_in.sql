-- enterprises that signed in, by month: in the district, and in the buildings in statistics that they used on the day
with signed as (
    select distinct
        enterprise_id,
        coalesce(cast(signed_at as date), held_on) as signed_on,
        delivery_id
    from {{ ref('cur_sign_in') }}
    where enterprise_id is not null and coalesce(cast(signed_at as date), held_on) <= {{ run_context('as_of') }}
)

select
    'activity_enterprise_cnt' as measure_id,
    'M' as calendar,
    {{ month_atom('signed.signed_on') }} as atom_on,
    {{ run_context('district_code') }} as district_code,
    home.street_code,
    home.park_code,
    home.building_id,
    signed.enterprise_id as entity_id,
    cast(1 as decimal(38, 8)) as amount,
    1 as row_cnt,
    signed.delivery_id
from signed
left join ({{ homes_in_statistics() | indent(4) }}) as home
    on home.enterprise_id = signed.enterprise_id
    and home.valid_from <= signed.signed_on
    and signed.signed_on < home.valid_to
