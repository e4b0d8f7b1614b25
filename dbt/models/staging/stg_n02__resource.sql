with source as (
    select * from {{ source('landing', 'n02') }}
),

renamed as (
    select
        -- keys
        {{ row_id() }} as row_id,
        delivery_id,
        resource_id as raw_resource_id,
        provider,
        content as content_key,
        -- attributes
        resource_type,
        -- measures
        times_used as use_cnt,
        -- times
        available_from as available_from_on,
        available_to as available_to_on
    from source
)

select * from renamed
