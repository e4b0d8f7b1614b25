with source as (
    select * from {{ source('landing', 'h02') }}
),

renamed as (
    select
        -- keys
        {{ row_id() }} as row_id,
        delivery_id,
        ticket_no,
        callback_seq,
        -- attributes
        valid as is_valid,
        contacted as is_contacted,
        resolved as resolution,
        satisfaction,
        -- times
        callback_at
    from source
)

select * from renamed
