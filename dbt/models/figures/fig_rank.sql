-- places by the exact ratio, ties sharing theirs and the next one left out (1, 2, 2, 4): streets among streets, units of
-- the whole district among themselves; too few callbacks are no rank, and a period that is still open ranks nobody
with members as (
    select
        *,
        cast(coalesce(numerator, 0) as decimal(19, 8)) as points,
        cast(coalesce(denominator, 0) as decimal(19, 8)) as weight,
        coalesce(missing_feeds is null and denominator >= {{ parameter('hotline.rank_min_callbacks', 'integer') }}, false)
            as is_ranked
    from {{ ref('figure_term') }}
    where kind = 'rank'
        and not is_partial
        and (area_type = 'district') = (breakdown_type <> '_T')
),

places as (
    select
        mine.kpi_id, mine.area_type, mine.area_code, mine.breakdown_type, mine.breakdown_code, mine.period_type, mine.period,
        1 + count(*) filter (where theirs.points * mine.weight > mine.points * theirs.weight) as place
    from members as mine
    inner join members as theirs
        on theirs.is_ranked
        and theirs.kpi_id = mine.kpi_id
        and theirs.area_type = mine.area_type
        and theirs.breakdown_type = mine.breakdown_type
        and theirs.period_type = mine.period_type
        and theirs.period = mine.period
    where mine.is_ranked
    group by all
)

select
    members.kpi_id,
    members.area_type,
    members.area_code,
    members.breakdown_type,
    members.breakdown_code,
    members.period_type,
    members.period,
    members.window_start_on,
    members.window_end_on,
    members.missing_feeds,
    cast(places.place as decimal(38, 8)) as value,
    members.caliber,
    case when not members.is_ranked then
        '不排名(有效回访不足' || {{ parameter('hotline.rank_min_callbacks') }} || '件) / not ranked: fewer than '
        || {{ parameter('hotline.rank_min_callbacks') }} || ' valid callbacks'
    end as reason
from members
left join places
    on places.kpi_id = members.kpi_id
    and places.area_type = members.area_type
    and places.area_code = members.area_code
    and places.breakdown_type = members.breakdown_type
    and places.breakdown_code = members.breakdown_code
    and places.period_type = members.period_type
    and places.period = members.period
