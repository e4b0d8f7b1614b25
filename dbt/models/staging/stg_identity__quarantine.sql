with source as (
    select * from {{ source('identity', 'quarantine') }}
),

renamed as (
    select
        -- keys
        {{ row_id() }} as row_id,
        delivery_id,
        feed,
        file,
        sheet,
        row_no,
        rule_id,
        -- attributes
        action
    from source
)

select * from renamed
