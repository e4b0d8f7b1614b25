-- where a change on the year comes from. Refunds stand apart; every other yuan of an enterprise goes to one part, so that
-- the parts sum to the change. What has no present cause is newly matched: tax of an enterprise that was, or still is,
-- here all along and is now seen, or no longer. Both periods are at the current vintage, so nothing is revalued.
with spans as (
    {{ closed_years('decomposition') | indent(4) }}
),

stays as (
    select enterprise_id, min(valid_from) as came_on, max(valid_to) as left_on
    from {{ ref('cur_occupancy') }}
    group by enterprise_id
),

payers as (
    select
        spans.kpi_id,
        spans.period_type,
        spans.period,
        spans.window_end_on,
        spans.base_window_end_on,
        tax.enterprise_id,
        tax.is_refund,
        sum(tax.total_fen) filter (where tax.period = spans.period) as current_fen,
        sum(tax.total_fen) filter (where tax.period = spans.base_period) as base_fen
    from spans
    inner join {{ ref('agg_taxpayer') }} as tax
        on tax.period_type = spans.period_type and tax.period in (spans.period, spans.base_period)
    group by all
),

caused as (
    select
        payers.kpi_id,
        payers.period_type,
        payers.period,
        case
            when payers.is_refund then 'REFUND'
            when payers.current_fen is not null and payers.base_fen is not null then 'SAME'
            when payers.base_fen is null and stays.came_on >= payers.base_window_end_on then 'MOVED_IN'
            when payers.current_fen is null and stays.left_on < payers.window_end_on then 'MOVED_OUT'
            else 'NEWLY_MATCHED'
        end as component,
        coalesce(payers.current_fen, 0) - coalesce(payers.base_fen, 0) as change_fen
    from payers
    left join stays on stays.enterprise_id = payers.enterprise_id
),

summed as (
    select kpi_id, period_type, period, component, sum(change_fen) as change_fen
    from caused
    group by kpi_id, period_type, period, component
)

select
    spans.kpi_id,
    'district' as area_type,
    {{ run_context('district_code') }} as area_code,
    'component' as breakdown_type,
    part.component as breakdown_code,
    spans.period_type,
    spans.period,
    spans.base_period,
    spans.window_start_on,
    spans.window_end_on,
    spans.base_window_start_on,
    spans.base_window_end_on,
    spans.missing_feeds,
    case when spans.missing_feeds is null
        then cast({{ fen_to_yuan('coalesce(summed.change_fen, 0)') }} as decimal(38, 8)) end as value
from spans
inner join {{ ref('kpi_term') }} as part on part.kpi_id = spans.kpi_id
left join summed
    on summed.kpi_id = spans.kpi_id
    and summed.period_type = spans.period_type
    and summed.period = spans.period
    and summed.component = part.component
