"""How feeds deliver is one arithmetic: the office's figures are those of the scorecard (SPEC 2.5)."""

from decimal import Decimal

import duckdb
import pytest
from louyu_home import Louyu

from common.clock import in_beijing
from review.standing import standings
from warehouse.books import entries
from warehouse.calendar import calendar
from warehouse.cut import choose_cut
from warehouse.scorecard import scores
from warehouse.store import WAREHOUSE_FILE


@pytest.mark.parametrize(
    ("kpi", "part", "whole"),
    [
        ("feed_timeliness", "periods_on_time", "periods_due"),
        ("feed_completeness", "periods_delivered", "periods_due"),
        ("quarantine_rate", "rows_quarantined", "rows_read"),
    ],
)
def test_figures_of_a_feed_are_those_of_the_scorecard(quarter: Louyu, kpi: str, part: str, whole: str) -> None:
    with duckdb.connect(str(quarter.home.warehouse / WAREHOUSE_FILE), read_only=True) as connection:
        rows = connection.execute(
            """select breakdown_code, period, numerator, denominator from figures.figure
            where kpi_id = $kpi and denominator > 0""", {"kpi": kpi},
        ).fetchall()  # fmt: skip
        [(first, last)] = connection.execute(
            """select min(period), max(period) from figures.kpi_period where kpi_id = $kpi""", {"kpi": kpi}
        ).fetchall()
    on = in_beijing(choose_cut(quarter.home).known_at).date()
    known = entries(quarter.home, standings(quarter.home))
    told = {
        (row["feed"], row["month"]): (Decimal(row[part]), Decimal(row[whole]))
        for row in scores(known, frozenset(), calendar(quarter.home), on, ("month",))
        if row[whole] and first <= row["month"] <= last
    }
    assert {(feed, month): (top, bottom) for feed, month, top, bottom in rows} == told
    assert told
