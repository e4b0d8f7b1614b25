select
    enterprise_id,
    treasury_month_on,
    building_id,
    street_code,
    is_refund,
    cast(sum(total_fen) as bigint) as total_fen
from {{ ref('cur_tax_by_payer') }}
where bucket = 'BUILDING' and treasury_month_on <= {{ run_context('as_of') }}
group by all
