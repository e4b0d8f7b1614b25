-- one atom for each stock day, enterprise and building in statistics that it occupies
select
    'tenant_enterprise_cnt' as measure_id,
    'S' as calendar,
    home.day_on as atom_on,
    {{ run_context('district_code') }} as district_code,
    home.street_code,
    home.park_code,
    home.building_id,
    enterprise.industry,
    home.enterprise_id as entity_id,
    cast(1 as decimal(38, 8)) as amount,
    1 as row_cnt,
    home.delivery_id
from ({{ homes_on_stock_days(['delivery_id']) | indent(4) }}) as home
left join {{ ref('cur_enterprise') }} as enterprise
    on enterprise.enterprise_id = home.enterprise_id
    and enterprise.valid_from <= home.day_on
    and home.day_on < enterprise.valid_to
