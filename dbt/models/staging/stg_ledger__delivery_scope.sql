with source as (
    select * from {{ source('ledger', 'delivery_scope') }}
),

renamed as (
    select
        -- keys
        delivery_id,
        scope_key,
        scope_on
    from source
)

select * from renamed
