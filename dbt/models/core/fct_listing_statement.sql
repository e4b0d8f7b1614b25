select
    listing.row_id,
    listing.delivery_id,
    scope.scope_key,
    scope.scope_on,
    enterprise.enterprise_id,
    listing.exchange,
    listing.security_code,
    listing.listed_on,
    listing.delisted_on
from {{ ref('stg_r02__listing') }} as listing
inner join {{ ref('stg_ledger__delivery_scope') }} as scope on scope.delivery_id = listing.delivery_id
inner join {{ ref('stg_identity__enterprise') }} as enterprise
    on enterprise.raw_code = listing.raw_code and enterprise.raw_name = listing.raw_name
    and scope.scope_on >= enterprise.valid_from and scope.scope_on < enterprise.valid_to
