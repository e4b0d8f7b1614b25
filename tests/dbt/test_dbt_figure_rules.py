"""A figure is as exact as what holds it can be: large quotients are no structural failure (G-KEYS)."""

from decimal import ROUND_HALF_UP, Decimal

import duckdb
import pytest
import yaml

from common.contracts import PROJECT


def _rule(name: str) -> str:
    models = yaml.safe_load((PROJECT / "dbt/models/figures/_figures.yml").read_text(encoding="utf-8"))["models"]
    [figure] = (model for model in models if model["name"] == "figure")
    return str(figure["data_tests"][0]["row_rules"]["arguments"]["rules"][name])


def _holds(value: Decimal, numerator: Decimal, denominator: Decimal, base: str | None) -> bool:
    rule = _rule("change_is_against_its_base" if base else "rate_is_its_quotient")
    stored = (value, numerator, denominator)
    columns = ", ".join(
        f"cast('{part}' as decimal(38, 8)) as {name}"
        for part, name in zip(stored, ("value", "numerator", "denominator"), strict=True)
    )
    with duckdb.connect() as connection:
        [(found,)] = connection.execute(f"select {rule} from (select {columns}, $1 as base_period)", [base]).fetchall()
    return bool(found)


def _stored(exact: Decimal) -> Decimal:
    return exact.quantize(Decimal("1E-8"), ROUND_HALF_UP)


@pytest.mark.parametrize("numerator", [1, 7, 11_446_081_785_336.17, 4_016_170_801_872_343.11])
@pytest.mark.parametrize("denominator", [3, 285, 941])
def test_a_quotient_of_any_size_passes_as_it_is_stored(numerator: float, denominator: int) -> None:
    over, under = Decimal(str(numerator)), Decimal(denominator)
    assert _holds(_stored(over / under), over, under, None)
    assert _holds(_stored(over / under - 1), over, under, "2022-09")


@pytest.mark.parametrize("slip", ["0.000001", "1", "1000"])
def test_another_value_than_the_quotient_fails(slip: str) -> None:
    over, under = Decimal("11446081785.17"), Decimal(285)
    assert not _holds(_stored(over / under) + Decimal(slip), over, under, None)
    assert not _holds(_stored(over / under - 1) + Decimal(slip) * 10, over, under, "2022-09")
