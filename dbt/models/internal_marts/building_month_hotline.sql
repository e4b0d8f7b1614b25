-- tickets located in each building by assessment month
select
    building.building_id,
    building.building_name,
    ticket.street_code,
    bridge.period as assessment_month,
    count(distinct ticket.entity_id) filter (where ticket.measure_id = 'ticket_cnt') as ticket_cnt,
    count(distinct ticket.entity_id) filter (where ticket.measure_id = 'ticket_excluded_cnt') as excluded_cnt,
    count(distinct ticket.entity_id) filter (where ticket.measure_id = 'callback_valid_cnt') as valid_callback_cnt,
    count(distinct ticket.entity_id) filter (where ticket.measure_id = 'callback_resolved_cnt') as resolved_cnt
from {{ ref('msr_ticket') }} as ticket
inner join {{ ref('bridge_period') }} as bridge
    on bridge.calendar = 'HM' and bridge.atom_on = ticket.atom_on and bridge.period_type = 'HM'
inner join (
    {{ newest_names('building') | indent(4) }}
) as building on building.building_id = ticket.building_id
where ticket.calendar = 'HM'
    and ticket.measure_id in ('ticket_cnt', 'ticket_excluded_cnt', 'callback_valid_cnt', 'callback_resolved_cnt')
group by all
