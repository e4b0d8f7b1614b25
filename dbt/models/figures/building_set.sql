select distinct building_set_id, building_id
from {{ ref('l4l_building') }}
