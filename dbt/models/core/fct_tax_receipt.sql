select
    tax.row_id,
    tax.delivery_id,
    coalesce(delivery.declared_scope, '') as scope_key,
    delivery.is_cumulative,
    tax.treasury_month_on as scope_on,
    enterprise.enterprise_id,
    tax.tax_type,
    tax.treasury_month_on,
    tax.tax_period_end_on,
    tax.voucher_no,
    tax.original_voucher_no,
    tax.is_refund,
    tax.tax_authority,
    tax.total_fen,
    tax.district_fen
from {{ ref('stg_t01__tax') }} as tax
inner join {{ ref('stg_ledger__delivery') }} as delivery on delivery.delivery_id = tax.delivery_id
inner join {{ ref('stg_identity__enterprise') }} as enterprise
    on enterprise.raw_code = tax.raw_code and enterprise.raw_name = tax.raw_name
    and last_day(tax.treasury_month_on) >= enterprise.valid_from and last_day(tax.treasury_month_on) < enterprise.valid_to
-- what another place took in its own currency is no yuan (a layout's `currency`)
where not regexp_matches(coalesce(tax.source_unit, ''), '^[A-Z]{3}$')
