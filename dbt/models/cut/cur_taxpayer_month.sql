-- what a cumulative month takes off is no refund, and takes off refunds too
select
    enterprise_id,
    treasury_month_on,
    building_id,
    street_code,
    is_refund or (total_fen < 0) = regexp_matches(row_id, ':[0-9]+$') as is_refund,
    cast(sum(total_fen) as bigint) as total_fen
from {{ ref('cur_tax_allocation') }}
where bucket = 'BUILDING' and treasury_month_on <= {{ run_context('as_of') }}
group by all
