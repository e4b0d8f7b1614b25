with source as (
    select * from {{ source('identity', 'quarantine') }}
),

renamed as (
    select
        -- keys
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
