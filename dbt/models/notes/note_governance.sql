with appeals as (
    {{ at_cut(ref('fct_pre_complaint'), 'P01') | indent(4) }}
),

complained as (
    select appeals.row_id, appeals.delivery_id, ticket.ticket_no
    from appeals
    inner join {{ ref('cur_ticket') }} as ticket
        on ticket.ticket_no = appeals.linked_ticket_no and ticket.created_at < appeals.found_at
),

reports as (
    {{ at_cut(ref('fct_meeting'), 'M01') | indent(4) }}
),

twice as (
    select meeting_id, {{ first_told() | indent(4) }}
    from reports
    where meeting_status = 'HELD'
    group by meeting_id
    having count(*) > 1
),

buildings as (
    select building_id, building_name, is_in_stat
    from {{ ref('cur_building') }}
    where valid_from <= {{ run_context('as_of') }} and {{ run_context('as_of') }} < valid_to
),

links as (
    select *
    from {{ ref('cur_coverage') }}
    where valid_from <= {{ run_context('as_of') }} and {{ run_context('as_of') }} < valid_to
),

kinds as (
    select org_type, max(delivery_id) as delivery_id from links group by org_type
),

covered as (
    select
        buildings.building_name,
        buildings.is_in_stat,
        kinds.org_type,
        coalesce({{ in_first_row('links.delivery_id') }}, kinds.delivery_id) as delivery_id,
        {{ in_first_row('links.row_id') }} as row_id,
        count(distinct links.org_name_key) as org_cnt
    from buildings
    cross join kinds
    left join links on links.building_id = buildings.building_id and links.org_type = kinds.org_type
    group by buildings.building_id, buildings.building_name, buildings.is_in_stat, kinds.org_type, kinds.delivery_id
),

people as (
    select person_key, {{ first_told() | indent(4) }}, list_sort(list(distinct station_key)) as stations
    from {{ ref('cur_staff') }}
    where valid_from <= {{ run_context('as_of') }} and {{ run_context('as_of') }} < valid_to
    group by person_key
    having count(distinct station_key) > 1
)

select
    'B-BIZ-14' as rule_id,
    'WARN' as action,
    'P01' as feed,
    delivery_id,
    row_id,
    ticket_no as subject,
    json_object('t', ticket_no) as facts
from complained
union all
select 'B-BIZ-15', 'ACCEPT', 'M01', delivery_id, row_id, meeting_id, json_object('a', meeting_id)
from twice
union all
select
    'B-BIZ-16', 'WARN', 'G02', delivery_id, row_id, building_name,
    json_object('b', building_name, 'n', org_cnt, 't', case org_type
        when 'PARTY_ORG' then '楼宇党组织' when 'COMMITTEE' then '楼委会' else '楼宇工作站' end)
from covered
where (org_cnt = 0 and is_in_stat) or (org_cnt > 1 and org_type = 'COMMITTEE')
union all
select
    'B-BIZ-17', 'WARN', 'G03', delivery_id, row_id, null,
    json_object('n', len(stations), 'a', array_to_string(stations, '、'))
from people
