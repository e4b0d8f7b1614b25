-- the section that pays the largest part of a building's tax, where that part is large enough to speak of
with sections as (
    select tax.building_id, tax.industry, bridge.period, sum(tax.amount) as tax_yuan
    from {{ ref('msr_tax') }} as tax
    inner join {{ ref('bridge_period') }} as bridge
        on bridge.calendar = 'M' and bridge.period_type = 'R12' and bridge.atom_on = tax.atom_on
    where tax.measure_id = 'tax_total_yuan'
    group by tax.building_id, tax.industry, bridge.period
),

largest as (
    select building_id, period, industry, tax_yuan as numerator,
        sum(tax_yuan) over (partition by building_id, period) as denominator
    from sections
    qualify row_number() over (partition by building_id, period order by tax_yuan desc, industry) = 1
),

shared as (
    select *, case when numerator > 0 and denominator > 0 then {{ divide('numerator', 'denominator') }} end as share
    from largest
)

select
    period.kpi_id,
    'building' as area_type,
    shared.building_id as area_code,
    'industry' as breakdown_type,
    case when shared.share >= {{ parameter('leading_industry.share_min', 'decimal(6, 4)') }} and shared.industry <> '_U'
        then shared.industry else 'MIXED' end as breakdown_code,
    period.period_type,
    period.period,
    period.window_start_on,
    period.window_end_on,
    period.is_partial,
    period.missing_feeds,
    case when period.missing_feeds is null then shared.share end as value,
    case when period.missing_feeds is null then cast(shared.numerator as decimal(38, 8)) end as numerator,
    case when period.missing_feeds is null then cast(shared.denominator as decimal(38, 8)) end as denominator,
    case when shared.share is null
        then '退库较多,占比无意义 / refunds outweigh receipts, the share says nothing' end as reason
from {{ ref('kpi_period') }} as period
inner join {{ ref('kpi') }} as kpi on kpi.kpi_id = period.kpi_id and kpi.kind = 'leading'
inner join shared on shared.period = period.period and period.period_type = 'R12'
