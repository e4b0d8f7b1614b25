"""The periods of SQL and of Python are the same: figures are made by one and named by the other."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import duckdb
import pytest

from common.periods import assessment_month, assessment_window, parse_period
from ingest.values.dates import parse_time
from warehouse.store import WAREHOUSE_FILE


@pytest.fixture(scope="module")
def periods(quarter: Any) -> list[tuple[str, str, date, date]]:
    """Type, label, first day and first day after of every period of the simulated quarter."""
    with duckdb.connect(str(quarter.home.warehouse / WAREHOUSE_FILE), read_only=True) as connection:
        return connection.execute(
            """select period_type, period, window_start_on, window_end_on from core.dim_period
            where period_type <> 'WINDOW'"""
        ).fetchall()


def test_every_day_lies_in_the_assessment_month_that_its_label_says(periods: list[tuple[str, str, date, date]]) -> None:
    months = [(label, first, end) for kind, label, first, end in periods if kind == "HM"]
    assert len(months) > 12
    assert all(assessment_window(label) == (first, end) for label, first, end in months)
    assert all(assessment_month(day) == label for label, first, end in months for day in _days(first, end))


def test_assessment_months_follow_each_other_without_a_gap(periods: list[tuple[str, str, date, date]]) -> None:
    months = sorted((first, end) for kind, _, first, end in periods if kind == "HM")
    assert all(end == first for (_, end), (first, _) in pairwise(months))


def test_a_label_of_sql_is_a_label_of_python(periods: list[tuple[str, str, date, date]]) -> None:
    assert {kind: label for kind, label, _, _ in periods if parse_period(label).type != kind} == {}


@pytest.mark.parametrize(
    ("written", "label"),
    [
        ("2023-09-18T23:59:59.999+08:00", "HM2023-09"),
        ("2023-09-18T15:59:59.999Z", "HM2023-09"),
        ("2023-09-18 23:59:59", "HM2023-09"),
        ("2023-09-19T00:00:00+08:00", "HM2023-10"),
        ("2023-09-18T16:00:00Z", "HM2023-10"),
        ("2023-09-19T01:00:00+09:00", "HM2023-10"),
        ("2022-12-18T16:00:00Z", "HM2023-01"),
    ],
)
def test_a_moment_is_of_the_month_that_beijing_has_then(written: str, label: str) -> None:
    moment = parse_time(written).value
    assert moment is not None
    assert assessment_month(moment.date()) == label


def _days(first: date, end: date) -> Iterator[date]:
    yield from (first + timedelta(days=n) for n in range((end - first).days))
