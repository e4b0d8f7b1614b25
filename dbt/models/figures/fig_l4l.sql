-- change on the year of the same buildings, and of the enterprises that paid in both periods (SPEC 2.1 rule 5)
with spans as (
    {{ closed_years('l4l') | indent(4) }}
),

of_buildings as (
    select
        spans.kpi_id,
        'L4L' as basis,
        member.building_set_id,
        member.area_type,
        member.area_code,
        spans.period_type,
        spans.period,
        coalesce(sum(tax.amount) filter (where tax.period = spans.period), 0) as current_yuan,
        coalesce(sum(tax.amount) filter (where tax.period = spans.base_period), 0) as base_yuan
    from spans
    inner join {{ ref('l4l_building') }} as member
        on member.kpi_id = spans.kpi_id and member.period_type = spans.period_type and member.period = spans.period
    left join {{ ref('agg_tax') }} as tax
        on tax.measure_id = 'tax_total_yuan'
        and tax.timing = 'IN'
        and tax.area_type = 'building'
        and tax.breakdown_type = '_T'
        and tax.area_code = member.building_id
        and tax.period_type = spans.period_type
        and tax.period in (spans.period, spans.base_period)
    group by all
),

payers as (
    select
        spans.kpi_id,
        tax.enterprise_id,
        tax.street_code,
        spans.period_type,
        spans.period,
        sum(tax.total_fen) filter (where tax.period = spans.period) as current_fen,
        sum(tax.total_fen) filter (where tax.period = spans.base_period) as base_fen
    from spans
    inner join {{ ref('agg_taxpayer') }} as tax
        on tax.period_type = spans.period_type and tax.period in (spans.period, spans.base_period)
    group by all
),

placed as (
    select kpi_id, 'district' as area_type, {{ run_context('district_code') }} as area_code, enterprise_id, period_type, period,
        sum(current_fen) as current_fen, sum(base_fen) as base_fen
    from payers
    group by kpi_id, enterprise_id, period_type, period
    union all
    select kpi_id, 'street', street_code, enterprise_id, period_type, period, current_fen, base_fen
    from payers
    where street_code is not null
),

levels as (
    select kpi_id, basis, building_set_id, area_type, area_code, period_type, period, current_yuan, base_yuan
    from of_buildings
    union all
    select kpi_id, 'L4L_ENT', null, area_type, area_code, period_type, period,
        {{ fen_to_yuan('sum(current_fen)') }}, {{ fen_to_yuan('sum(base_fen)') }}
    from placed
    where current_fen is not null and base_fen is not null
    group by kpi_id, area_type, area_code, period_type, period
)

select
    spans.kpi_id,
    levels.area_type,
    levels.area_code,
    '_T' as breakdown_type,
    '_T' as breakdown_code,
    spans.period_type,
    spans.period,
    spans.base_period,
    levels.basis,
    levels.building_set_id,
    spans.window_start_on,
    spans.window_end_on,
    spans.base_window_start_on,
    spans.base_window_end_on,
    spans.missing_feeds,
    case when spans.missing_feeds is null and levels.base_yuan >= 10000
        then {{ divide('levels.current_yuan - levels.base_yuan', 'levels.base_yuan') }} end as value,
    case when spans.missing_feeds is null then cast(levels.current_yuan as decimal(38, 8)) end as numerator,
    case when spans.missing_feeds is null then cast(levels.base_yuan as decimal(38, 8)) end as denominator,
    case when levels.base_yuan < 10000 then '基期为零、为负或过小 / the base is zero, negative or tiny' end as reason
from spans
inner join levels
    on levels.kpi_id = spans.kpi_id and levels.period_type = spans.period_type and levels.period = spans.period
