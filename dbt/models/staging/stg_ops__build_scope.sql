with source as (
    select * from {{ source('ops', 'build_scope') }}
),

renamed as (
    select
        -- keys
        district_code,
        -- attributes
        reason,
        -- times
        month_on
    from source
)

select * from renamed
