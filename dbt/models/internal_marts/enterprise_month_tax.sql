-- tax of each enterprise in each building, treasury month and tax type, for named tax roles only
with names as (
    {{ newest_names('enterprise') | indent(4) }}
)

select
    allocation.enterprise_id,
    names.enterprise_name,
    allocation.bucket,
    allocation.building_id,
    strftime(allocation.treasury_month_on, '%Y-%m') as treasury_month,
    allocation.tax_type,
    {{ fen_to_yuan('sum(allocation.total_fen)') }} as tax_total_yuan,
    {{ fen_to_yuan('sum(allocation.district_fen)') }} as tax_district_yuan,
    bool_or(allocation.is_district_derived) as is_district_derived
from {{ ref('cur_tax_allocation') }} as allocation
left join names on names.enterprise_id = allocation.enterprise_id
group by allocation.enterprise_id, names.enterprise_name, allocation.bucket, allocation.building_id, treasury_month, allocation.tax_type
