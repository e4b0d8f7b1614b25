-- tenants of buildings in statistics on each stock day that are registered here, pay tax here, or told how many they are;
-- on days on which nobody's tax authority or number is told, none of the tenants is known to be counted
with authorities as (
    select enterprise_id, treasury_month_on, max_by(tax_authority, row_id) as tax_authority
    from {{ ref('cur_tax_receipt') }}
    where tax_authority is not null
    group by enterprise_id, treasury_month_on
),

-- names are few and rows are many, so each name is read once
named as (
    select tax_authority, {{ names_district('tax_authority') }} as is_here
    from (select distinct tax_authority from authorities) as spelled
),

taxed as (
    select
        authorities.enterprise_id,
        named.is_here,
        authorities.treasury_month_on as valid_from,
        lead(authorities.treasury_month_on, 1, {{ open_end() }})
            over (partition by authorities.enterprise_id order by authorities.treasury_month_on) as valid_to
    from authorities
    inner join named on named.tax_authority = authorities.tax_authority
),

enterprises as (
    select
        enterprise_id,
        industry,
        valid_from,
        valid_to,
        coalesce(
            starts_with(registration_district_code, {{ run_context('district_code') }})
            or {{ names_district('registration_district_code') }},
            {{ names_district('reg_authority') }},
            false
        ) as is_registered
    from {{ ref('cur_enterprise') }}
),

held as (
    select
        home.*,
        enterprise.industry,
        case {{ parameter('local_reg.scope') }}
            when 'building' then coalesce(home.is_registered_here, false)
            else coalesce(enterprise.is_registered, false)
        end as is_registered,
        coalesce(home.is_taxed_in_district, taxed.is_here, false) as is_taxed,
        bool_or(coalesce(home.is_taxed_in_district, taxed.is_here) is not null) over (partition by home.day_on) as is_tax_told,
        report.employee_cnt is not null as has_report,
        bool_or(report.employee_cnt is not null) over (partition by home.day_on) as is_number_told
    from ({{ homes_on_stock_days([
        'unit_no', 'moved_in_on', 'is_registered_here', 'is_taxed_in_district', 'delivery_id'
    ]) | indent(4) }}) as home
    left join enterprises as enterprise
        on enterprise.enterprise_id = home.enterprise_id
        and enterprise.valid_from <= home.day_on
        and home.day_on < enterprise.valid_to
    left join taxed
        on taxed.enterprise_id = home.enterprise_id and taxed.valid_from <= home.day_on and home.day_on < taxed.valid_to
    left join {{ ref('cur_employee_count') }} as report
        on report.enterprise_id = home.enterprise_id
        and report.building_id = home.building_id
        and report.unit_no is not distinct from home.unit_no
        and report.moved_in_on is not distinct from home.moved_in_on
        and report.valid_from <= home.day_on
        and home.day_on < report.valid_to
)

{% for measure, condition in {
    'local_reg_cnt': 'is_registered',
    'local_tax_cnt': 'is_taxed',
    'local_tax_told_cnt': 'is_tax_told',
    'employee_reporting_cnt': 'has_report',
    'employee_told_cnt': 'is_number_told',
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
