-- what each enterprise paid and got back in each period that is compared with the year before
select
    tax.enterprise_id,
    tax.street_code,
    tax.is_refund,
    bridge.period_type,
    bridge.period,
    cast(sum(tax.total_fen) as bigint) as total_fen
from {{ ref('cur_taxpayer_month') }} as tax
inner join {{ ref('bridge_period') }} as bridge
    on bridge.calendar = 'M' and bridge.period_type in ('Q', 'YTD', 'Y') and bridge.atom_on = tax.treasury_month_on
group by all
