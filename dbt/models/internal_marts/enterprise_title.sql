-- titles that enterprises hold or apply for, with the newest name of each and the buildings that it is in today
with names as (
    {{ newest_names('enterprise') | indent(4) }}
),

places as (
    select entity_id as enterprise_id, min(street_code) as street_code, count(distinct building_id) as building_cnt
    from {{ ref('msr_tenant') }}
    where measure_id = 'tenant_enterprise_cnt' and atom_on = {{ run_context('as_of') }}
    group by entity_id
)

select
    title.enterprise_id,
    names.enterprise_name,
    title.rating,
    title.batch,
    title.stage,
    places.street_code,
    coalesce(places.building_cnt, 0) as building_cnt,
    coalesce(
        title.stage in ('CERTIFIED', 'RENEWED')
        and title.valid_from <= {{ run_context('as_of') }}
        and {{ run_context('as_of') }} < title.valid_to,
        false
    ) as is_valid,
    title.granted_on,
    title.valid_from,
    title.valid_to
from {{ ref('cur_rating') }} as title
left join names on names.enterprise_id = title.enterprise_id
left join places on places.enterprise_id = title.enterprise_id
