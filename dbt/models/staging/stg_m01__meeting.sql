with source as (
    select * from {{ source('landing', 'm01') }}
),

renamed as (
    select
        -- keys
        {{ row_id() }} as row_id,
        delivery_id,
        meeting_id as raw_meeting_id,
        matter as matter_key,
        -- attributes
        meeting_type,
        channel,
        building_name,
        status as meeting_status,
        -- times
        held_at,
        due_on,
        closed_on
    from source
)

select * from renamed
