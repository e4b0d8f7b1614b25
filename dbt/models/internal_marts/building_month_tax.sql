-- tax of each building in each treasury month, for named tax roles only
select
    building.building_id,
    building.building_name,
    allocation.street_code,
    strftime(allocation.treasury_month_on, '%Y-%m') as treasury_month,
    count(distinct allocation.enterprise_id) as taxpayer_cnt,
    {{ fen_to_yuan('sum(allocation.total_fen)') }} as tax_total_yuan,
    {{ fen_to_yuan('sum(allocation.district_fen)') }} as tax_district_yuan
from {{ ref('cur_tax_allocation') }} as allocation
inner join (
    {{ newest_names('building') | indent(4) }}
) as building on building.building_id = allocation.building_id
where allocation.bucket = 'BUILDING'
group by all
