{{ config(
    materialized='incremental', incremental_strategy='append', on_schema_change='fail',
    pre_hook="{{ delete_touched('tax', 'treasury_month_on') }}"
) }}
-- depends_on: {{ ref('cur_build_scope') }}

-- a building lies in one street and park on a day, so they are none of what tells the rows apart
select
    enterprise_id,
    treasury_month_on,
    attributed_on,
    tax_type,
    delivery_id,
    is_district_derived,
    -- what a cumulative month takes off is no refund, and takes off refunds too
    is_refund or (total_fen < 0) = regexp_matches(row_id, ':[0-9]+$') as is_refund,
    bucket,
    building_id,
    min(street_code) as street_code,
    min(park_code) as park_code,
    cast(sum(total_fen) as bigint) as total_fen,
    cast(sum(district_fen) as bigint) as district_fen,
    count(*) as part_cnt
from {{ ref('cur_tax_allocation') }}
where {{ is_in_scope('tax', 'treasury_month_on') }}
group by all
