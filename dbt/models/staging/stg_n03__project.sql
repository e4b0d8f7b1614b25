with source as (
    select * from {{ source('landing', 'n03') }}
),

renamed as (
    select
        -- keys
        {{ row_id() }} as row_id,
        delivery_id,
        project_id as raw_project_id,
        name as project_name,
        owner as owner_name,
        -- attributes
        status as project_status,
        need_ids,
        -- measures
        budget as budget_yuan,
        -- times
        start_on,
        planned_end as planned_end_on,
        actual_end as actual_end_on
    from source
)

select * from renamed
