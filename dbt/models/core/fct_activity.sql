select
    activity.row_id,
    activity.delivery_id,
    concat_ws('|', nullif(delivery.declared_scope, ''), activity.station) as scope_key,
    {{ month_start('activity.held_on') }} as scope_on,
    activity.activity_id,
    {{ name_key('activity.station') }} as station_key,
    {{ name_key('activity.title') }} as title_key,
    string_split({{ name_key("array_to_string(activity.co_hosts, '|')") }}, '|') as co_host_keys,
    activity.activity_type,
    activity.activity_status,
    activity.attendance_cnt,
    activity.held_on
from {{ ref('stg_a01__activity') }} as activity
inner join {{ ref('stg_ledger__delivery') }} as delivery on delivery.delivery_id = activity.delivery_id
