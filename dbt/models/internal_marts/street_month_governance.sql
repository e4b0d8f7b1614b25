-- what each street's governance did in each month and where it stood at its end: its figures side by side
with months as (
    select
        area_code as street_code,
        strftime(window_end_on - interval 1 day, '%Y-%m') as calendar_month,
        kpi_id,
        value
    from {{ ref('figure') }}
    where area_type = 'street'
        and breakdown_type = '_T'
        and (
            (period_type = 'M' and kpi_id in (
                'pre_complaint_cnt', 'pre_complaint_resolved_cnt', 'whistle_meeting_cnt', 'deliberation_meeting_cnt',
                'activity_cnt'
            ))
            or (period_type = 'S' and window_end_on = date_trunc('month', window_end_on) and kpi_id in (
                'building_cnt', 'committee_cnt', 'party_org_cnt', 'coverage_party_org_rate', 'coverage_committee_rate',
                'coverage_station_rate', 'troika_coverage_rate', 'need_cnt', 'need_overdue_cnt'
            ))
        )
)

select
    street_code,
    calendar_month,
    {{ figure_of('building_cnt', type='bigint') }} as building_cnt,
    {{ figure_of('party_org_cnt', type='bigint') }} as party_org_cnt,
    {{ figure_of('committee_cnt', type='bigint') }} as committee_cnt,
    {{ figure_of('coverage_party_org_rate') }} as coverage_party_org_rate,
    {{ figure_of('coverage_committee_rate') }} as coverage_committee_rate,
    {{ figure_of('coverage_station_rate') }} as coverage_station_rate,
    {{ figure_of('troika_coverage_rate') }} as troika_coverage_rate,
    {{ figure_of('pre_complaint_cnt', type='bigint') }} as pre_complaint_cnt,
    {{ figure_of('pre_complaint_resolved_cnt', type='bigint') }} as pre_complaint_resolved_cnt,
    {{ figure_of('whistle_meeting_cnt', type='bigint') }} as whistle_meeting_cnt,
    {{ figure_of('deliberation_meeting_cnt', type='bigint') }} as deliberation_meeting_cnt,
    {{ figure_of('activity_cnt', type='bigint') }} as activity_cnt,
    {{ figure_of('need_cnt', type='bigint') }} as open_need_cnt,
    {{ figure_of('need_overdue_cnt', type='bigint') }} as overdue_need_cnt
from months
group by street_code, calendar_month
