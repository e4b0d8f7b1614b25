with source as (
    select * from {{ source('landing', 'r02') }}
),

renamed as (
    select
        -- keys
        {{ row_id() }} as row_id,
        delivery_id,
        coalesce(uscc, '') as raw_code,
        enterprise_name as raw_name,
        exchange,
        code as security_code,
        -- attributes
        tier,
        -- times
        listed_on,
        delisted_on
    from source
)

select * from renamed
