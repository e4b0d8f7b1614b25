with receipts as (
    select * from {{ ref('cur_tax_receipt') }}
),

paid as (
    select enterprise_id, treasury_month_on, sum(total_fen) as paid_fen
    from receipts
    where total_fen > 0
    group by enterprise_id, treasury_month_on
),

refunds as (
    select
        receipts.row_id,
        receipts.delivery_id,
        -receipts.total_fen as refund_fen,
        coalesce(sum(paid.paid_fen), 0) as paid_fen
    from receipts
    left join paid
        on paid.enterprise_id = receipts.enterprise_id
        and paid.treasury_month_on <= receipts.treasury_month_on
        and paid.treasury_month_on > receipts.treasury_month_on - interval 12 month
    where receipts.is_refund and receipts.total_fen < 0
    group by receipts.row_id, receipts.delivery_id, receipts.total_fen
),

settled as (
    select scope.delivery_id, scope.scope_on
    from {{ ref('dlv_scope') }} as scope
    inner join {{ ref('stg_ledger__delivery') }} as delivery on delivery.delivery_id = scope.delivery_id
    where scope.feed = 'T01'
        and scope.supersession_no > 1
        and cast(delivery.received_at as date)
        > last_day(make_date(year(scope.scope_on) + 1, {{ parameter('tax.final_month', 'integer') }}, 1))
),

homeless as (
    select
        treasury_month_on,
        -- what a cumulative month holds of earlier ones is taken off by rows that nobody sent
        {{ in_first_row('delivery_id') }} filter (where regexp_matches(row_id, ':[0-9]+$')) as delivery_id,
        {{ in_first_row('row_id') }} filter (where regexp_matches(row_id, ':[0-9]+$')) as row_id,
        count(distinct enterprise_id) as homeless_cnt,
        sum(total_fen) as homeless_fen
    from {{ ref('cur_tax_allocation') }}
    where bucket = 'UNALLOCATED'
    group by treasury_month_on
),

months as (
    select treasury_month_on, sum(total_fen) as total_fen
    from {{ ref('cur_tax_allocation') }}
    where bucket <> 'OUT_OF_SCOPE'
    group by treasury_month_on
)

select
    'B-NUM-04' as rule_id,
    case when refund_fen > paid_fen then 'WARN' else 'ACCEPT' end as action,
    'T01' as feed,
    delivery_id,
    row_id,
    cast(null as varchar) as subject,
    json_object('n', cast({{ fen_to_yuan('refund_fen') }} as varchar), 'b', cast({{ fen_to_yuan('paid_fen') }} as varchar)) as facts
from refunds
union all
select
    'B-COR-03', 'ACCEPT', 'T01', delivery_id, null, null,
    json_object('p', strftime(scope_on, '%Y-%m'))
from settled
union all
select
    'B-BIZ-01',
    case when homeless.homeless_fen * 20 > months.total_fen then 'WARN' else 'ACCEPT' end,
    'T01', homeless.delivery_id, homeless.row_id, null,
    json_object(
        'n', homeless.homeless_cnt,
        'k', format(
            '{}.{}',
            {{ whole_part(whole_part('homeless.homeless_fen * 1000', 'months.total_fen'), '10') }},
            {{ whole_part('homeless.homeless_fen * 1000', 'months.total_fen') }} % 10
        ),
        'p', strftime(homeless.treasury_month_on, '%Y-%m')
    )
from homeless
inner join months on months.treasury_month_on = homeless.treasury_month_on
where homeless.delivery_id is not null and homeless.homeless_fen > 0 and months.total_fen > 0
