with stated as (
    {{ at_cut(ref('fct_occupancy_statement'), 'O01') | indent(4) }}
)

select
    enterprise_id,
    building_id,
    unit_no,
    moved_in_on,
    employee_cnt,
    move_out_reason,
    scope_on as reported_on,
    delivery_id,
    row_id
from stated
where employee_cnt is not null or move_out_reason is not null
