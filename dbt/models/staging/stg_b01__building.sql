with source as (
    select * from {{ source('landing', 'b01') }}
),

renamed as (
    select
        -- keys
        {{ row_id() }} as row_id,
        delivery_id,
        building_code,
        building_name,
        street_name,
        -- attributes
        park_name,
        address,
        alias,
        owner_name,
        property_mgmt,
        ownership_type,
        grade,
        use_type,
        stat_flag as is_in_stat,
        -- measures
        gross_area_m2,
        rentable_area_m2,
        self_used_m2,
        vacant_area_m2,
        -- times
        completed_on,
        stat_from as in_stat_from_on
    from source
)

select * from renamed
