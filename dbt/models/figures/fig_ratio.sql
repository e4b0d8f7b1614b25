-- rates and shares: pooled, never averaged, and nothing where the denominator is nothing (SPEC 2.1 rules 1 and 2)
with summed as (
    select
        * exclude (numerator, denominator),
        case when missing_feeds is null then cast(coalesce(numerator, 0) as decimal(38, 8)) end as numerator,
        case when missing_feeds is null then cast(coalesce(denominator, 0) as decimal(38, 8)) end as denominator
    from {{ ref('figure_term') }}
    where kind = 'ratio'
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
    caliber,
    case
        when is_guarded then {{ too_little() }}
        when denominator = 0 then '分母为零 / the denominator is zero'
        when is_outweighed
            then '退库较多,占比无意义 / refunds outweigh receipts, the share says nothing'
        -- a rate of few callers stands and says so
        when caliber_rule in ('ASSESSED', 'FULL')
            and denominator < {{ parameter('hotline.sample_min_callbacks', 'decimal(9, 0)') }}
            then '样本不足(有效回访' || cast(cast(denominator as bigint) as varchar) || '件) / small sample: '
                || cast(cast(denominator as bigint) as varchar) || ' valid callbacks'
    end as reason
from valued
