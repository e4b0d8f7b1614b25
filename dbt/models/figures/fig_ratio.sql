-- rates and shares: pooled, never averaged, and nothing where the denominator is nothing (SPEC 2.1 rules 1 and 2)
with summed as (
    select
        cell.*,
        case when cell.missing_feeds is null then cast(coalesce(term.numerator, 0) as decimal(38, 8)) end as numerator,
        case when cell.missing_feeds is null then cast(coalesce(term.denominator, 0) as decimal(38, 8)) end as denominator,
        coalesce(derived.amount, 0) > 0 as has_derived,
        {{ guarded('term', 'cell') }} as is_guarded
    from {{ ref('figure_cell') }} as cell
    left join {{ ref('figure_term') }} as term
        on term.kpi_id = cell.kpi_id
        and term.area_type = cell.area_type
        and term.area_code = cell.area_code
        and term.breakdown_type = cell.breakdown_type
        and term.breakdown_code = cell.breakdown_code
        and term.period_type = cell.period_type
        and term.period = cell.period
    left join {{ ref('measure_value') }} as derived
        on derived.measure_id = 'tax_district_derived_cnt'
        and derived.area_type = cell.area_type
        and derived.area_code = cell.area_code
        and derived.breakdown_type = cell.breakdown_type
        and derived.breakdown_code = cell.breakdown_code
        and derived.period_type = cell.period_type
        and derived.period = cell.period
    where cell.kind = 'ratio'
),

valued as (
    select
        *,
        {{ divide('numerator', 'denominator') }} as quotient,
        -- a share of tax says nothing where refunds outweigh receipts
        coalesce(
            (not coalesce(is_signed, false) and (
                numerator < 0 or (caliber_rule = 'TAX_DISTRICT' and numerator > denominator)
            )) or denominator < 0,
            false
        ) as is_outweighed
    from summed
)

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
    is_partial,
    missing_feeds,
    case when not is_outweighed and not is_guarded then quotient end as value,
    numerator,
    denominator,
    case caliber_rule
        when 'TAX_DISTRICT' then case when has_derived then 'DERIVED' else 'FED' end
        when 'ASSESSED' then 'ASSESSED'
        when 'FULL' then 'FULL'
    end as caliber,
    case
        when is_guarded then {{ too_little() }}
        when denominator = 0 then '分母为零 / the denominator is zero'
        when is_outweighed
            then '退库较多,占比无意义 / refunds outweigh receipts, the share says nothing'
    end as reason
from valued
