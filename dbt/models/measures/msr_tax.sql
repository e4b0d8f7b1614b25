{{ config(
    materialized='incremental', incremental_strategy='append', on_schema_change='fail',
    pre_hook="{{ delete_touched('tax', 'atom_on') }}"
) }}
-- depends_on: {{ ref('cur_build_scope') }}

-- tax of payers summed to the month, building, industry and tax type; places and industry are those at the date
with parts as (
    select
        treasury_month_on,
        bucket,
        street_code,
        park_code,
        building_id,
        industry,
        tax_type,
        is_leading,
        is_district_derived,
        delivery_id,
        sum(total_fen) as total_fen,
        sum(district_fen) as district_fen,
        cast(sum(part_cnt) as bigint) as row_cnt
    from {{ ref('cur_tax_dated') }}
    where {{ is_in_scope('tax', 'treasury_month_on') }}
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
