{#- The rows of a snapshot or period feed that stand at the run's knowledge cut: those of the delivery that is current for
    their scope. Facts carry delivery_id, scope_key and scope_on; the knowledge interval lies on the scope alone. -#}
{% macro at_cut(facts, feed) -%}
select facts.*
from {{ facts }} as facts
inner join {{ ref('dlv_scope') }} as scope
    on scope.feed = '{{ feed }}'
    and scope.delivery_id = facts.delivery_id
    and scope.scope_key = facts.scope_key
    and scope.scope_on = facts.scope_on
where scope.known_from <= {{ run_context('known_at') }} and {{ run_context('known_at') }} < scope.known_to
{%- endmacro %}

{#- The newest known row of each key of a feed whose rows are updates: the one of which `latest` is greatest, item by item,
    then the delivery that came last. `over_rows` names further columns, which are aggregates over all known rows of the
    key. Rows are told apart over their addresses, and only the row that stands is read whole. -#}
{% macro newest_at_cut(facts, key, latest=[], over_rows={}) -%}
select {% for name in over_rows %}newest.{{ name }}, {% endfor %}facts.*
from {{ facts }} as facts
inner join (
    select
        max_by(facts.row_id, (
            {%- for item in latest %}{{ item }} is not null, {{ item }}, {% endfor %}delivery.place_no, facts.row_id)) as row_id
        {%- for name, total in over_rows.items() %},
        {{ total }} as {{ name }}
        {%- endfor %}
    from {{ facts }} as facts
    inner join (
        select
            delivery_id,
            rank() over (order by version nulls first, ordered_at nulls first, sha256 nulls first) as place_no
        from {{ ref('stg_ledger__delivery') }}
        where known_at <= {{ run_context('known_at') }}
    ) as delivery on delivery.delivery_id = facts.delivery_id
    group by {% for column in key %}facts.{{ column }}{{ ', ' if not loop.last }}{% endfor %}
) as newest on newest.row_id = facts.row_id
{%- endmacro %}

{#- Snapshots at the cut as intervals of validity (SPEC 0.1b, Deliveries; 3.3, O01).

    A key seen with the same attributes in consecutive snapshots is one interval. What the first snapshot shows is valid
    from its own start date, a later change from the snapshot's day; with start_when = 'ALWAYS' a key's own start date,
    as last stated, wins whenever the key first appears. The end date last stated wins; else a key absent from `absences`
    consecutive snapshots ended on the day of the first of them. Columns out: the key, the attributes, valid_from, valid_to, first_seen_on,
    is_end_inferred, delivery_id and row_id of the row that said so last. -#}
{% macro snapshot_intervals(facts, feed, key, attributes, start_on='cast(null as date)', end_on='cast(null as date)', start_when='ALWAYS', absences=1) -%}
with stated as materialized (
    select row_number() over () as stated_no, facts.*
    from ({{ at_cut(facts, feed) | indent(4) }}) as facts
),

snapshots as (
    select
        scope_key,
        scope_on,
        row_number() over (partition by scope_key order by scope_on) as n,
        count(*) over (partition by scope_key) as last_snapshot_n
    from {{ ref('dlv_scope') }}
    where feed = '{{ feed }}'
        and known_from <= {{ run_context('known_at') }}
        and {{ run_context('known_at') }} < known_to
    -- rows that add to a snapshot are of it and make none of their own
    group by scope_key, scope_on
),

-- what is sorted below is narrow: what a row says beside these columns is looked up where an interval ends
keyed as (
    select
        stated.stated_no,
        stated.row_id,
        stated.scope_key,
        stated.scope_on,
        {{ start_on }} as own_start_on,
        {{ end_on }} as own_end_on,
        {{ fingerprint_number(key) }} as interval_key,
        {{ fingerprint_number(attributes) }} as stated_attributes,
        snapshots.n,
        snapshots.last_snapshot_n
    from stated
    inner join snapshots on snapshots.scope_key = stated.scope_key and snapshots.scope_on = stated.scope_on
),

seen as (
    select * exclude (row_id)
    from keyed
    qualify row_number() over (partition by interval_key, scope_key, n order by row_id) = 1
),

marked as (
    select
        *,
        coalesce(n - lag(n) over keyed > {{ absences }}, true) as starts_chain,
        coalesce(
            n - lag(n) over keyed > {{ absences }} or stated_attributes <> lag(stated_attributes) over keyed, true
        ) as starts_interval
    from seen
    window keyed as (partition by interval_key, scope_key order by n)
),

numbered as (
    select
        * exclude (stated_attributes),
        sum(cast(starts_chain as integer)) over keyed as chain_no,
        sum(cast(starts_interval as integer)) over keyed as interval_no
    from marked
    window keyed as (partition by interval_key, scope_key order by n rows between unbounded preceding and current row)
),

chains as (
    select
        interval_key,
        scope_key,
        chain_no,
        {{ 'max_by' if start_when == 'ALWAYS' else 'min_by' }}(own_start_on, n) as own_start_on,
        -- an end that the newest snapshot no longer states has been taken back, so its null counts
        arg_max_null(own_end_on, n) as own_end_on,
        max(n) as last_n,
        any_value(last_snapshot_n) as last_snapshot_n
    from numbered
    group by interval_key, scope_key, chain_no
),

last_told as (
    select
        interval_key,
        scope_key,
        chain_no,
        interval_no,
        max_by(stated_no, n) as stated_no,
        min(n) as first_n,
        min(scope_on) as first_seen_on
    from numbered
    group by interval_key, scope_key, chain_no, interval_no
),

intervals as (
    select
        last_told.* exclude (stated_no),
        {% for column in key + attributes -%}
        stated.{{ column }},
        {% endfor -%}
        stated.delivery_id,
        stated.row_id
    from last_told
    inner join stated on stated.stated_no = last_told.stated_no
),

-- a wider and a narrower snapshot may both tell of a key: the one that said something last holds from then on
ordered as (
    select
        *,
        row_number() over told as place_no,
        lead(first_seen_on) over told as told_anew_on
    from intervals
    window told as (partition by interval_key order by first_seen_on, scope_key, interval_no)
),

bounded as (
    select
        ordered.*,
        case
            when ordered.place_no = 1 and chains.own_start_on is not null
                and ({{ 'true' if start_when == 'ALWAYS' else 'ordered.first_n = 1' }})
                then chains.own_start_on
            else greatest(ordered.first_seen_on, chains.own_start_on)
        end as valid_from,
        least(
            coalesce(ordered.told_anew_on, {{ open_end() }}),
            coalesce(chains.own_end_on, absent_since.scope_on, {{ open_end() }})
        ) as valid_to,
        chains.own_end_on is null and absent_since.scope_on is not null as is_end_inferred
    from ordered
    inner join chains
        on chains.interval_key = ordered.interval_key
        and chains.scope_key = ordered.scope_key
        and chains.chain_no = ordered.chain_no
    left join snapshots as absent_since
        on absent_since.scope_key = chains.scope_key
        and absent_since.n
        = case when chains.last_snapshot_n - chains.last_n >= {{ absences }} then chains.last_n + 1 end
)

select
    {% for column in key + attributes -%}
    {{ column }},
    {% endfor -%}
    valid_from,
    valid_to,
    first_seen_on,
    is_end_inferred,
    delivery_id,
    row_id
from bounded
where valid_from < valid_to
{%- endmacro %}
