{#- Buildings by the tax of a year or of the year so far: those in statistics at the period's end, also those without tax. -#}
{%- set bands = [
    ('ge_1b', 1000000000, none), ('from_100m', 100000000, 1000000000), ('from_50m', 50000000, 100000000),
    ('from_30m', 30000000, 50000000), ('from_10m', 10000000, 30000000), ('from_0', 0, 10000000), ('below_0', none, 0),
] -%}
with totals as (
    select
        period.period_type,
        period.period,
        building.building_id,
        building.street_code,
        coalesce(tax.amount, 0) as tax_yuan
    from {{ ref('dim_period') }} as period
    inner join {{ ref('cur_building') }} as building
        on building.is_in_stat
        and building.valid_from < least(period.window_end_on, {{ run_context('as_of') }} + interval 1 day)
        and building.valid_to >= least(period.window_end_on, {{ run_context('as_of') }} + interval 1 day)
    left join {{ ref('agg_tax') }} as tax
        on tax.measure_id = 'tax_total_yuan'
        and tax.area_type = 'building'
        and tax.area_code = building.building_id
        and tax.timing = 'IN'
        and tax.period_type = period.period_type
        and tax.period = period.period
    where period.period_type in ('Y', 'YTD') and period.window_start_on <= {{ run_context('as_of') }}
),

areas as (
    select 'district' as area_type, {{ run_context('district_code') }} as area_code, period_type, period, tax_yuan from totals
    union all
    select 'street', street_code, period_type, period, tax_yuan from totals where street_code is not null
),

summed as (
    select
        area_type,
        area_code,
        period_type,
        period,
        {% for name, least, below in bands -%}
        count(*) filter (
            where {{ 'tax_yuan >= ' ~ least if least is not none }}{{ ' and ' if least is not none and below is not none }}
            {{- 'tax_yuan < ' ~ below if below is not none }}
        ) as tax_band_{{ name }}_cnt,
        {% endfor -%}
        count(*) filter (where tax_yuan >= 100000000) as yi_building_cnt,
        coalesce(sum(tax_yuan) filter (where tax_yuan >= 100000000), 0) as yi_building_tax_yuan
    from areas
    group by area_type, area_code, period_type, period
)

{% set measures = ['yi_building_cnt', 'yi_building_tax_yuan'] -%}
{% for name, least, below in bands %}{% do measures.append('tax_band_' ~ name ~ '_cnt') %}{% endfor -%}
{% for measure in measures -%}
select
    '{{ measure }}' as measure_id,
    area_type,
    area_code,
    '_T' as breakdown_type,
    '_T' as breakdown_code,
    'IN' as timing,
    period_type,
    period,
    cast({{ measure }} as decimal(38, 8)) as amount
from summed
{{ 'union all' if not loop.last }}
{% endfor %}
