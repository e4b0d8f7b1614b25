with source as (
    select * from {{ source('landing', 'g02') }}
),

renamed as (
    select
        -- keys
        {{ row_id() }} as row_id,
        delivery_id,
        building_name,
        org_name,
        org_type,
        -- times
        valid_from as valid_from_on,
        valid_to as valid_to_on
    from source
)

select * from renamed
