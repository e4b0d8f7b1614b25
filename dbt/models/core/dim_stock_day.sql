{{ config(materialized='table') }}

-- the days on which stocks are counted: those of stock figures, and the last day of every other period
select distinct least(cast(window_end_on - interval 1 day as date), {{ run_context('as_of') }}) as day_on
from {{ ref('dim_period') }}
where period_type <> 'WINDOW' and window_start_on <= {{ run_context('as_of') }}
