with source as (
    select * from {{ source('landing', 'o01') }}
),

renamed as (
    select
        -- keys
        {{ row_id() }} as row_id,
        delivery_id,
        building_name,
        unit_no,
        coalesce(uscc, '') as raw_code,
        enterprise_name as raw_name,
        -- attributes
        self_owned as is_self_owned,
        is_registered_here,
        taxed_in_district as is_taxed_in_district,
        move_out_reason,
        -- measures
        leased_area_m2,
        rent as rent_yuan_per_m2_day,
        employees as employee_cnt,
        -- times
        moved_in_on,
        moved_out_on,
        lease_end as lease_end_on
    from source
)

select * from renamed
