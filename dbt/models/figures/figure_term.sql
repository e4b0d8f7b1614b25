-- numerator and denominator of each cell: weighted sums of measures
select
    term.kpi_id,
    value.area_type,
    value.area_code,
    value.breakdown_type,
    value.breakdown_code,
    value.period_type,
    value.period,
    sum(value.amount * cast(term.weight as decimal(8, 4))) filter (where term.role = 'numerator') as numerator,
    sum(value.amount * cast(term.weight as decimal(8, 4))) filter (where term.role = 'denominator') as denominator
from {{ ref('kpi_term') }} as term
inner join {{ ref('measure_value') }} as value on value.measure_id = term.measure_id
group by all
