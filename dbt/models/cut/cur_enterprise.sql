{%- set told = ['industry', 'industry_code', 'reg_authority', 'registration_district_code', 'registration_status', 'enterprise_name'] -%}
with known as (
    select
        statement.*,
        cast(delivery.received_at as date) as known_on,
        delivery.version,
        delivery.received_at,
        delivery.sha256
    from {{ ref('fct_enterprise_statement') }} as statement
    inner join {{ ref('stg_ledger__delivery') }} as delivery on delivery.delivery_id = statement.delivery_id
    where delivery.known_at <= {{ run_context('known_at') }}
),

-- a statement that changes nothing starts no version
changed as (
    select *
    from known
    qualify coalesce(
        lag({{ fingerprint(told) }}) over (
            partition by enterprise_id order by received_at, version, sha256
        ) <> {{ fingerprint(told) }},
        true
    )
),

dated as (
    select
        *,
        case when row_number() over (partition by enterprise_id order by received_at, version, sha256) = 1
            then date '0001-01-01' else coalesce(status_on, known_on) end as valid_from
    from changed
)

select
    enterprise_id,
    enterprise_name,
    industry,
    industry_code,
    reg_authority,
    registration_district_code,
    registration_status,
    valid_from,
    coalesce(
        lead(valid_from) over (partition by enterprise_id order by valid_from, received_at, version, sha256), {{ open_end() }}
    ) as valid_to,
    delivery_id
from dated
