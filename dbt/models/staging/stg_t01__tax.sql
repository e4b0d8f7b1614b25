with source as (
    select * from {{ source('landing', 't01') }}
),

renamed as (
    select
        -- keys
        {{ row_id() }} as row_id,
        delivery_id,
        uscc as raw_code,
        taxpayer_name as raw_name,
        voucher_no,
        orig_ref as original_voucher_no,
        -- attributes
        tax_type,
        coalesce(is_refund, amount_total < 0) as is_refund,
        tax_authority,
        amount_total_unit as source_unit,
        -- measures
        {{ yuan_to_fen('amount_total') }} as total_fen,
        {{ yuan_to_fen('amount_district') }} as district_fen,
        -- times
        treasury_month as treasury_month_on,
        tax_period_start as tax_period_start_on,
        tax_period_end as tax_period_end_on
    from source
)

select * from renamed
