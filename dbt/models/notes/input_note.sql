{{ config(materialized='table') }}

-- a table, because both its test and whoever takes the notes out read it
select rule_id, action, feed, delivery_id, row_id, subject, facts from {{ ref('note_tax') }}
union all
select rule_id, action, feed, delivery_id, row_id, subject, facts from {{ ref('note_register') }}
union all
select rule_id, action, feed, delivery_id, row_id, subject, facts from {{ ref('note_hotline') }}
union all
select rule_id, action, feed, delivery_id, row_id, subject, facts from {{ ref('note_governance') }}
