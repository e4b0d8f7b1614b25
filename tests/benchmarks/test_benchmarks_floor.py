"""The floor makes the pipeline's figures by other means, and whoever changes one of the two is told."""

import shutil
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_city import DISTRICT, SmallCity

from benchmarks.floor import compare, work
from benchmarks.floor.__main__ import main
from benchmarks.floor.allocating import allocated
from benchmarks.floor.counting import Figures, Key, Value, changes, periods, quotient
from benchmarks.floor.intervals import leases
from benchmarks.floor.resolving import are_credit_codes
from common.codes import ALPHABET, credit_code, is_credit_code

AMOUNTS = st.integers(-(10**12), 10**12)
TOTAL = "全口径税收(元)"


def test_the_floor_makes_every_headline_figure_of_the_pipeline(small_city: SmallCity) -> None:
    floor = work(small_city.inbox)
    compared = compare(floor, small_city.louyu.home.root)
    assert [one for one in compared if not one.agrees] == []
    assert len({one.key.kpi for one in compared if one.pipeline and one.pipeline.value is not None}) >= 10
    assert {one.key.area for one in compared} > {DISTRICT}
    assert set(floor.seconds) == {"read", "validate", "resolve", "allocate", "aggregate"}


def test_one_fen_in_one_row_is_a_difference(
    small_city: SmallCity, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    inbox = tmp_path / DISTRICT
    shutil.copytree(small_city.inbox, inbox)
    tenant = pl.read_csv(next((inbox / "O01").glob("*202306.csv")), infer_schema=False)["统一社会信用代码"].drop_nulls()
    file = next((inbox / "T01").glob("*202307.csv"))
    rows = pl.read_csv(file, infer_schema=False).with_row_index("n")
    row = rows.filter(
        pl.col("纳税人识别号").is_in(tenant.implode()), pl.col("税种") == "增值税", pl.col("是否退税") == "否"
    )["n"][0]
    more = (pl.col(TOTAL).cast(pl.Decimal(20, 2), strict=False) + Decimal("0.01")).cast(pl.String)
    rows.with_columns(pl.when(pl.col("n") == row).then(more).otherwise(TOTAL).alias(TOTAL)).drop("n").write_csv(file)
    assert main([str(inbox), "--home", str(small_city.louyu.home.root), "--differences"]) == 1
    differing = {tuple(line.split()[1:3]) for line in capsys.readouterr().out.splitlines() if line.startswith("≠")}
    assert ("building_tax_total", DISTRICT) in differing
    assert {kpi for kpi, _ in differing} == {"building_tax_total", "district_retained_share"}


def test_a_home_without_a_candidate_is_no_comparison(small_city: SmallCity, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        compare(work(small_city.inbox), tmp_path)


@given(st.lists(st.text(ALPHABET + "IO ", min_size=17, max_size=18), max_size=8))
def test_codes_are_checked_as_elsewhere(bodies: list[str]) -> None:
    sound = [credit_code(f"91110107{body[:9]}") for body in bodies if not set(body[:9]) & set("IO ")]
    asked = [*bodies, *sound, *(code[::-1] for code in sound), "91110107MA0000015C", "９1110107MA0000015C", ""]
    assert are_credit_codes(pl.Series(asked)).to_list() == [is_credit_code(code) for code in asked]


@given(AMOUNTS, AMOUNTS)
def test_a_quotient_is_rounded_once_to_even(numerator: int, denominator: int) -> None:
    found = quotient(Decimal(numerator) / 100, Decimal(denominator) / 100)
    if denominator == 0:
        assert found is None
        return
    with localcontext(prec=90):
        exact = Decimal(numerator) / Decimal(denominator)
        assert found == exact.quantize(Decimal("1E-8"), rounding=ROUND_HALF_EVEN)


@given(AMOUNTS, AMOUNTS, st.lists(st.integers(0, 10**7), min_size=1, max_size=5))
def test_an_allocation_loses_no_fen_and_is_a_fen_off_at_most(total: int, own: int, areas: list[int]) -> None:
    row = pl.DataFrame({
        "row": [0], "tax_type": ["VAT"], "treasury_month": [0], "amount_total": [total], "amount_district": [own],
        "firm": ["A"], "day": [0],
    }, schema_overrides={"firm": pl.Categorical})  # fmt: skip
    held = pl.DataFrame({
        "firm": "A", "day": 0, "building": [f"B{number}" for number in range(len(areas))],
        "street": [f"S{number}" for number in range(len(areas))], "stat_flag": True, "is_area_missing": False,
        "leased_m2": pl.Series([Decimal(area) / 100 for area in areas], dtype=pl.Decimal(14, 2)),
    })  # fmt: skip
    parts = allocated(row, held).sort("street")
    assert (parts["amount_total"].sum(), parts["amount_district"].sum()) == (total, own)
    shares = areas if sum(areas) else [1] * len(areas)
    for part, share in zip(parts["amount_total"], shares, strict=True):
        assert abs(part * sum(shares) - total * share) < sum(shares)


def stated(*rows: tuple[str, str, str, str, str | None]) -> pl.DataFrame:
    """Lists of who is where: the list's day, the building, area, moved in and moved out."""
    told = pl.DataFrame(
        rows, schema=["list_on", "building", "leased_m2", "moved_in_on", "moved_out_on"], orient="row"
    ).with_columns(pl.col("list_on", "moved_in_on", "moved_out_on").cast(pl.String).str.to_date())
    return told.with_columns(pl.lit("A").alias("firm"), pl.lit("101").alias("unit_no"), pl.lit(True).alias("is_taxed"))


def spans(table: pl.DataFrame) -> list[tuple[str, str, str, str]]:
    found = leases(table).sort("building", "valid_from")
    return [
        (building, area, str(start), str(end))
        for building, area, start, end in found.select("building", "leased_m2", "valid_from", "valid_to").iter_rows()
    ]


def test_the_day_of_a_move_is_the_first_in_the_new_place_alone() -> None:
    assert spans(
        stated(
            ("2023-01-31", "X", "50", "2022-05-01", "2023-03-11"),
            ("2023-03-31", "Y", "60", "2023-03-10", None),
            ("2023-02-28", "X", "50", "2022-05-01", "2023-03-11"),
        )
    ) == [("X", "50", "2022-05-01", "2023-03-10"), ("Y", "60", "2023-03-10", "9999-12-31")]


def test_a_tenant_that_one_list_lacks_is_still_there_and_one_that_two_lack_left() -> None:
    other = [(f"2023-0{month}-28", "Z", "9", "2020-01-01", None) for month in range(1, 7)]
    once = [(f"2023-0{month}-28", "X", "50", "2022-05-01", None) for month in (1, 3, 4)]
    assert spans(stated(*other, *once))[0] == ("X", "50", "2022-05-01", "2023-05-28")
    assert spans(stated(*other[:5], *once))[0] == ("X", "50", "2022-05-01", "9999-12-31")


def test_a_new_area_holds_from_the_list_that_tells_it() -> None:
    rows = [("2023-01-31", "X", "50", "2022-05-01", None), ("2023-02-28", "X", "70", "2022-05-01", None)]
    assert spans(stated(*rows)) == [
        ("X", "50", "2022-05-01", "2023-02-28"), ("X", "70", "2023-02-28", "9999-12-31")
    ]  # fmt: skip


def test_a_change_needs_the_year_before_and_a_base_that_is_not_tiny() -> None:
    level: Figures = {
        Key("tax", "110102", "_T", "_T", period): Value(Decimal(value))
        for period, value in {
            "2022-01": 20_000,
            "2023-01": 25_000,
            "2022-02": 9_999,
            "2023-02": 1,
            "2023-03": 1,
        }.items()
    }
    over = periods(_day("2022-01-01"), _day("2023-03-31"), 19)
    assert changes("tax_yoy", level, over) == {
        Key("tax_yoy", "110102", "_T", "_T", "2023-01", "2022-01"): Value(
            Decimal("0.25"), Decimal(25_000), Decimal(20_000)
        ),
        Key("tax_yoy", "110102", "_T", "_T", "2023-02", "2022-02"): Value(None, Decimal(1), Decimal(9_999)),
    }


def test_periods_begin_no_earlier_than_the_data() -> None:
    named = {one.name for one in periods(_day("2022-12-19"), _day("2023-02-28"), 19)}
    assert named >= {"HM2023-01", "HM2023-03", "2023-Q1", "2023", "2023-YTD02", "2023-02", "2023-02-28"}
    assert not named & {"2022-12", "2022-Q4", "2022", "HM2022-12", "HM2023-04", "R12-2023-02"}


def _day(text: str) -> date:
    return date.fromisoformat(text)
