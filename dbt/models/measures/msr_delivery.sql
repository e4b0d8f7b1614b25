-- how feeds deliver, by the month in which a period ends: what was due and came, rows read and refused, and totals met
with deliveries as (
    select delivery.delivery_id, delivery.feed, spoken.month_on, delivery.read_cnt, delivery.quarantined_cnt
    from {{ ref('cur_delivery') }} as delivery
    inner join {{ ref('stg_ops__delivery_month') }} as spoken on spoken.delivery_id = delivery.delivery_id
),

-- money is checked against the totals that stand in the files of tax (SPEC 2.5, recon_gap)
reconciled as (
    select
        deliveries.delivery_id,
        deliveries.feed,
        deliveries.month_on,
        total.summed - total.stated as gap_yuan,
        total.stated as stated_yuan
    from deliveries
    inner join {{ ref('stg_ledger__control_total') }} as total on total.delivery_id = deliveries.delivery_id
    where deliveries.feed = 'T01'
        and deliveries.delivery_id in (select standing.delivery_id from {{ ref('cur_delivery_month') }} as standing)
),

atoms as (
    {% for measure, amount in [
        ('period_due_cnt', '1'),
        ('period_delivered_cnt', 'cast(is_delivered as integer)'),
        ('period_on_time_cnt', 'cast(is_on_time as integer)'),
    ] -%}
    select '{{ measure }}' as measure_id, feed, month_on, {{ amount }} as amount, cast(null as varchar) as delivery_id
    from {{ ref('stg_ops__period_due') }}
    union all
    {% endfor -%}
    select 'row_read_cnt', feed, month_on, read_cnt, delivery_id from deliveries
    union all
    select 'row_quarantined_cnt', feed, month_on, quarantined_cnt, delivery_id from deliveries
    union all
    select 'recon_gap_yuan', feed, month_on, gap_yuan, delivery_id from reconciled
    union all
    select 'control_total_yuan', feed, month_on, stated_yuan, delivery_id from reconciled
)

select
    measure_id,
    'M' as calendar,
    month_on as atom_on,
    {{ run_context('district_code') }} as district_code,
    cast(null as varchar) as street_code,
    cast(null as varchar) as park_code,
    cast(null as varchar) as building_id,
    feed,
    sum(cast(amount as decimal(38, 8))) as amount,
    cast(count(*) as integer) as row_cnt,
    delivery_id
from atoms
group by measure_id, month_on, feed, delivery_id
