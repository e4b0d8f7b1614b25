{{ config(
    materialized='incremental', incremental_strategy='append', on_schema_change='fail',
    pre_hook="{{ delete_touched('tax', 'atom_on') }}"
) }}
-- depends_on: {{ ref('cur_build_scope') }}

-- parts of tax rows summed to the month, building, industry and tax type; places and industry are those at the date
with dated as (
    select allocation.*, enterprise.industry, enterprise.industry_code
    from {{ ref('cur_tax_allocation') }} as allocation
    left join {{ ref('cur_enterprise') }} as enterprise
        on enterprise.enterprise_id = allocation.enterprise_id
        and enterprise.valid_from <= allocation.attributed_on
        and allocation.attributed_on < enterprise.valid_to
    where allocation.treasury_month_on <= {{ run_context('as_of') }}
        and {{ is_in_scope('tax', 'allocation.treasury_month_on') }}
),

-- the district's list names sections or longer codes, and may name one within another
led as (
    select distinct asked.industry_code, asked.attributed_on
    from (select distinct industry_code, attributed_on from dated) as asked
    inner join {{ ref('stg_office__leading_industry') }} as listed
        on starts_with(asked.industry_code, listed.industry_code)
        and coalesce(listed.valid_from, date '0001-01-01') <= asked.attributed_on
        and asked.attributed_on < coalesce(listed.valid_to, {{ open_end() }})
),

parts as (
    select
        allocation.treasury_month_on,
        allocation.bucket,
        allocation.street_code,
        allocation.park_code,
        allocation.building_id,
        coalesce(allocation.industry, '_U') as industry,
        allocation.tax_type,
        led.industry_code is not null as is_leading,
        allocation.is_district_derived,
        allocation.delivery_id,
        sum(allocation.total_fen) as total_fen,
        sum(allocation.district_fen) as district_fen,
        count(distinct allocation.row_id) as row_cnt
    from dated as allocation
    left join led
        on led.industry_code = allocation.industry_code and led.attributed_on = allocation.attributed_on
    group by all
)

{% set measures = [
    ('tax_total_yuan', fen_to_yuan('total_fen'), "bucket = 'BUILDING'"),
    ('tax_district_yuan', fen_to_yuan('district_fen'), "bucket = 'BUILDING'"),
    ('tax_district_derived_cnt', 'row_cnt', "bucket = 'BUILDING' and is_district_derived"),
    ('leading_tax_yuan', fen_to_yuan('total_fen'), "bucket = 'BUILDING' and is_leading"),
    ('tax_unallocated_yuan', fen_to_yuan('total_fen'), "bucket = 'UNALLOCATED'"),
    ('tax_claimed_yuan', fen_to_yuan('total_fen'), "bucket in ('BUILDING', 'UNALLOCATED')"),
] -%}
{% for measure, amount, condition in measures -%}
select
    '{{ measure }}' as measure_id,
    'M' as calendar,
    treasury_month_on as atom_on,
    {{ run_context('district_code') }} as district_code,
    street_code,
    park_code,
    building_id,
    industry,
    tax_type,
    cast({{ amount }} as decimal(38, 8)) as amount,
    row_cnt,
    delivery_id
from parts
where {{ condition }}
{% if not loop.last %}union all
{% endif %}
{%- endfor %}
