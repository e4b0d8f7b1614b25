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
{%- set kept = [
    'row_id', 'delivery_id', 'enterprise_id', 'tax_type', 'treasury_month_on', 'attributed_on', 'is_refund', 'is_district_derived',
    'bucket', 'building_id', 'street_code', 'park_code', 'is_equal_weight',
] %}

with weighed as (
    select
        *,
        cast(weight as hugeint) as part_weight,
        sum(cast(weight as hugeint)) over payer_on as whole_weight,
        count(*) over payer_on as part_cnt,
        row_number() over (partition by enterprise_id, attributed_on order by building_code) as place_no
    from {{ ref('cur_tax_weight') }}
    window payer_on as (partition by enterprise_id, attributed_on)
),

-- a rest below the whole weight, times a part of that weight, is of 64 bits where the square of the whole weight is:
-- up to thirty square kilometres
weights as (
    select *, case when part_cnt <= 2 and whole_weight <= 3037000499 then cast(whole_weight as bigint) end as short_whole
    from weighed
),

-- nearly every payer sits in one building, in two, or in none. Of two parts the rests are nothing, or together one fen: it
-- goes to the greater rest, and of equal ones to the first building
halved as (
    select
        {{ part | indent(8) }},
        receipt.total_fen,
        receipt.district_fen,
        weight.place_no,
        weight.short_whole,
        {% for amount in ['total', 'district'] -%}
        {%- set fen = 'abs(receipt.' ~ amount ~ '_fen)' -%}
        {%- set rest = '((' ~ fen ~ ' % weight.short_whole) * weight.weight)' -%}
        {{ whole_part(fen, 'weight.short_whole') }} * weight.weight + {{ whole_part(rest, 'weight.short_whole') }} as {{ amount }}_floor,
        {{ rest }} % weight.short_whole as {{ amount }}_rest{{ ',' if not loop.last }}
        {% endfor %}
    from {{ ref('cur_tax_receipt') }} as receipt
    inner join weights as weight
        on weight.enterprise_id = receipt.attributed_enterprise_id
        and weight.attributed_on = receipt.attributed_on
    where weight.short_whole is not null and {{ is_in_scope('tax', 'receipt.treasury_month_on') }}
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
    where weight.short_whole is null and {{ is_in_scope('tax', 'receipt.treasury_month_on') }}
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
    {% for parts, takes_fen in [
        ('halved', '2 * %s_rest > short_whole or 2 * %s_rest = short_whole and place_no = 1'),
        ('ranked', '%s_rank <= %s_left'),
    ] -%}
    select
        {% for column in kept -%}
        {{ column }},
        {% endfor -%}
        {% for amount in ['total', 'district'] -%}
        cast(
            sign({{ amount }}_fen) * ({{ amount }}_floor + case when {{ takes_fen | replace('%s', amount) }} then 1 else 0 end) as bigint
        ) as {{ amount }}_fen{{ ',' if not loop.last }}
        {% endfor %}
    from {{ parts }}
    {% if not loop.last %}union all
    {% endif %}
    {%- endfor %}
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
