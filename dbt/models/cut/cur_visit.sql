with reports as (
    {{ at_cut(ref('fct_visit'), 'V01') | indent(4) }}
)

select
    row_id,
    station_key,
    enterprise_id,
    visited_on,
    delivery_id
from reports
where visited_on <= {{ run_context('as_of') }}
qualify row_number() over (
    partition by station_key, coalesce(enterprise_id, enterprise_name_key), visited_on
    order by row_id desc
) = 1
