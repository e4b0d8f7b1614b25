with source as (
    select * from {{ source('release', 'first_published') }}
),

renamed as (
    select
        -- keys
        kpi_id,
        area_type,
        area_code,
        breakdown_type,
        breakdown_code,
        period_type,
        period,
        base_period,
        basis,
        -- measures
        value
    from source
)

select * from renamed
