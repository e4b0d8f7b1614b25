{{ config(
    materialized='incremental', incremental_strategy='append', on_schema_change='fail',
    pre_hook=[
        "{{ delete_touched('tax', \"cast(concat(treasury_month, '-01') as date)\") }}",
        "{{ rename_kept('enterprise') }}",
    ]
) }}
-- depends_on: {{ ref('cur_build_scope') }}

-- tax of each enterprise in each building, treasury month and tax type, for named tax roles only
with taxes as (
    select
        enterprise_id,
        bucket,
        building_id,
        treasury_month_on,
        tax_type,
        sum(total_fen) as total_fen,
        sum(district_fen) as district_fen,
        bool_or(is_district_derived) as is_district_derived
    from {{ ref('cur_tax_by_payer') }}
    where {{ is_in_scope('tax', 'treasury_month_on') }}
    group by enterprise_id, bucket, building_id, treasury_month_on, tax_type
)

select
    taxes.enterprise_id,
    names.enterprise_name,
    taxes.bucket,
    taxes.building_id,
    strftime(taxes.treasury_month_on, '%Y-%m') as treasury_month,
    taxes.tax_type,
    {{ fen_to_yuan('taxes.total_fen') }} as tax_total_yuan,
    {{ fen_to_yuan('taxes.district_fen') }} as tax_district_yuan,
    taxes.is_district_derived
from taxes
left join (
    {{ newest_names('enterprise') | indent(4) }}
) as names on names.enterprise_id = taxes.enterprise_id
