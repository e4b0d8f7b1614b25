-- tenants of buildings in statistics on each stock day that are registered here, pay tax here, or told how many they are
with authorities as (
    select
        enterprise_id,
        treasury_month_on as valid_from,
        lead(treasury_month_on, 1, {{ open_end() }}) over (partition by enterprise_id order by treasury_month_on) as valid_to,
        tax_authority
    from (
        select enterprise_id, treasury_month_on, max_by(tax_authority, row_id) as tax_authority
        from {{ ref('cur_tax_receipt') }}
        where tax_authority is not null
        group by enterprise_id, treasury_month_on
    ) as newest
),

held as (
    select
        stock.day_on,
        building.street_code,
        building.park_code,
        building.building_id,
        enterprise.industry,
        occupancy.enterprise_id,
        occupancy.delivery_id,
        case {{ parameter('local_reg.scope') }}
            when 'building' then coalesce(occupancy.is_registered_here, false)
            else coalesce(
                starts_with(enterprise.registration_district_code, {{ run_context('district_code') }})
                or {{ names_district('enterprise.registration_district_code') }},
                {{ names_district('enterprise.reg_authority') }},
                false
            )
        end as is_registered,
        coalesce(occupancy.is_taxed_in_district, {{ names_district('authorities.tax_authority') }}, false) as is_taxed,
        report.employee_cnt is not null as has_report
    from {{ ref('dim_stock_day') }} as stock
    inner join {{ ref('cur_occupancy') }} as occupancy
        on occupancy.valid_from <= stock.day_on and stock.day_on < occupancy.valid_to
    inner join {{ ref('cur_building') }} as building
        on building.building_id = occupancy.building_id
        and building.valid_from <= stock.day_on
        and stock.day_on < building.valid_to
        and building.is_in_stat
    left join {{ ref('cur_enterprise') }} as enterprise
        on enterprise.enterprise_id = occupancy.enterprise_id
        and enterprise.valid_from <= stock.day_on
        and stock.day_on < enterprise.valid_to
    left join authorities
        on authorities.enterprise_id = occupancy.enterprise_id
        and authorities.valid_from <= stock.day_on
        and stock.day_on < authorities.valid_to
    left join {{ ref('cur_employee_count') }} as report
        on report.enterprise_id = occupancy.enterprise_id
        and report.building_id = occupancy.building_id
        and report.unit_no is not distinct from occupancy.unit_no
        and report.moved_in_on is not distinct from occupancy.moved_in_on
        and report.valid_from <= stock.day_on
        and stock.day_on < report.valid_to
)

{% for measure, condition in {
    'local_reg_cnt': 'is_registered', 'local_tax_cnt': 'is_taxed', 'employee_reporting_cnt': 'has_report'
}.items() -%}
select
    '{{ measure }}' as measure_id,
    'S' as calendar,
    day_on as atom_on,
    {{ run_context('district_code') }} as district_code,
    street_code,
    park_code,
    building_id,
    industry,
    enterprise_id as entity_id,
    cast(1 as decimal(38, 8)) as amount,
    1 as row_cnt,
    delivery_id
from held
where {{ condition }}
{% if not loop.last %}union all
{% endif %}
{%- endfor %}
