-- one atom for each measure and part of a tax row; parts in a building carry its street, park and industry at the date
with parts as (
    select allocation.*, coalesce(enterprise.industry, '_U') as industry
    from {{ ref('cur_tax_allocation') }} as allocation
    left join {{ ref('cur_enterprise') }} as enterprise
        on enterprise.enterprise_id = allocation.enterprise_id
        and enterprise.valid_from <= allocation.attributed_on
        and allocation.attributed_on < enterprise.valid_to
    where allocation.treasury_month_on <= {{ run_context('as_of') }}
)

{% set measures = [
    ('tax_total_yuan', 'cast(total_fen as decimal(20, 2)) / 100', "bucket = 'BUILDING'"),
    ('tax_district_yuan', 'cast(district_fen as decimal(20, 2)) / 100', "bucket = 'BUILDING'"),
    ('tax_district_derived_cnt', '1', "bucket = 'BUILDING' and is_district_derived"),
    ('tax_unallocated_yuan', 'cast(total_fen as decimal(20, 2)) / 100', "bucket = 'UNALLOCATED'"),
    ('tax_claimed_yuan', 'cast(total_fen as decimal(20, 2)) / 100', "bucket in ('BUILDING', 'UNALLOCATED')"),
] -%}
{% for measure, amount, condition in measures -%}
select
    '{{ measure }}' as measure_id,
    'M' as calendar,
    treasury_month_on as atom_on,
    {{ run_context('district_code') }} as district_code,
    street_code,
    park_code,
    building_id,
    industry,
    tax_type,
    row_id as entity_id,
    cast({{ amount }} as decimal(38, 8)) as amount,
    delivery_id
from parts
where {{ condition }}
{% if not loop.last %}union all
{% endif %}
{%- endfor %}
