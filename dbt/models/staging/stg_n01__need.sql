with source as (
    select * from {{ source('landing', 'n01') }}
),

renamed as (
    select
        -- keys
        {{ row_id() }} as row_id,
        delivery_id,
        need_id as raw_need_id,
        building_name,
        enterprise_name,
        content as content_key,
        project_id,
        -- attributes
        category,
        status as need_status,
        resource_ids,
        -- times
        raised_on,
        due_on,
        closed_on
    from source
)

select * from renamed
