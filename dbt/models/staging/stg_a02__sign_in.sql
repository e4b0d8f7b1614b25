with source as (
    select * from {{ source('landing', 'a02') }}
),

renamed as (
    select
        -- keys
        {{ row_id() }} as row_id,
        delivery_id,
        activity_id,
        -- a telephone tells persons of one name apart
        coalesce(person_phone, person_name) as person_key,
        coalesce(uscc, '') as raw_code,
        coalesce(enterprise_name, '') as raw_name,
        -- times
        signed_at
    from source
)

select * from renamed
