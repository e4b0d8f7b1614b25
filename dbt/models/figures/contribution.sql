{{ config(
    materialized='incremental', incremental_strategy='append', on_schema_change='fail',
    pre_hook="{{ delete_touched('tax', 'atom_on', besides='tax_total_yuan is null') }}"
) }}
-- depends_on: {{ ref('cur_build_scope') }}

-- who stands behind the amounts of class M: what each enterprise gives to each of them, by place, slice and month or day.
-- Disclosure control adds these up to the very figures; nobody else reads them.
with tax as (
    -- which industries lead depends on the month that a tax is of, so one enterprise's month may be partly of a leading one
    select treasury_month_on, street_code, park_code, building_id, industry, tax_type, enterprise_id,
        sum(total_fen) as total_fen, sum(district_fen) as district_fen,
        sum(case when is_leading then total_fen end) as leading_fen
    from {{ ref('cur_tax_dated') }}
    where bucket = 'BUILDING' and {{ is_in_scope('tax', 'treasury_month_on') }}
    group by all
),

rent as (
    select home.day_on, home.street_code, home.park_code, home.building_id, home.grade, home.enterprise_id,
        sum(home.rent_yuan_per_day) as rent_yuan_per_day
    from ({{ homes_on_stock_days(['rent_yuan_per_day'], ['grade']) | indent(4) }}) as home
    where home.rent_yuan_per_day is not null
    group by all
)

-- tax is of a month, rent of a day; neither has the other's slices
select
    treasury_month_on as atom_on,
    street_code,
    park_code,
    building_id,
    industry,
    tax_type,
    cast(null as varchar) as grade,
    enterprise_id,
    cast({{ fen_to_yuan('total_fen') }} as decimal(20, 2)) as tax_total_yuan,
    cast({{ fen_to_yuan('district_fen') }} as decimal(20, 2)) as tax_district_yuan,
    cast({{ fen_to_yuan('leading_fen') }} as decimal(20, 2)) as leading_tax_yuan,
    cast(null as decimal(38, 8)) as rent_yuan_per_day,
    cast(null as decimal(20, 2)) as moved_out_tax_yuan
from tax
union all
select day_on, street_code, park_code, building_id, null, null, grade, enterprise_id, null, null, null,
    cast(rent_yuan_per_day as decimal(38, 8)), null
from rent
union all
select atom_on, null, null, null, null, null, null, entity_id, null, null, null, null, cast(sum(amount) as decimal(20, 2))
from {{ ref('msr_move') }}
where measure_id = 'moved_out_tax_yuan'
group by atom_on, entity_id
