with source as (
    select * from {{ source('landing', 'm02') }}
),

renamed as (
    select
        -- keys
        {{ row_id() }} as row_id,
        delivery_id,
        meeting_id,
        dept as department,
        -- attributes
        substitute as is_substitute,
        -- measures
        score,
        -- times
        summoned_at,
        required_by as required_by_at,
        arrived_at
    from source
)

select * from renamed
