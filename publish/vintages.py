"""What the calendar calls a figure: provisional, revised or final (SPEC 4.2).

Tax is provisional at first, revised with the next quarter and final after the annual settlement; an assessment month
of the hotline is final once its callbacks and exclusions are locked; a stock, and all else, on release. Until then a
figure may be revised; what a release has called FINAL is closed, and :mod:`publish.carrying` tells what may open it.
"""

from collections.abc import Mapping
from datetime import date, timedelta

import polars as pl

from common.periods import add_months, month_end
from publish.columns import KEY

_SETTLED, _LOCKED = ("tax.final_month", "7"), ("hotline.lock_days", "45")
"""Parameters with what holds where a candidate names none: the month after whose end the tax of the year before is
final, and the days after an assessment month's end until it is."""
_DAY = timedelta(days=1)


def vintage(figures: pl.DataFrame, known_on: date, as_of: date, parameters: Mapping[str, str]) -> pl.Series:
    """Return the calendar's word for each figure of a release up to ``as_of``, as known on a day.

    ``figures`` have feeds (parted by ``|``), window_end_on (the first day outside) and obs_status. A part of a period
    is PROVISIONAL, whatever the day.
    """
    rows = figures.select("feeds", "window_end_on", "obs_status")
    kinds = rows.unique()
    said = [
        "PROVISIONAL" if status == "P" else _word(feeds or "", end, known_on, as_of, parameters)
        for feeds, end, status in kinds.iter_rows()
    ]
    told = kinds.with_columns(pl.Series("vintage", said, pl.String))
    return rows.join(told, on=rows.columns, how="left", nulls_equal=True, maintain_order="left")["vintage"]


def _word(feeds: str, end: date, known_on: date, as_of: date, parameters: Mapping[str, str]) -> str:
    if known_on >= final_from(feeds, end, parameters):
        return "FINAL"
    return "REVISED" if _is_tax(feeds) and as_of >= _next_quarter_end(end) else "PROVISIONAL"


def final_from(feeds: str, end: date, parameters: Mapping[str, str]) -> date:
    """Return the first day on which a figure of some feeds is final; ``end`` is the first day outside its period."""
    if _is_tax(feeds):
        settled = date((end - _DAY).year + 1, int(parameters.get(*_SETTLED)), 1)
        return month_end(settled) + _DAY
    if {"H01", "H02"} & set(feeds.split("|")):
        return end + int(parameters.get(*_LOCKED)) * _DAY
    return end


def _is_tax(feeds: str) -> bool:
    return "T01" in feeds.split("|")


def _next_quarter_end(end: date) -> date:
    """Return the last day of the quarter after the one in which a period ends."""
    last = end - _DAY
    return add_months(last, 6 - (last.month - 1) % 3) - _DAY


def as_published(figures: pl.DataFrame, published: pl.DataFrame) -> pl.DataFrame:
    """Set the calendar's words beside what was published: a first release is PROVISIONAL, whenever it comes, and what
    is not yet final is REVISED once it differs from what was published, or its revision is due or was made.

    ``figures`` are rows of ``kpi_value``; ``published`` the current ones, perhaps none.
    """
    if published.is_empty():
        first = pl.when(vintage="REVISED").then(pl.lit("PROVISIONAL")).otherwise("vintage").alias("vintage")
        return figures.with_columns(first)
    said = published.select(*KEY, pl.col("value").alias("before"), pl.col("vintage").alias("called"))
    joined = figures.join(said, on=list(KEY), how="left", nulls_equal=True, maintain_order="left")
    differs = pl.col("before").is_not_null() & pl.col("before").ne_missing(pl.col("value"))
    is_revised = differs | (pl.col("called") == "REVISED") | (pl.col("vintage") == "REVISED")
    word = (
        pl.when(pl.col("vintage") == "FINAL").then(pl.lit("FINAL"))
        .when(pl.col("called").is_null() | (pl.col("obs_status") == "P")).then(pl.lit("PROVISIONAL"))
        .when(is_revised).then(pl.lit("REVISED"))
        .otherwise(pl.lit("PROVISIONAL"))
    )  # fmt: skip
    return joined.with_columns(word.alias("vintage")).drop("before", "called")
