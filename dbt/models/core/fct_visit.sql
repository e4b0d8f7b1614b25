select
    visit.row_id,
    visit.delivery_id,
    concat_ws('|', nullif(delivery.declared_scope, ''), visit.station) as scope_key,
    {{ month_start('visit.visited_on') }} as scope_on,
    {{ name_key('visit.station') }} as station_key,
    enterprise.enterprise_id,
    {{ name_key('visit.raw_name') }} as enterprise_name_key,
    visit.visited_on
from {{ ref('stg_v01__visit') }} as visit
inner join {{ ref('stg_ledger__delivery') }} as delivery on delivery.delivery_id = visit.delivery_id
-- a visit to whom nobody knows was still paid
left join {{ ref('stg_identity__enterprise') }} as enterprise
    on enterprise.raw_code = visit.raw_code and enterprise.raw_name = visit.raw_name
    and visit.visited_on >= enterprise.valid_from and visit.visited_on < enterprise.valid_to
