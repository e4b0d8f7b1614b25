with source as (
    select * from {{ source('ops', 'run_context') }}
),

renamed as (
    select
        -- keys
        build_id,
        district_code,
        -- times
        known_at,
        as_of
    from source
)

select * from renamed
