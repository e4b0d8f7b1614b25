with source as (
    select * from {{ source('identity', 'xref_enterprise') }}
),

renamed as (
    select
        -- keys
        raw_code,
        raw_name,
        enterprise_id,
        -- attributes
        method,
        evidence,
        -- measures
        score,
        -- times
        known_from,
        valid_from,
        valid_to
    from source
)

select * from renamed
