with source as (
    select * from {{ source('ledger', 'delivery') }}
),

renamed as (
    select
        -- keys
        delivery_id,
        feed,
        sha256,
        -- attributes
        path,
        version,
        declared_scope,
        status,
        is_addition,
        is_cumulative,
        -- measures
        rows_read as read_cnt,
        rows_accepted as accepted_cnt,
        rows_quarantined as quarantined_cnt,
        rows_set_aside as set_aside_cnt,
        -- times
        ordered_at,
        received_at,
        known_at
    from source
)

select * from renamed
