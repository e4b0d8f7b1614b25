{{ config(meta={'gate': 'G-CONS', 'dagster': {'ref': {'name': 'agg_rating'}}}) }}
-- enterprises with any title are at most the sum over titles and at least the largest of them
select distinct_cnt.period, distinct_cnt.amount, sum(title.amount) as of_titles, max(title.amount) as largest
from {{ ref('agg_rating') }} as distinct_cnt
inner join {{ ref('agg_rating') }} as title
    on title.measure_id = 'rating_valid_cnt'
    and title.area_type = distinct_cnt.area_type
    and title.area_code = distinct_cnt.area_code
    and title.period = distinct_cnt.period
    and title.breakdown_type = 'rating'
where distinct_cnt.measure_id = 'rated_enterprise_cnt' and distinct_cnt.breakdown_type = '_T'
group by distinct_cnt.period, distinct_cnt.area_code, distinct_cnt.amount
having distinct_cnt.amount > sum(title.amount) or distinct_cnt.amount < max(title.amount)
