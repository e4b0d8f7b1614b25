with source as (
    select * from {{ source('landing', 'g01') }}
),

renamed as (
    select
        -- keys
        {{ row_id() }} as row_id,
        delivery_id,
        org_id as raw_org_id,
        name as org_name,
        -- attributes
        org_type,
        station_type,
        party_level,
        formation,
        parent_org,
        guided_by,
        street_name,
        -- times
        formed_on,
        dissolved_on
    from source
)

select * from renamed
