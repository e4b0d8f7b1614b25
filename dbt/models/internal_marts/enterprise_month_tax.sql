-- tax of each enterprise in each building, treasury month and tax type, for named tax roles only
with names as (
    select enterprise_id, max_by(enterprise_name, valid_from) as enterprise_name
    from {{ ref('cur_enterprise') }}
    group by enterprise_id
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
