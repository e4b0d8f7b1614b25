with source as (
    select * from {{ source('ops', 'period_due') }}
),

renamed as (
    select
        -- keys
        feed,
        period,
        -- attributes
        is_delivered,
        is_on_time,
        -- times
        month_on,
        due_on
    from source
)

select * from renamed
