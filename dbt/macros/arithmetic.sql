{#- How many times a whole number holds another, cut off towards zero. -#}
{% macro whole_part(dividend, divisor) -%}
    {{ return(adapter.dispatch('whole_part', 'louyu')(dividend, divisor)) }}
{%- endmacro %}

{% macro default__whole_part(dividend, divisor) -%}
    divide({{ dividend }}, {{ divisor }})
{%- endmacro %}

{#- numerator / denominator at storage precision, DECIMAL(38,8), ties to even; null where the denominator is null or zero.
    DuckDB divides decimals into doubles, so the quotient is taken over integers (SPEC 0.4, 2.1 rule 1). -#}
{% macro divide(numerator, denominator) -%}
    {{ return(adapter.dispatch('divide', 'louyu')(numerator, denominator)) }}
{%- endmacro %}

{% macro default__divide(numerator, denominator) -%}
    {%- set n = 'abs(cast(cast(' ~ numerator ~ ' as decimal(30, 8)) * 100000000 as hugeint)) * 100000000' -%}
    {%- set d = 'abs(cast(cast(' ~ denominator ~ ' as decimal(30, 8)) * 100000000 as hugeint))' -%}
    case when {{ denominator }} <> 0 then
        cast(
            sign({{ numerator }}) * sign({{ denominator }}) * (
                {{ whole_part(n, d) }}
                + case
                    when 2 * (({{ n }}) % ({{ d }})) > ({{ d }}) then 1
                    when 2 * (({{ n }}) % ({{ d }})) = ({{ d }}) then ({{ whole_part(n, d) }}) % 2
                    else 0
                end
            ) as decimal(38, 0)
        ) * cast(0.00000001 as decimal(9, 8))
    end
{%- endmacro %}

{#- amount × rate rounded to whole units of the amount, ties to even; the amount is an integer (fen). The whole millions
    of the amount are multiplied beside its rest: neither product exceeds what the result or a rate times a million can
    be, so that no integer wider than 64 bits is needed. -#}
{% macro times_half_even(amount, rate) -%}
    {%- set parts = 'cast(' ~ rate ~ ' * 1000000 as bigint)' -%}
    {%- set rest = '(abs(' ~ amount ~ ') % 1000000) * ' ~ parts -%}
    {%- set whole = '(' ~ whole_part('abs(' ~ amount ~ ')', '1000000') ~ ' * ' ~ parts ~ ' + ' ~ whole_part(rest, '1000000') ~ ')' -%}
    sign({{ amount }}) * (
        {{ whole }}
        + case
            when 2 * (({{ rest }}) % 1000000) > 1000000 then 1
            when 2 * (({{ rest }}) % 1000000) = 1000000 then {{ whole }} % 2
            else 0
        end
    )
{%- endmacro %}

{#- Whole fen from yuan with two places. A decimal of up to 18 digits is a 64-bit integer, which multiplies many times faster
    than the wider one that the contract allows; no payment reaches ten million millions, but one that did would count. -#}
{% macro yuan_to_fen(yuan) -%}
    case
        when abs({{ yuan }}) < 10000000000000 then cast(cast({{ yuan }} as decimal(15, 2)) * 100 as bigint)
        else cast({{ yuan }} * 100 as bigint)
    end
{%- endmacro %}

{#- Yuan from whole fen, exactly: a decimal divided by a hundred would become a double. -#}
{% macro fen_to_yuan(fen) -%}
    (cast({{ fen }} as decimal(20, 0)) * cast(0.01 as decimal(3, 2)))
{%- endmacro %}

{#- Why a figure has no value that lacks what it must have enough of. -#}
{% macro too_little() -%}'可用数据不足,不予计算 / too little was delivered to compute it from'{%- endmacro %}
