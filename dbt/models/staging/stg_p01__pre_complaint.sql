with source as (
    select * from {{ source('landing', 'p01') }}
),

renamed as (
    select
        -- keys
        {{ row_id() }} as row_id,
        delivery_id,
        appeal_id as raw_appeal_id,
        content as content_key,
        linked_ticket as linked_ticket_no,
        -- attributes
        building_name,
        source,
        category,
        status as appeal_status,
        -- times
        found_at,
        resolved_at as resolved_on
    from source
)

select * from renamed
