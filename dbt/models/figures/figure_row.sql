-- the figures of all kinds in one form, but for those that are about other figures
select
    kpi_id, area_type, area_code, breakdown_type, breakdown_code, period_type, period,
    cast(null as varchar) as base_period, caliber, value,
    cast(null as decimal(38, 8)) as numerator, cast(null as decimal(38, 8)) as denominator,
    is_partial, window_start_on, window_end_on,
    cast(null as date) as base_window_start_on, cast(null as date) as base_window_end_on,
    missing_feeds, reason, 'ALL' as basis, cast(null as varchar) as building_set_id
from {{ ref('fig_level') }}
union all
select
    kpi_id, area_type, area_code, breakdown_type, breakdown_code, period_type, period,
    null, caliber, value, numerator, denominator,
    is_partial, window_start_on, window_end_on, null, null, missing_feeds, reason, 'ALL', null
from {{ ref('fig_ratio') }}
union all
select
    kpi_id, area_type, area_code, breakdown_type, breakdown_code, period_type, period,
    base_period, caliber, value, numerator, denominator,
    false, window_start_on, window_end_on, base_window_start_on, base_window_end_on, missing_feeds, reason, 'ALL', null
from {{ ref('fig_yoy') }}
union all
select
    kpi_id, area_type, area_code, breakdown_type, breakdown_code, period_type, period,
    base_period, null, value, numerator, denominator,
    false, window_start_on, window_end_on, base_window_start_on, base_window_end_on, missing_feeds, reason, 'ALL', null
from {{ ref('fig_window') }}
union all
select
    kpi_id, area_type, area_code, breakdown_type, breakdown_code, period_type, period,
    base_period, null, value, numerator, denominator,
    false, window_start_on, window_end_on, base_window_start_on, base_window_end_on, missing_feeds, reason, basis,
    building_set_id
from {{ ref('fig_l4l') }}
union all
select
    kpi_id, area_type, area_code, breakdown_type, breakdown_code, period_type, period,
    base_period, null, value, null, null,
    false, window_start_on, window_end_on, base_window_start_on, base_window_end_on, missing_feeds, null, 'ALL', null
from {{ ref('fig_decomposition') }}
union all
select
    kpi_id, area_type, area_code, breakdown_type, breakdown_code, period_type, period,
    null, null, value, numerator, denominator,
    is_partial, window_start_on, window_end_on, null, null, missing_feeds, reason, 'ALL', null
from {{ ref('fig_leading') }}
union all
select
    kpi_id, area_type, area_code, breakdown_type, breakdown_code, period_type, period,
    null, caliber, value, null, null,
    false, window_start_on, window_end_on, null, null, missing_feeds, reason, 'ALL', null
from {{ ref('fig_rank') }}
union all
-- a KPI that nobody defined has a place for its figure and no figure
select
    kpi_id, area_type, area_code, breakdown_type, breakdown_code, period_type, period,
    null, null, null, null, null,
    false, window_start_on, window_end_on, null, null, null, '口径未定 / undefined', 'ALL', null
from {{ ref('figure_cell') }}
where kind = 'unresolved' and window_start_on = {{ run_context('as_of') }}
