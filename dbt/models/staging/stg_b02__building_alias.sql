with source as (
    select * from {{ source('landing', 'b02') }}
),

renamed as (
    select
        -- keys
        {{ row_id() }} as row_id,
        delivery_id,
        alias_norm,
        building_code,
        -- attributes
        source as alias_source,
        -- times
        valid_from
    from source
)

select * from renamed
