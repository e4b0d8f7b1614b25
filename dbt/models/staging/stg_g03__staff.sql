with source as (
    select * from {{ source('landing', 'g03') }}
),

renamed as (
    select
        -- keys
        {{ row_id() }} as row_id,
        delivery_id,
        coalesce(person_id_no, person_name) as person_key,
        station,
        -- attributes
        full_time as is_full_time,
        -- times
        on_post_from,
        on_post_to
    from source
)

select * from renamed
