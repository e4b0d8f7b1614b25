-- what the office states of the district's budget, for closed years and the months of a year that it names
with stated as (
    select
        period.period_type,
        period.period,
        cast(
            reference.value * case reference.unit when '亿元' then 100000000 when '万元' then 10000 when '元' then 1 end
            as decimal(38, 2)
        ) as revenue_yuan
    from {{ ref('stg_office__reference_magnitude') }} as reference
    inner join {{ ref('dim_period') }} as period
        on period.period = reference.period and period.period_type in ('Y', 'YTD') and not period.is_partial
    where reference.indicator = 'BUDGET_REVENUE'
        and coalesce(nullif(reference.area_code, ''), {{ run_context('district_code') }}) = {{ run_context('district_code') }}
        and reference.unit in ('亿元', '万元', '元')
)

{% for measure, amount in {'budget_revenue_yuan': 'revenue_yuan', 'budget_stated_cnt': '1'}.items() -%}
select
    '{{ measure }}' as measure_id,
    'district' as area_type,
    {{ run_context('district_code') }} as area_code,
    '_T' as breakdown_type,
    '_T' as breakdown_code,
    'IN' as timing,
    period_type,
    period,
    cast({{ amount }} as decimal(38, 8)) as amount
from stated
{{ 'union all' if not loop.last }}
{% endfor %}
