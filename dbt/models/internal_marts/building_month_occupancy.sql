-- who and how much stands in each building on each stock day: its figures side by side
with names as (
    {{ newest_names('building') | indent(4) }}
)

select
    figures.area_code as building_id,
    names.building_name,
    figures.window_start_on as stock_on,
    {{ figure_of('occupancy_rate', 'denominator', 'decimal(18, 2)') }} as rentable_area_m2,
    {{ figure_of('occupancy_rate', 'numerator', 'decimal(18, 2)') }} as occupied_area_m2,
    {{ figure_of('occupancy_rate') }} as occupancy_rate,
    {{ figure_of('tenant_enterprise_cnt', type='bigint') }} as tenant_cnt,
    {{ figure_of('local_reg_cnt', type='bigint') }} as local_tenant_cnt,
    {{ figure_of('employee_cnt', type='bigint') }} as employee_cnt
from {{ ref('figure') }} as figures
left join names on names.building_id = figures.area_code
where figures.area_type = 'building'
    and figures.period_type = 'S'
    and figures.kpi_id in ('occupancy_rate', 'tenant_enterprise_cnt', 'local_reg_cnt', 'employee_cnt')
group by figures.area_code, names.building_name, figures.window_start_on
