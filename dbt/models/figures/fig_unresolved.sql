-- a KPI that nobody defined has a place for its figure on the reference day and no figure
select
    kpi_id,
    area_type,
    area_code,
    breakdown_type,
    breakdown_code,
    period_type,
    period,
    window_start_on,
    window_end_on,
    cast(null as decimal(38, 8)) as value,
    '口径未定 / undefined' as reason
from {{ ref('figure_cell') }}
where kind = 'unresolved' and window_start_on = {{ run_context('as_of') }}
