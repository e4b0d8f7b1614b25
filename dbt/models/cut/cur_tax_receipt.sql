with recursive receipts as (
    {{ at_cut(ref('fct_tax_receipt'), 'T01') | indent(4) }}
),

-- the row that a correction names: of the same tax type and payer where the voucher holds several, and no
-- correction itself where corrections repeat the voucher that they correct
links as (
    select correction.row_id, original.row_id as original_row_id
    from receipts as correction
    inner join receipts as original
        on original.voucher_no = correction.original_voucher_no and original.row_id <> correction.row_id
    qualify row_number() over (
        partition by correction.row_id
        order by
            original.tax_type = correction.tax_type desc,
            original.enterprise_id = correction.enterprise_id desc,
            original.original_voucher_no is null desc,
            original.row_id
    ) = 1
),

-- a correction of a correction belongs where the first of the chain belonged
chain as (
    select row_id, original_row_id, [row_id, original_row_id] as visited
    from links
    union all
    select chain.row_id, links.original_row_id, list_append(chain.visited, links.original_row_id)
    from chain
    inner join links on links.row_id = chain.original_row_id
    where not list_contains(chain.visited, links.original_row_id)
),

origins as (
    select chain.row_id, receipts.enterprise_id, receipts.treasury_month_on, receipts.tax_period_end_on
    from chain
    inner join receipts on receipts.row_id = chain.original_row_id
    qualify row_number() over (partition by chain.row_id order by len(chain.visited) desc) = 1
),

attributed as (
    select
        receipts.*,
        coalesce(origins.enterprise_id, receipts.enterprise_id) as attributed_enterprise_id,
        coalesce(origins.treasury_month_on, receipts.treasury_month_on) as attributed_month_on,
        case when origins.row_id is null then receipts.tax_period_end_on else origins.tax_period_end_on end
            as attributed_period_end_on
    from receipts
    left join origins on origins.row_id = receipts.row_id
)

select
    attributed.row_id,
    attributed.delivery_id,
    attributed.enterprise_id,
    attributed.tax_type,
    attributed.treasury_month_on,
    attributed.is_refund,
    attributed.total_fen,
    coalesce(
        attributed.district_fen, cast({{ times_half_even('attributed.total_fen', 'share.share') }} as bigint), 0
    ) as district_fen,
    attributed.district_fen is null as is_district_derived,
    attributed.attributed_enterprise_id,
    coalesce(
        case when {{ parameter('tax.attribution') }} = 'period_end' then attributed.attributed_period_end_on end,
        last_day(attributed.attributed_month_on)
    ) as attributed_on
from attributed
left join {{ ref('stg_office__district_share') }} as share
    on share.tax_type = attributed.tax_type
    and coalesce(share.valid_from, date '0001-01-01') <= last_day(attributed.treasury_month_on)
    and last_day(attributed.treasury_month_on) < coalesce(share.valid_to, {{ open_end() }})
