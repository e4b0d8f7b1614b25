-- how far the whole district's figures have moved since each was first published, by KPI: the sum of the movements
-- against the sum of what was published first
with compared as (
    select
        published.kpi_id,
        published.area_code,
        sum(abs(latest.value - published.value)) as moved,
        sum(abs(published.value)) as stood
    from {{ ref('stg_release__first_published') }} as published
    inner join {{ ref('figure_row') }} as latest
        on latest.kpi_id = published.kpi_id
        and latest.area_type = published.area_type
        and latest.area_code = published.area_code
        and latest.breakdown_type = published.breakdown_type
        and latest.breakdown_code = published.breakdown_code
        and latest.period_type = published.period_type
        and latest.period = published.period
        and latest.base_period is not distinct from published.base_period
        and latest.basis = published.basis
    -- a figure of which there is no longer any has moved nowhere
    where latest.value is not null
    group by published.kpi_id, published.area_code
),

summed as (
    select
        compared.kpi_id as revised_id,
        compared.area_code,
        cast(compared.moved as decimal(38, 8)) as numerator,
        cast(compared.stood as decimal(38, 8)) as denominator,
        {{ run_context('as_of') }} as as_of_on
    from compared
)

select
    'revision_size' as kpi_id,
    'district' as area_type,
    area_code,
    'kpi' as breakdown_type,
    revised_id as breakdown_code,
    'S' as period_type,
    strftime(as_of_on, '%Y-%m-%d') as period,
    as_of_on as window_start_on,
    cast(as_of_on + interval 1 day as date) as window_end_on,
    {{ divide('numerator', 'denominator') }} as value,
    numerator,
    denominator,
    case when denominator = 0 then '首次发布值为零 / what was published first is zero' end as reason
from summed
