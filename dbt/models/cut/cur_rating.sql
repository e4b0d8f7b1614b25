with stages as (
    {{ newest_at_cut(ref('fct_rating_stage'), ['enterprise_id', 'rating', 'batch', 'stage'], []) | indent(4) }}
),

ends as (
    select enterprise_id, rating, granted_on as ended_on
    from stages
    where stage in ('WITHDRAWN', 'EXPIRED')
)

select
    stages.enterprise_id,
    stages.rating,
    stages.batch,
    stages.stage,
    stages.granted_on,
    coalesce(stages.valid_from_on, stages.granted_on) as valid_from,
    least(
        coalesce(
            stages.valid_to_on,
            cast(stages.granted_on + to_years({{ parameter('rating.default_years', 'integer') }}) as date)
        ),
        coalesce(min(ends.ended_on), {{ open_end() }})
    ) as valid_to,
    stages.delivery_id
from stages
left join ends
    on ends.enterprise_id = stages.enterprise_id
    and ends.rating = stages.rating
    and ends.ended_on >= stages.granted_on
    and stages.stage in ('CERTIFIED', 'RENEWED')
group by all
