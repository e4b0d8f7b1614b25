with source as (
    select * from {{ source('landing', 'r01') }}
),

renamed as (
    select
        -- keys
        {{ row_id() }} as row_id,
        delivery_id,
        coalesce(uscc, '') as raw_code,
        enterprise_name as raw_name,
        rating_code,
        batch,
        stage,
        -- attributes
        certificate_no,
        source_doc,
        -- times
        grant_date as granted_on,
        valid_from as valid_from_on,
        valid_to as valid_to_on
    from source
)

select * from renamed
