with source as (
    select * from {{ source('landing', 'h01') }}
),

renamed as (
    select
        -- keys
        {{ row_id() }} as row_id,
        delivery_id,
        ticket_no,
        linked_ticket,
        -- attributes
        ticket_type,
        category_path,
        tags,
        channel,
        urgency,
        unit_lv1,
        unit_lv2,
        unit_role,
        district_name,
        street_name,
        place,
        status as ticket_status,
        coalesce(is_duplicate, false) as is_duplicate,
        coalesce(exclude_flag, false) as is_excluded,
        exclude_reason,
        caller_phone as caller_key,
        -- measures
        reopen_count as reopened_cnt,
        -- times
        created_at,
        dispatched_at,
        signed_at,
        contacted_at,
        feedback_at,
        closed_at,
        due_at,
        updated_at
    from source
)

select * from renamed
