with source as (
    select * from {{ source('identity', 'xref_building') }}
),

renamed as (
    select
        -- keys
        raw_code,
        raw_name,
        raw_street,
        building_id,
        -- attributes
        method,
        relation,
        evidence,
        -- measures
        score
    from source
)

select * from renamed
