with source as (
    select * from {{ source('landing', 'v01') }}
),

renamed as (
    select
        -- keys
        {{ row_id() }} as row_id,
        delivery_id,
        station,
        coalesce(uscc, '') as raw_code,
        enterprise_name as raw_name,
        -- times
        visited_on
    from source
)

select * from renamed
