with source as (
    select * from {{ source('ledger', 'control_total') }}
),

renamed as (
    select
        -- keys
        delivery_id,
        column_name,
        -- measures
        stated,
        summed
    from source
)

select * from renamed
