"""Provisional, revised, final: by the calendar of SPEC 4.2, and beside what was published."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from publish.columns import COLUMNS, KEY
from publish.vintages import as_published, final_from, vintage

PARAMETERS = {"tax.final_month": "7", "hotline.lock_days": "45"}
TAX, HOTLINE, STOCK = "T01|O01|B01", "H01|H02|B01", "B01"


def word(feeds: str, end: str, known_on: str, as_of: str = "2023-09-30", status: str = "A") -> str:
    """What the calendar calls one figure; ``end`` is the first day outside its period."""
    row = {"feeds": [feeds], "window_end_on": [date.fromisoformat(end)], "obs_status": [status]}
    days = date.fromisoformat(known_on), date.fromisoformat(as_of)
    return str(vintage(pl.DataFrame(row), *days, PARAMETERS).item())


@pytest.mark.parametrize(
    ("feeds", "end", "known_on", "as_of", "expected"),
    [
        # a month of tax: revised with the next quarter, final after the settlement of the year after
        (TAX, "2023-07-01", "2023-10-20", "2023-08-31", "PROVISIONAL"),
        (TAX, "2023-07-01", "2023-10-20", "2023-09-29", "PROVISIONAL"),
        (TAX, "2023-07-01", "2023-10-20", "2023-09-30", "REVISED"),
        (TAX, "2023-05-01", "2023-10-20", "2023-09-30", "REVISED"),
        (TAX, "2023-08-01", "2023-10-20", "2023-09-30", "PROVISIONAL"),
        (TAX, "2023-07-01", "2024-07-31", "2024-06-30", "REVISED"),
        (TAX, "2023-07-01", "2024-08-01", "2024-06-30", "FINAL"),
        # the year ends on 31 December although its first day outside lies in the next
        (TAX, "2024-01-01", "2024-07-31", "2024-03-31", "REVISED"),
        (TAX, "2024-01-01", "2024-08-01", "2024-03-31", "FINAL"),
        (TAX, "2024-02-01", "2024-08-01", "2024-03-31", "PROVISIONAL"),
        # an assessment month is locked 45 days after its end
        (HOTLINE, "2023-09-19", "2023-11-02", "2023-09-30", "PROVISIONAL"),
        (HOTLINE, "2023-09-19", "2023-11-03", "2023-09-30", "FINAL"),
        ("H01|B01", "2023-09-19", "2023-11-02", "2023-09-30", "PROVISIONAL"),
        # a stock and all else, on release
        (STOCK, "2023-10-01", "2023-10-01", "2023-09-30", "FINAL"),
        ("A01", "2023-10-01", "2023-10-15", "2023-09-30", "FINAL"),
    ],
)  # fmt: skip
def test_the_calendar_calls_a_figure(feeds: str, end: str, known_on: str, as_of: str, expected: str) -> None:
    assert word(feeds, end, known_on, as_of) == expected


@pytest.mark.parametrize("feeds", [TAX, HOTLINE, STOCK])
def test_a_part_of_a_period_is_never_final(feeds: str) -> None:
    assert word(feeds, "2022-01-01", "2030-01-01", status="P") == "PROVISIONAL"


def test_the_office_may_set_the_calendar_by_parameters() -> None:
    assert final_from(TAX, date(2023, 10, 1), {"tax.final_month": "9"}) == date(2024, 10, 1)
    assert final_from(HOTLINE, date(2023, 9, 19), {"hotline.lock_days": "10"}) == date(2023, 9, 29)
    assert final_from(TAX, date(2023, 10, 1), {}) == date(2024, 8, 1)


@given(
    feeds=st.sampled_from([TAX, HOTLINE, STOCK, "O01", "P01|H01|B01"]),
    end=st.dates(date(2020, 1, 2), date(2026, 12, 31)), known_on=st.dates(date(2020, 1, 1), date(2028, 12, 31)),
    later=st.integers(0, 400),
)  # fmt: skip
def test_what_is_final_stays_final(feeds: str, end: date, known_on: date, later: int) -> None:
    rank = ["PROVISIONAL", "REVISED", "FINAL"]
    now = word(feeds, end.isoformat(), known_on.isoformat(), known_on.isoformat())
    then = known_on + timedelta(days=later)
    assert rank.index(word(feeds, end.isoformat(), then.isoformat(), then.isoformat())) >= rank.index(now)


def figures(value: str | None, called: str, status: str = "A") -> pl.DataFrame:
    """One row of ``kpi_value``."""
    row: dict[str, Any] = dict.fromkeys(COLUMNS) | {
        name: name for name in KEY if name not in ("base_period", "caliber")
    }  # fmt: skip
    row |= {"value": None if value is None else Decimal(value), "vintage": called, "obs_status": status}
    schema = dict.fromkeys(COLUMNS, pl.String) | {"value": pl.Decimal(38, 8)}
    return pl.DataFrame([row], schema=schema)


@pytest.mark.parametrize(
    ("now", "before", "expected"),
    [
        # a first release is provisional, even where it comes after the quarter in which it would have been revised
        (("5", "REVISED"), None, "PROVISIONAL"),
        (("5", "FINAL"), None, "FINAL"),
        (("5", "PROVISIONAL"), ("5", "PROVISIONAL"), "PROVISIONAL"),
        (("6", "PROVISIONAL"), ("5", "PROVISIONAL"), "REVISED"),
        (("5", "REVISED"), ("5", "PROVISIONAL"), "REVISED"),
        # once revised it is not called provisional again
        (("6", "PROVISIONAL"), ("6", "REVISED"), "REVISED"),
        (("6", "FINAL"), ("5", "REVISED"), "FINAL"),
        (("6", "PROVISIONAL"), (None, "PROVISIONAL"), "PROVISIONAL"),
    ],
)
def test_vintages_beside_what_was_published(
    now: tuple[str, str], before: tuple[str | None, str] | None, expected: str
) -> None:
    published = figures(*before) if before else pl.DataFrame()
    assert as_published(figures(*now), published)["vintage"].to_list() == [expected]


def test_more_of_an_open_year_is_no_revision() -> None:
    assert as_published(figures("9", "PROVISIONAL", "P"), figures("5", "PROVISIONAL", "P"))["vintage"].item() == (
        "PROVISIONAL"
    )
