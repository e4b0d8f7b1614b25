{{ config(meta={'gate': 'G-CONS', 'dagster': {'ref': {'name': 'cur_tax_allocation'}}}) }}
-- what was delivered = buildings + unallocated + out of scope, to the fen, for every treasury month (SPEC 2.1a)
with received as (
    select treasury_month_on, sum(total_fen) as total_fen, sum(district_fen) as district_fen
    from {{ ref('cur_tax_receipt') }}
    group by treasury_month_on
),

given_out as (
    select treasury_month_on, sum(total_fen) as total_fen, sum(district_fen) as district_fen
    from {{ ref('cur_tax_allocation') }}
    group by treasury_month_on
)

select received.*, given_out.total_fen as given_total_fen, given_out.district_fen as given_district_fen
from received
full join given_out on given_out.treasury_month_on = received.treasury_month_on
where received.total_fen is distinct from given_out.total_fen or received.district_fen is distinct from given_out.district_fen
