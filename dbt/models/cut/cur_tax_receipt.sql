-- each reading of the rows takes the few columns that it needs, so what stands is not set down before it is read
with recursive told as {{ read_anew() }} (
    {{ at_cut(ref('fct_tax_receipt'), 'T01') | indent(4) }}
),

-- months that were sent as the year so far, each with the last such month of its year before it
cumulative as (
    select
        told.scope_key,
        told.scope_on,
        min(told.delivery_id) as delivery_id,
        lag(told.scope_on) over (
            partition by told.scope_key, date_trunc('year', told.scope_on) order by told.scope_on
        ) as from_on
    from told
    where told.is_cumulative
    group by told.scope_key, told.scope_on
),

-- what such a month holds of the months before it is taken off (B-PER-02)
taken_off as (
    select
        told.* replace (
            concat_ws(':', told.row_id, cast(cumulative.scope_on as varchar)) as row_id,
            cumulative.delivery_id as delivery_id,
            cumulative.scope_on as scope_on,
            cumulative.scope_on as treasury_month_on,
            cast(null as date) as tax_period_end_on,
            cast(null as varchar) as voucher_no,
            cast(null as varchar) as original_voucher_no,
            -told.total_fen as total_fen,
            -told.district_fen as district_fen
        )
    from cumulative
    inner join told
        on told.scope_key = cumulative.scope_key
        and told.scope_on < cumulative.scope_on
        and told.scope_on >= coalesce(cumulative.from_on, cast(date_trunc('year', cumulative.scope_on) as date))
),

-- the row that a correction names: of the same tax type and payer where the voucher holds several, and no
-- correction itself where corrections repeat the voucher that they correct
links as (
    select
        correction.row_id,
        original.row_id as original_row_id,
        original.enterprise_id,
        original.treasury_month_on,
        original.tax_period_end_on
    from told as correction
    inner join told as original
        on original.voucher_no = correction.original_voucher_no and original.row_id <> correction.row_id
    where correction.original_voucher_no is not null
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
    select *, [row_id, original_row_id] as visited
    from links
    union all
    select
        chain.row_id,
        links.original_row_id,
        links.enterprise_id,
        links.treasury_month_on,
        links.tax_period_end_on,
        list_append(chain.visited, links.original_row_id)
    from chain
    inner join links on links.row_id = chain.original_row_id
    where not list_contains(chain.visited, links.original_row_id)
),

origins as (
    select *
    from chain
    qualify row_number() over (partition by row_id order by len(visited) desc) = 1
),

attributed as (
    select
        told.*,
        coalesce(origins.enterprise_id, told.enterprise_id) as attributed_enterprise_id,
        coalesce(origins.treasury_month_on, told.treasury_month_on) as attributed_month_on,
        case when origins.row_id is null then told.tax_period_end_on else origins.tax_period_end_on end
            as attributed_period_end_on
    from told
    left join origins on origins.row_id = told.row_id
    union all
    select *, enterprise_id, treasury_month_on, tax_period_end_on
    from taken_off
)

select
    attributed.row_id,
    attributed.delivery_id,
    attributed.enterprise_id,
    attributed.tax_type,
    attributed.treasury_month_on,
    attributed.is_refund,
    attributed.tax_authority,
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
