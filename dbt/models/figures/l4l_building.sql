-- the buildings in statistics on the last day of a period and of the same period a year before, where they stand now
with ends as (
    select
        kpi_id,
        period_type,
        period,
        cast(window_end_on - interval 1 day as date) as end_on,
        cast(base_window_end_on - interval 1 day as date) as base_end_on
    from ({{ closed_years('l4l') | indent(4) }}) as years
),

standing as (
    select ends.kpi_id, ends.period_type, ends.period, building.building_id, building.street_code
    from ends
    inner join {{ ref('cur_building') }} as building
        on building.is_in_stat and building.valid_from <= ends.end_on and ends.end_on < building.valid_to
    inner join {{ ref('cur_building') }} as earlier
        on earlier.building_id = building.building_id
        and earlier.is_in_stat
        and earlier.valid_from <= ends.base_end_on
        and ends.base_end_on < earlier.valid_to
),

members as (
    select kpi_id, period_type, period, 'district' as area_type, {{ run_context('district_code') }} as area_code, building_id
    from standing
    union all
    select kpi_id, period_type, period, 'street', street_code, building_id
    from standing
    where street_code is not null
),

sets as (
    select kpi_id, period_type, period, area_type, area_code,
        'BS-' || substr(md5(string_agg(building_id, '|' order by building_id)), 1, 12) as building_set_id
    from members
    group by kpi_id, period_type, period, area_type, area_code
)

select members.kpi_id, members.period_type, members.period, members.area_type, members.area_code, members.building_id,
    sets.building_set_id
from members
inner join sets
    on sets.kpi_id = members.kpi_id
    and sets.period_type = members.period_type
    and sets.period = members.period
    and sets.area_type = members.area_type
    and sets.area_code = members.area_code
