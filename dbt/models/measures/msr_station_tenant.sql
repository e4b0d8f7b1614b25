-- tenants on each stock day by the stations that cover their buildings; where none does, of the district alone
with days as (
    select day_on from {{ ref('dim_stock_day') }}
),

stations as (
    select day_on, building_id, org_name as station
    from ({{ covered_on_days() | indent(4) }}) as coverage
    where org_type = 'STATION'
)

select
    'station_tenant_cnt' as measure_id,
    'S' as calendar,
    tenant.atom_on,
    tenant.district_code,
    cast(null as varchar) as street_code,
    cast(null as varchar) as park_code,
    cast(null as varchar) as building_id,
    stations.station,
    tenant.entity_id,
    cast(1 as decimal(38, 8)) as amount,
    count(*) as row_cnt,
    tenant.delivery_id
from {{ ref('msr_tenant') }} as tenant
left join stations on stations.day_on = tenant.atom_on and stations.building_id = tenant.building_id
group by tenant.atom_on, tenant.district_code, stations.station, tenant.entity_id, tenant.delivery_id
