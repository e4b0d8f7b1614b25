-- treasury months whose receipts, weights or industries are not those of the last completed build, or that somebody
-- asked for anew. A month that the last build held and this one does not is touched too: what it had must go
with told as (
    select
        receipt.treasury_month_on as month_on,
        hash(
            receipt.row_id, receipt.delivery_id, receipt.enterprise_id, receipt.tax_type, receipt.is_refund,
            receipt.is_district_derived, receipt.total_fen, receipt.district_fen, receipt.attributed_on,
            receipt.treasury_month_on <= {{ run_context('as_of') }},
            weight.bucket, weight.building_id, weight.building_code, weight.street_code, weight.park_code, weight.weight,
            weight.is_equal_weight, enterprise.industry, enterprise.industry_code
        ) as row_hash
    from {{ ref('cur_tax_receipt') }} as receipt
    inner join {{ ref('cur_tax_weight') }} as weight
        on weight.enterprise_id = receipt.attributed_enterprise_id
        and weight.attributed_on = receipt.attributed_on
    left join {{ ref('cur_enterprise') }} as enterprise
        on enterprise.enterprise_id = receipt.enterprise_id
        and enterprise.valid_from <= receipt.attributed_on
        and receipt.attributed_on < enterprise.valid_to
),

-- which industries lead decides what a month's tax is told under
leading_list as (
    select sum(hash(industry_code, valid_from, valid_to)) as listed from {{ ref('stg_office__leading_industry') }}
),

months as (
    select
        month_on,
        {{ fingerprint(['count(*)', 'sum(row_hash)', run_context('district_code'), 'max(leading_list.listed)']) }} as fingerprint
    from told
    cross join leading_list
    group by month_on
),

-- who asks twice asks for one month
asked as (
    select distinct month_on
    from {{ ref('stg_ops__build_scope') }}
    where district_code = {{ run_context('district_code') }}
),

compared as (
    select
        coalesce(months.month_on, built.month_on) as month_on,
        months.fingerprint,
        case
            when asked.month_on is not null then 'ASKED'
            when built.month_on is null then 'NEW'
            when months.month_on is null then 'GONE'
            when months.fingerprint <> built.fingerprint then 'CHANGED'
        end as reason
    from months
    full join {{ ref('stg_ops__built_month') }} as built on built.subject = 'tax' and built.month_on = months.month_on
    left join asked on asked.month_on = coalesce(months.month_on, built.month_on)
)

select
    'tax' as subject,
    month_on,
    fingerprint,
    reason,
    reason is not null as is_touched
from compared
