{{ config(
    materialized='incremental', incremental_strategy='append', on_schema_change='fail',
    pre_hook="{{ delete_touched('tax', 'treasury_month_on') }}"
) }}
-- depends_on: {{ ref('cur_build_scope') }}
{#- social insurance fees and what customs collects are no tax of buildings, wherever the payer sits -#}
{%- set part -%}
receipt.row_id,
receipt.delivery_id,
receipt.enterprise_id,
receipt.tax_type,
receipt.treasury_month_on,
receipt.attributed_on,
receipt.is_refund,
receipt.is_district_derived,
case when receipt.tax_type in ('SOCIAL', 'CUSTOMS') then 'OUT_OF_SCOPE' else weight.bucket end as bucket,
weight.building_id,
weight.street_code,
weight.park_code,
weight.is_equal_weight
{%- endset %}

with weights as (
    select
        *,
        cast(weight as hugeint) as part_weight,
        sum(cast(weight as hugeint)) over payer_on as whole_weight,
        count(*) over payer_on as part_cnt
    from {{ ref('cur_tax_weight') }}
    window payer_on as (partition by enterprise_id, attributed_on)
),

-- most payers sit in one building, or in none, which takes all of what they pay; only the others' tax is shared out
whole as (
    select
        {{ part | indent(8) }},
        receipt.total_fen,
        receipt.district_fen
    from {{ ref('cur_tax_receipt') }} as receipt
    inner join weights as weight
        on weight.enterprise_id = receipt.attributed_enterprise_id
        and weight.attributed_on = receipt.attributed_on
    where weight.part_cnt = 1 and {{ is_in_scope('tax', 'receipt.treasury_month_on') }}
),

-- largest remainder in fen: whole shares first, then one fen each by the size of what was cut off (SPEC 2.1a)
shared as (
    select
        {{ part | indent(8) }},
        weight.building_code,
        receipt.total_fen,
        receipt.district_fen,
        {{ whole_part('abs(cast(receipt.total_fen as hugeint)) * weight.part_weight', 'weight.whole_weight') }} as total_floor,
        (abs(cast(receipt.total_fen as hugeint)) * weight.part_weight) % weight.whole_weight as total_rest,
        {{ whole_part('abs(cast(receipt.district_fen as hugeint)) * weight.part_weight', 'weight.whole_weight') }} as district_floor,
        (abs(cast(receipt.district_fen as hugeint)) * weight.part_weight) % weight.whole_weight as district_rest
    from {{ ref('cur_tax_receipt') }} as receipt
    inner join weights as weight
        on weight.enterprise_id = receipt.attributed_enterprise_id
        and weight.attributed_on = receipt.attributed_on
    where weight.part_cnt > 1 and {{ is_in_scope('tax', 'receipt.treasury_month_on') }}
),

ranked as (
    select
        *,
        abs(total_fen) - sum(total_floor) over parts as total_left,
        row_number() over (partition by row_id order by total_rest desc, building_code) as total_rank,
        abs(district_fen) - sum(district_floor) over parts as district_left,
        row_number() over (partition by row_id order by district_rest desc, building_code) as district_rank
    from shared
    window parts as (partition by row_id)
),

given as (
    select * from whole
    union all
    select
        * exclude (
            building_code, total_floor, total_rest, district_floor, district_rest, total_left, total_rank, district_left, district_rank
        ) replace (
            cast(sign(total_fen) * (total_floor + case when total_rank <= total_left then 1 else 0 end) as bigint) as total_fen,
            cast(sign(district_fen) * (district_floor + case when district_rank <= district_left then 1 else 0 end) as bigint)
                as district_fen
        )
    from ranked
)

select
    row_id,
    delivery_id,
    enterprise_id,
    tax_type,
    treasury_month_on,
    attributed_on,
    is_refund,
    is_district_derived,
    bucket,
    case when bucket = 'BUILDING' then building_id end as building_id,
    case when bucket = 'BUILDING' then street_code end as street_code,
    case when bucket = 'BUILDING' then park_code end as park_code,
    is_equal_weight,
    total_fen,
    district_fen
from given
