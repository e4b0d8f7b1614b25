-- monthly averages over windows of closed assessment months, and the change from the base window to the current one
with windows as (
    select windows.period, count(*) as month_cnt
    from {{ ref('dim_period') }} as windows
    inner join {{ ref('dim_period') }} as months
        on months.period_type = 'HM'
        and months.window_start_on >= windows.window_start_on
        and months.window_end_on <= windows.window_end_on
    where windows.period_type = 'WINDOW'
    group by windows.period
),

averages as (
    select
        term.kpi_id,
        term.kind,
        term.area_type,
        term.area_code,
        term.breakdown_type,
        term.breakdown_code,
        term.period_type,
        term.period,
        term.window_start_on,
        term.window_end_on,
        term.window_role,
        term.missing_feeds,
        case when term.missing_feeds is null then cast(coalesce(term.numerator, 0) as decimal(18, 0)) end as numerator,
        cast(windows.month_cnt as decimal(18, 0)) as denominator
    from {{ ref('figure_term') }} as term
    inner join windows on windows.period = term.period
    where term.kind in ('window_average', 'window_change') and not term.is_partial
)

select
    kpi_id,
    area_type,
    area_code,
    breakdown_type,
    breakdown_code,
    period_type,
    period,
    cast(null as varchar) as base_period,
    window_start_on,
    window_end_on,
    cast(null as date) as base_window_start_on,
    cast(null as date) as base_window_end_on,
    missing_feeds,
    {{ divide('numerator', 'denominator') }} as value,
    numerator,
    denominator,
    cast(null as varchar) as reason
from averages
where kind = 'window_average'
union all
select
    current.kpi_id,
    current.area_type,
    current.area_code,
    current.breakdown_type,
    current.breakdown_code,
    current.period_type,
    current.period,
    base.period,
    current.window_start_on,
    current.window_end_on,
    base.window_start_on,
    base.window_end_on,
    nullif(concat_ws('; ', current.missing_feeds, base.missing_feeds), ''),
    -- from the exact counts, not from averages rounded before
    case when base.numerator >= 5 then {{ divide(
        '(cast(current.numerator * base.denominator as bigint) - cast(base.numerator * current.denominator as bigint))',
        '(cast(base.numerator * current.denominator as bigint))'
    ) }} end,
    {{ divide('current.numerator', 'current.denominator') }},
    {{ divide('base.numerator', 'base.denominator') }},
    case when base.numerator < 5 then '基期过小 / the base is tiny' end
from averages as current
inner join averages as base
    on base.kpi_id = current.kpi_id
    and base.area_type = current.area_type
    and base.area_code = current.area_code
    and base.breakdown_code = current.breakdown_code
    and base.window_role = 'BASE'
where current.kind = 'window_change' and current.window_role = 'CURRENT'
