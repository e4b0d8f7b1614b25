with source as (
    select * from {{ source('landing', 'a01') }}
),

renamed as (
    select
        -- keys
        {{ row_id() }} as row_id,
        delivery_id,
        activity_id,
        station,
        title,
        -- attributes
        co_hosts,
        activity_type,
        coalesce(status, 'HELD') as activity_status,
        place,
        building_names,
        -- measures
        attendance as attendance_cnt,
        enterprises as enterprise_cnt,
        -- times
        held_on
    from source
)

select * from renamed
