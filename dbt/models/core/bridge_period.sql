{{ config(materialized='table') }}

with reach as (
    select min(window_start_on) as first_on, max(window_start_on) as last_on from {{ ref('dim_period') }}
),

atoms as (
    select case period_type when 'M' then 'M' when 'HM' then 'HM' else 'S' end as calendar, window_start_on as atom_on
    from {{ ref('dim_period') }}
    where period_type in ('M', 'HM', 'S')
    union
    select 'M', window_start_on from {{ ref('dim_period') }} where period_type = 'CUM'
    union
    -- a period may begin before the first month that has figures of its own, and takes in what is dated there
    select 'M', cast(month_on as date)
    from reach, unnest(generate_series({{ month_start('first_on') }}, last_on, interval 1 month)) as series (month_on)
)

select atoms.calendar, atoms.atom_on, period.period_type, period.period
from atoms
inner join {{ ref('dim_period') }} as period
    on period.window_start_on <= atoms.atom_on
    and atoms.atom_on < period.window_end_on
    and period.period_type in (
        {%- set within = {'M': ['M', 'Q', 'YTD', 'Y', 'R12', 'CUM'], 'HM': ['HM', 'WINDOW'], 'S': ['S']} %}
        case when atoms.calendar = 'S' then 'S' end,
        {% for type in within['M'] %}case when atoms.calendar = 'M' then '{{ type }}' end,
        {% endfor %}
        {% for type in within['HM'] %}case when atoms.calendar = 'HM' then '{{ type }}' end{{ ',' if not loop.last }}
        {% endfor %}
    )
union all
-- a stock on a period's last day stands for the period where a figure sets it against what happened in it
select 'END', least(cast(window_end_on - interval 1 day as date), {{ run_context('as_of') }}), period_type, period
from {{ ref('dim_period') }}
where period_type not in ('S', 'WINDOW') and window_start_on <= {{ run_context('as_of') }}
