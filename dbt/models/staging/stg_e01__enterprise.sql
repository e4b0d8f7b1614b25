with source as (
    select * from {{ source('landing', 'e01') }}
),

renamed as (
    select
        -- keys
        {{ row_id() }} as row_id,
        delivery_id,
        uscc as credit_code,
        reg_no as registration_no,
        -- attributes
        name as enterprise_name,
        former_name,
        entity_type,
        status as registration_status,
        reg_authority,
        reg_district as registration_district_code,
        industry_code,
        change_type,
        -- times
        established_on,
        status_date as status_on
    from source
)

select * from renamed
