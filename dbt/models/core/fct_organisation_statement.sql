select
    organisation.row_id,
    organisation.delivery_id,
    scope.scope_key,
    scope.scope_on,
    coalesce(organisation.raw_org_id, {{ fingerprint(['organisation.org_type', 'organisation.org_name']) }}) as org_id,
    organisation.org_type,
    organisation.station_type,
    organisation.org_name,
    {{ name_key('organisation.org_name') }} as org_name_key,
    {{ name_key('organisation.guided_by') }} as guided_by_key,
    organisation.guided_by,
    street.street_code,
    organisation.formed_on,
    organisation.dissolved_on
from {{ ref('stg_g01__organisation') }} as organisation
inner join {{ ref('stg_ledger__delivery_scope') }} as scope on scope.delivery_id = organisation.delivery_id
left join {{ ref('dim_street_name') }} as street on street.street_key = {{ street_key('organisation.street_name') }}
