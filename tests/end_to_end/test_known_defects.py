"""Ten defects that were seen in real systems (SPEC 6.2), each held off where it would show: in the published figures.

Unit tests hold the arithmetic of each; this module looks at what a reader would be given.
"""

import re
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import polars as pl
import pytest
from louyu_home import Louyu

from common.contracts import PROJECT
from common.statements import holds, read_statement
from common.wording import exact_value

MODELS = sorted((PROJECT / "dbt" / "models").rglob("*.sql")) + sorted((PROJECT / "dbt" / "macros").rglob("*.sql"))


@pytest.fixture(scope="module")
def candidate(quarter: Louyu) -> Path:
    [found] = quarter.home.candidates.iterdir()
    return found


@pytest.fixture(scope="module")
def figures(candidate: Path) -> pl.DataFrame:
    kinds = pl.read_parquet(candidate / "kpi.parquet").select("kpi_id", "kind")
    return pl.read_parquet(candidate / "figure.parquet").join(kinds, on="kpi_id")


def test_1_growth_is_computed_from_both_levels(figures: pl.DataFrame) -> None:
    changes = figures.filter(pl.col("kind").is_in(["yoy", "l4l"]) & pl.col("value").is_not_null())
    assert changes.height > 100
    for value, now, base in changes.select("value", "numerator", "denominator").iter_rows():
        assert abs(Fraction(value) - (Fraction(now) / Fraction(base) - 1)) <= Fraction(1, 10**8)


def test_2_one_divisor_for_one_unit(figures: pl.DataFrame) -> None:
    taxes = figures.filter(pl.col("kpi_id") == "building_tax_total", pl.col("value").is_not_null())
    for value, printed in taxes.select("value", "printed_zh").iter_rows():
        statement = read_statement(printed, "zh")
        assert statement is not None
        assert holds(statement, exact_value("level", value, None, None), "gbt8170"), (value, printed)


def test_3_a_base_of_nothing_gives_no_growth(figures: pl.DataFrame) -> None:
    changes = figures.filter(pl.col("base_period").is_not_null() & (pl.col("denominator") <= 0))
    assert changes["value"].drop_nulls().is_empty()


def test_4_shares_are_not_forced_to_a_hundred(figures: pl.DataFrame) -> None:
    shares = figures.filter(pl.col("kind") == "ratio", pl.col("value").is_not_null(), pl.col("denominator") != 0)
    for value, part, whole in shares.select("value", "numerator", "denominator").iter_rows():
        assert abs(Fraction(value) - Fraction(part) / Fraction(whole)) <= Fraction(1, 10**8)


def test_5_a_month_that_has_just_begun_is_never_a_whole_one(figures: pl.DataFrame) -> None:
    as_of = figures.filter(period_type="S")["window_start_on"].max()
    open_ = figures.filter(pl.col("window_end_on") > pl.lit(as_of).dt.offset_by("1d"), pl.col("value").is_not_null())
    assert set(open_["obs_status"]) <= {"P"}


def test_6_tax_is_counted_once_whatever_its_buildings_are_called(figures: pl.DataFrame) -> None:
    whole = figures.filter(kpi_id="building_tax_total", area_type="district", breakdown_type="_T", period="2023-Q3")
    streets = figures.filter(kpi_id="building_tax_total", area_type="street", breakdown_type="_T", period="2023-Q3")
    assert whole["value"].sum() == streets["value"].sum()


def test_7_shares_of_the_district_are_rows_and_no_literals() -> None:
    found = {path.stem for path in MODELS if re.search(r"\b0\.(2|25|3|5|50)\b(?!\))", path.read_text(encoding="utf-8"))}
    # the middle of an ordered list
    assert found <= {"aggregate"}


def test_8_rates_are_pooled_over_one_window_and_a_composite_is_at_most_a_hundred(figures: pl.DataFrame) -> None:
    composites = figures.filter(pl.col("kpi_id") == "three_rate_composite")["value"].drop_nulls()
    assert Decimal(0) <= min(composites)
    assert max(composites) <= Decimal(100)
    nothing = figures.filter(pl.col("kind") == "ratio", pl.col("denominator") == 0)
    assert nothing["value"].drop_nulls().is_empty()
    months = figures.filter(period_type="HM").select("period", "window_start_on").unique()
    assert all(start.day == 19 for start in months["window_start_on"])


def test_9_tickets_are_about_buildings_by_their_place_not_by_a_word() -> None:
    assert [path.stem for path in MODELS if "%企业%" in path.read_text(encoding="utf-8")] == []


def test_10_every_printed_text_says_its_value(candidate: Path) -> None:
    verdicts = pl.read_parquet(candidate / "verdicts.parquet").filter(gate_id="G-WORD")
    assert set(verdicts["verdict"]) == {"PASS"}
