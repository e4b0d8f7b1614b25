-- one atom for each measure and reporting station of an activity; a joint activity has one entity and several atoms
with counted as (
    select
        activity.*,
        station.org_id,
        station.org_name,
        station.street_code
    from {{ ref('cur_activity') }} as activity
    {{ join_station('activity.station_key', 'activity.held_on') | indent(4) }}
    where activity.activity_type <> 'PARTY' or {{ parameter('activity.include_party', 'boolean') }}
)

{% for measure, amount in [('activity_cnt', '1'), ('activity_attendance', 'attendance_cnt')] -%}
select
    '{{ measure }}' as measure_id,
    'M' as calendar,
    {{ month_atom('held_on') }} as atom_on,
    {{ run_context('district_code') }} as district_code,
    street_code,
    cast(null as varchar) as park_code,
    cast(null as varchar) as building_id,
    coalesce(org_name, station_key) as station,
    activity_type,
    activity_key as entity_id,
    cast({{ amount }} as decimal(38, 8)) as amount,
    1 as row_cnt,
    delivery_id
from counted
{% if not loop.last %}union all
{% endif %}
{%- endfor %}
