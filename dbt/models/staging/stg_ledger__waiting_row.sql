with source as (
    select * from {{ source('ledger', 'waiting_row') }}
),

renamed as (
    select
        -- keys
        delivery_id,
        -- measures
        cast(worth * 100 as bigint) as worth_fen
    from source
)

select * from renamed
