with source as (
    select * from {{ source('ops', 'feed_coverage') }}
),

renamed as (
    select
        -- keys
        feed,
        -- attributes
        kind,
        missing_months,
        -- times
        first_on,
        stated_from_on,
        complete_until_on
    from source
)

select * from renamed
