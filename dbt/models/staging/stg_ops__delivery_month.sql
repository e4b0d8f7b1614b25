with source as (
    select * from {{ source('ops', 'delivery_month') }}
),

renamed as (
    select
        -- keys
        delivery_id,
        -- times
        month_on
    from source
)

select * from renamed
