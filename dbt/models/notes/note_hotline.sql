-- an assessment month is locked so many days after its end (SPEC 4.2)
with exclusions as (
    select
        row_id,
        delivery_id,
        cast({{ assessment_month_start('created_at') }} + interval 1 month as date) as month_end_on,
        updated_at
    from {{ ref('fct_ticket_version') }}
    where is_excluded
),

late as (
    select delivery_id, month_end_on, {{ in_first_row('row_id') }} as row_id, count(*) as exclusion_cnt
    from exclusions
    where cast(updated_at as date) > month_end_on + {{ parameter('hotline.lock_days', 'integer') }}
    group by delivery_id, month_end_on
),

callbacks as (
    select * from {{ ref('cur_callback') }}
)

select
    'B-BIZ-12' as rule_id,
    'ACCEPT' as action,
    'H01' as feed,
    delivery_id,
    row_id,
    cast(null as varchar) as subject,
    json_object('p', strftime(month_end_on, 'HM%Y-%m'), 'n', exclusion_cnt) as facts
from late
union all
select
    'B-BIZ-09', 'WARN', 'H02', delivery_id, row_id, strftime(callback_at, '%Y-%m-%d %H:%M:%S'),
    json_object('t', ticket_no, 'a', format(
        'callback_at {} < closed_at {}',
        strftime(callback_at, '%Y-%m-%d %H:%M:%S'), strftime(closed_at, '%Y-%m-%d %H:%M:%S')
    ))
from callbacks
where is_before_closing
union all
select 'B-BIZ-10', 'WARN', 'H02', delivery_id, row_id, resolution, json_object('t', ticket_no)
from callbacks
where is_contradicted
