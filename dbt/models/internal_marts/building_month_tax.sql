-- tax of each building in each treasury month, for named tax roles only
select
    building.building_id,
    building.building_name,
    tax.street_code,
    strftime(tax.treasury_month_on, '%Y-%m') as treasury_month,
    count(distinct tax.enterprise_id) as taxpayer_cnt,
    {{ fen_to_yuan('sum(tax.total_fen)') }} as tax_total_yuan,
    {{ fen_to_yuan('sum(tax.district_fen)') }} as tax_district_yuan
from {{ ref('cur_tax_by_payer') }} as tax
inner join (
    {{ newest_names('building') | indent(4) }}
) as building on building.building_id = tax.building_id
where tax.bucket = 'BUILDING'
group by all
