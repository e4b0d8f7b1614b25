{{ config(materialized='view') }}
-- tax of payers with what they were at the date: their industry, and whether the district counts that as leading
with dated as {{ read_anew() }} (
    select tax.*, coalesce(enterprise.industry, '_U') as industry, enterprise.industry_code
    from {{ ref('cur_tax_by_payer') }} as tax
    left join {{ ref('cur_enterprise') }} as enterprise
        on enterprise.enterprise_id = tax.enterprise_id
        and enterprise.valid_from <= tax.attributed_on
        and tax.attributed_on < enterprise.valid_to
    where tax.treasury_month_on <= {{ run_context('as_of') }}
),

-- the district's list names sections or longer codes, and may name one within another
led as (
    select distinct asked.industry_code, asked.attributed_on
    from (select distinct industry_code, attributed_on from dated) as asked
    inner join {{ ref('stg_office__leading_industry') }} as listed
        on starts_with(asked.industry_code, listed.industry_code)
        and coalesce(listed.valid_from, date '0001-01-01') <= asked.attributed_on
        and asked.attributed_on < coalesce(listed.valid_to, {{ open_end() }})
)

select
    dated.delivery_id,
    dated.enterprise_id,
    dated.industry,
    dated.tax_type,
    dated.treasury_month_on,
    dated.bucket,
    dated.building_id,
    dated.street_code,
    dated.park_code,
    dated.is_district_derived,
    led.industry_code is not null as is_leading,
    dated.total_fen,
    dated.district_fen,
    dated.part_cnt
from dated
left join led on led.industry_code = dated.industry_code and led.attributed_on = dated.attributed_on
