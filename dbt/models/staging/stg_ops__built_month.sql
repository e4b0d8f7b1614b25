with source as (
    select * from {{ source('ops', 'built_month') }}
),

renamed as (
    select
        -- keys
        subject,
        -- attributes
        fingerprint,
        -- times
        month_on
    from source
)

select * from renamed
