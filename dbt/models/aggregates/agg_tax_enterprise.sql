-- how far the tax of twelve months hangs on few enterprises, for the district and each building: what an enterprise owes
-- or gets back on balance has no share. Shares are squared in whole fen, so that nothing is rounded before the end
with dated as (
    select tax.enterprise_id, tax.building_id, bridge.period, cast(sum(tax.total_fen) as bigint) as total_fen
    from {{ ref('cur_taxpayer_month') }} as tax
    inner join {{ ref('bridge_period') }} as bridge
        on bridge.calendar = 'M' and bridge.period_type = 'R12' and bridge.atom_on = tax.treasury_month_on
    group by all
),

balances as (
    select 'district' as area_type, {{ run_context('district_code') }} as area_code, period, enterprise_id,
        sum(total_fen) as balance_fen
    from dated
    group by period, enterprise_id
    union all
    select 'building', building_id, period, enterprise_id, total_fen
    from dated
),

ranked as (
    select
        area_type,
        area_code,
        period,
        cast(balance_fen as hugeint) as balance_fen,
        row_number() over (partition by area_type, area_code, period order by balance_fen desc, enterprise_id) as place_no
    from balances
    where balance_fen > 0
),

summed as (
    select
        area_type,
        area_code,
        period,
        sum(balance_fen) filter (where place_no <= 5) as largest_fen,
        sum(balance_fen) as whole_fen,
        sum(balance_fen * balance_fen) as squares
    from ranked
    group by area_type, area_code, period
),

pointed as (
    select
        *,
        {{ whole_part('squares * 10000', 'whole_fen * whole_fen') }} as whole_points,
        {{ whole_part('((squares * 10000) % (whole_fen * whole_fen)) * 100000000', 'whole_fen * whole_fen') }} as part_points,
        (((squares * 10000) % (whole_fen * whole_fen)) * 100000000) % (whole_fen * whole_fen) as rest
    from summed
)

{% set points -%}
cast(whole_points as decimal(18, 0)) + cast(
    part_points + case
        when 2 * rest > whole_fen * whole_fen then 1
        when 2 * rest = whole_fen * whole_fen then part_points % 2
        else 0
    end as decimal(18, 0)
) * cast(0.00000001 as decimal(9, 8))
{%- endset -%}
{% for measure, amount in [
    ('top5_tax_yuan', fen_to_yuan('largest_fen')), ('positive_tax_yuan', fen_to_yuan('whole_fen')), ('tax_hhi_points', points)
] -%}
select
    '{{ measure }}' as measure_id,
    area_type,
    area_code,
    '_T' as breakdown_type,
    '_T' as breakdown_code,
    'IN' as timing,
    'R12' as period_type,
    period,
    cast({{ amount }} as decimal(38, 8)) as amount
from pointed
{{ 'union all' if not loop.last }}
{% endfor %}
