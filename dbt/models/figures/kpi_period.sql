-- which periods of each KPI the delivered feeds support; a period that began before its first feed is no row at all
with wanted as (
    select kpi_id, unnest(string_split(period_types, '|')) as period_type
    from {{ ref('kpi') }}
),

needed as (
    select kpi_id, feed, row_number() over (partition by kpi_id order by position) as position
    from (
        select kpi_id, unnest(string_split(feeds, '|')) as feed, generate_subscripts(string_split(feeds, '|'), 1) as position
        from {{ ref('kpi') }}
    ) as listed
),

gaps as (
    select
        missing.feed,
        period.period_type,
        period.period,
        string_agg(strftime(missing.month_on, '%Y-%m'), '、' order by missing.month_on) as months
    from (select feed, unnest(missing_months) as month_on from {{ ref('stg_ops__feed_coverage') }}) as missing
    inner join {{ ref('dim_period') }} as period
        on period.window_start_on <= missing.month_on and missing.month_on < period.window_end_on
    group by missing.feed, period.period_type, period.period
),

judged as (
    select
        wanted.kpi_id,
        period.period_type,
        period.period,
        period.window_start_on,
        period.window_end_on,
        period.is_partial,
        period.year_earlier_period,
        period.window_role,
        needed.feed,
        case
            when coverage.feed is null then needed.feed
            when coverage.complete_until_on < least(period.window_end_on, {{ run_context('as_of') }} + interval 1 day)
                then needed.feed || ' ' || strftime(coverage.complete_until_on, '%Y-%m-%d')
            when gaps.months is not null then needed.feed || ' ' || gaps.months
        end as missing_feed,
        case
            when needed.feed is null then false
            when coverage.feed is null
                then period.window_end_on <= {{ run_context('as_of') }}
            -- the first list may be dated a few days after the reference day of which its own start dates speak
            when period.period_type = 'S'
                then coverage.kind <> 'DELTA'
                    and coverage.first_on > period.window_start_on
                    and not (
                        period.window_start_on = {{ run_context('as_of') }}
                        and coalesce(coverage.stated_from_on <= period.window_start_on, false)
                    )
            -- a list that tells of no earlier day says nothing of what had been listed before it
            when period.period_type = 'CUM'
                then coverage.kind = 'FULL_SNAPSHOT'
                    and coverage.stated_from_on is null
                    and coverage.first_on >= period.window_end_on
            else needed.position = 1 and coverage.kind <> 'FULL_SNAPSHOT' and coverage.first_on > period.window_start_on
        end as is_before_feed
    from wanted
    inner join {{ ref('dim_period') }} as period on period.period_type = wanted.period_type
    left join needed on needed.kpi_id = wanted.kpi_id
    left join {{ ref('stg_ops__feed_coverage') }} as coverage on coverage.feed = needed.feed
    left join gaps on gaps.feed = needed.feed and gaps.period_type = period.period_type and gaps.period = period.period
)

select
    kpi_id,
    period_type,
    period,
    window_start_on,
    window_end_on,
    is_partial,
    year_earlier_period,
    window_role,
    string_agg(missing_feed, '; ' order by feed) as missing_feeds
from judged
group by all
having not bool_or(is_before_feed)
