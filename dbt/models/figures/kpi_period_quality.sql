-- feeds of a KPI that refused too much, or do not reconcile, in the months of a period
with limits as (
    select
        max(case when name = 'quarantine_share_max' then value end) as share_max,
        max(case when name = 'quarantine_rows_min' then value end) as rows_min,
        max(case when name = 'quarantine_worth_max' then value end) as worth_max
    from {{ ref('stg_office__gate_threshold') }}
    where gate_id = 'G-FRESH'
        and coalesce(valid_from, date '0001-01-01') <= {{ run_context('as_of') }}
        and {{ run_context('as_of') }} < coalesce(valid_to, {{ open_end() }})
),

counted as (
    select
        period.kpi_id,
        period.period_type,
        period.period,
        quality.feed,
        sum(quality.read_cnt) as read_cnt,
        sum(quality.quarantined_cnt) as quarantined_cnt,
        sum(quality.gap) as gap,
        max(quality.waiting_share) as waiting_share
    from {{ ref('kpi_period') }} as period
    inner join {{ ref('kpi') }} as kpi on kpi.kpi_id = period.kpi_id
    inner join {{ ref('feed_quality') }} as quality
        on list_contains(string_split(kpi.feeds, '|'), quality.feed)
        and (
            quality.month_on is null
            or (quality.month_on < period.window_end_on and quality.month_on >= {{ month_start('period.window_start_on') }})
        )
    group by all
)

select
    counted.kpi_id,
    counted.period_type,
    counted.period,
    string_agg(
        counted.feed || ' ' || cast(counted.quarantined_cnt as varchar) || '/' || cast(counted.read_cnt as varchar), '; '
        order by counted.feed
    ) filter (
        where (counted.quarantined_cnt >= limits.rows_min and counted.quarantined_cnt > limits.share_max * counted.read_cnt)
            or counted.waiting_share > limits.worth_max
    ) as quarantined_feeds,
    string_agg(counted.feed || ' ' || cast(counted.gap as varchar), '; ' order by counted.feed)
        filter (where counted.feed = 'T01' and counted.gap <> 0) as unreconciled_feeds
from counted
cross join limits
group by all
