select
    rating.row_id,
    rating.delivery_id,
    enterprise.enterprise_id,
    rating.rating_code as rating,
    rating.batch,
    rating.stage,
    rating.granted_on,
    rating.valid_from_on,
    rating.valid_to_on
from {{ ref('stg_r01__rating') }} as rating
inner join {{ ref('stg_identity__enterprise') }} as enterprise
    on enterprise.raw_code = rating.raw_code and enterprise.raw_name = rating.raw_name
    -- a row without a date, as a layout may have it, speaks of today
    and coalesce(rating.granted_on, date '9999-12-30') >= enterprise.valid_from
    and coalesce(rating.granted_on, date '9999-12-30') < enterprise.valid_to
