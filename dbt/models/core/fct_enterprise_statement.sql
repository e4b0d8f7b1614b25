select
    statement.row_id,
    statement.delivery_id,
    enterprise.enterprise_id,
    statement.enterprise_name,
    statement.entity_type,
    statement.registration_status,
    {{ industry_section('statement.industry_code') }} as industry,
    {{ industry_code('statement.industry_code') }} as industry_code,
    statement.reg_authority,
    statement.registration_district_code,
    statement.status_on
from {{ ref('stg_e01__enterprise') }} as statement
inner join {{ ref('stg_identity__enterprise') }} as enterprise
    on enterprise.raw_code = statement.credit_code and enterprise.raw_name = statement.enterprise_name
