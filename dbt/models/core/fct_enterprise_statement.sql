select
    row_id,
    delivery_id,
    'ENT-' || credit_code as enterprise_id,
    enterprise_name,
    entity_type,
    registration_status,
    {{ industry_section('industry_code') }} as industry,
    status_on
from {{ ref('stg_e01__enterprise') }}
