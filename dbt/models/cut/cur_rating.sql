with stages as (
    {{ newest_at_cut(ref('fct_rating_stage'), key=['enterprise_id', 'rating', 'batch', 'stage']) | indent(4) }}
),

-- a withdrawal ends every title granted before it on its own date, an expiry those of its batch: a renewal goes on
ended as (
    select title.row_id, min(ending.granted_on) as ended_on
    from stages as title
    inner join stages as ending
        on ending.enterprise_id = title.enterprise_id
        and ending.rating = title.rating
        and ending.granted_on >= title.granted_on
        and (
            ending.stage = 'WITHDRAWN'
            or (ending.stage = 'EXPIRED' and ending.batch is not distinct from title.batch)
        )
    where title.stage in ('CERTIFIED', 'RENEWED')
    group by title.row_id
),

dated as (
    select
        *,
        coalesce(valid_from_on, granted_on) as valid_from,
        coalesce(
            valid_to_on, cast(granted_on + to_years({{ parameter('rating.default_years', 'integer') }}) as date)
        ) as expires_on
    from stages
)

select
    dated.enterprise_id,
    dated.rating,
    dated.batch,
    dated.stage,
    dated.granted_on,
    dated.valid_from,
    least(dated.expires_on, coalesce(ended.ended_on, {{ open_end() }})) as valid_to,
    dated.expires_on,
    dated.delivery_id,
    dated.row_id
from dated
left join ended on ended.row_id = dated.row_id
