-- change on the same period of the year before; both levels are kept, and a tiny base gives no rate (SPEC 2.1 rule 4)
with levels as (
    select kpi.kpi_id as change_id, level.*
    from {{ ref('kpi') }} as kpi
    inner join {{ ref('fig_level') }} as level on level.kpi_id = kpi.change_of
    where kpi.kind = 'yoy' and list_contains(string_split(kpi.period_types, '|'), level.period_type)
)

select
    current.change_id as kpi_id,
    current.area_type,
    current.area_code,
    current.breakdown_type,
    current.breakdown_code,
    current.period_type,
    current.period,
    base.period as base_period,
    current.window_start_on,
    current.window_end_on,
    base.window_start_on as base_window_start_on,
    base.window_end_on as base_window_end_on,
    nullif(concat_ws('; ', current.missing_feeds, base.missing_feeds), '') as missing_feeds,
    case when base.value >= 10000 then {{ divide('current.value - base.value', 'base.value') }} end as value,
    current.value as numerator,
    base.value as denominator,
    case when current.caliber is not null
        then case when 'DERIVED' in (current.caliber, base.caliber) then 'DERIVED' else 'FED' end
    end as caliber,
    case when base.value < 10000 then '基期为零、为负或过小 / the base is zero, negative or tiny' end as reason
from levels as current
inner join levels as base
    on base.change_id = current.change_id
    and base.area_type = current.area_type
    and base.area_code = current.area_code
    and base.breakdown_type = current.breakdown_type
    and base.breakdown_code = current.breakdown_code
    and base.period_type = current.period_type
    and base.period = current.year_earlier_period
where not current.is_partial
