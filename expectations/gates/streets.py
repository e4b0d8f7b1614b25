"""G-FRESH for feeds that each street sends by itself: one that always reported and says nothing now (SPEC 4.3).

Such a feed counts as delivered when the first street has sent its month (SPEC 0.1b), so its calendar cannot tell.
"""

from collections.abc import Iterator
from datetime import date

import polars as pl

from common.contracts import feeds
from common.messages import Message
from common.periods import add_months
from expectations.gates.facts import Broken, Facts, broken, day_after

_SEND = Message(
    "请该街道补报;确无事项的,在 gate_threshold 中调整 street_rows_min 的有效期,再运行 louyu run",
    "have the street report; where nothing happened there, date another street_rows_min in gate_threshold and run "
    "louyu run",
)


def silent_streets(facts: Facts) -> Iterator[Broken]:
    """Yield the figures of a KPI over a month in which a street is missing from one of its measures."""
    rows = facts.figures.join(_silences(facts), on="kpi_id").filter(
        (pl.col("window_start_on") <= pl.col("month_on"))
        & (pl.col("month_on") < pl.col("window_end_on"))
        & (pl.col("street_code").eq(pl.col("area_code")) | (pl.col("area_type") == "district"))
        & pl.col("v").is_not_null()
    )
    is_asked = (pl.col("months") >= facts.limit("G-FRESH", "street_months_min")) & (
        pl.col("fewest") >= facts.limit("G-FRESH", "street_rows_min")
    )
    first = rows.filter(is_asked).sort("month_on", "street_code", descending=[True, False])
    check = Message("每月都报送的街道本期没有数据", "a street that reported in every month is in this one too")
    found = pl.format("{} {}: 0", "street_code", pl.col("month_on").dt.to_string("%Y-%m"))
    expected = pl.format("≥ {} rows in each of {} months before", "fewest", "months")
    yield broken(check, _SEND, first.unique("figure_key", keep="first", maintain_order=True), expected, found)


def _silences(facts: Facts) -> pl.DataFrame:
    """Return kpi_id, street_code and month_on of each silence, with how many months in a row the street had reported
    before, up to a year, and the fewest rows of one."""
    by_street = [feed.id for feed in feeds().values() if feed.kind == "PERIOD_REPLACE" and feed.scope]
    rows = (
        facts.sources.filter(pl.col("delivery_id").str.slice(0, 3).is_in(by_street), calendar="M")
        .filter(pl.col("street_code").is_not_null())
        .group_by("measure_id", "street_code", "atom_on").agg(pl.col("row_cnt").sum().cast(pl.Int64).alias("rows"))
    )  # fmt: skip
    counts = {(measure, street, month): count for measure, street, month, count in rows.iter_rows()}
    found: list[tuple[str, str, date, int, int]] = []
    for measure, street in sorted({key[:2] for key in counts}):
        for month in sorted({key[2] for key in counts if key[0] == measure}):
            if (measure, street, month) in counts or add_months(month, 1) > day_after(facts.as_of):
                continue
            before: list[int] = []
            while len(before) < _YEAR and (measure, street, add_months(month, -1 - len(before))) in counts:
                before.append(counts[measure, street, add_months(month, -1 - len(before))])
            if before:
                # the newest months count: what fell to little before it fell silent says less
                found.append((measure, street, month, len(before), min(before[:_NEWEST])))
    schema = {"measure_id": pl.String, "street_code": pl.String, "month_on": pl.Date, "months": pl.Int64,
              "fewest": pl.Int64}  # fmt: skip
    return pl.DataFrame(found, schema=schema, orient="row").join(facts.terms, on="measure_id")


_YEAR, _NEWEST = 12, 6
