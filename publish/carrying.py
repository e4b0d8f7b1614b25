"""What a release holds as it was published: final figures that nothing opens, with their drift (DESIGN 2.9, SPEC 4.2).

A figure that was published FINAL is closed. Only the correction of an error opens it again, and only where it counts:
by more than 1 % of a level or 0.5 points of a rate, or where the wording changes; then a level and its growths are
opened together. Everything else is carried, data that only come late too, and its drift is listed for the office. A
growth that is still open is measured against the base that is published, so that readers can compute it themselves.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import polars as pl

from common.decimals import RoundingMode, divide
from common.wording import CHANGES, exact_value, print_rule, print_value
from publish.columns import CELL, KEY, SAME

OPENING = ("SOURCE_CORRECTION", "DEFINITION", "ERROR")
"""The reason codes that may open a closed figure; LATE_DATA does not."""
_SAID = ("value", "numerator", "denominator", "printed_zh", "printed_en")
_OLD = tuple(f"old_{name}" for name in _SAID)
_LEVEL_SHARE, _RATE_STEP = Decimal("0.01"), Decimal("0.005")

Reasons = Callable[[pl.DataFrame], pl.DataFrame]
"""Gives KEY, ``reason`` and ``origin_release_id``, the release that computed what is published, for figures that differ
from that; they have KEY and ``old_release_id`` (:func:`publish.reasons.told_reasons`)."""


@dataclass(frozen=True, slots=True)
class Carried:
    """What a release holds, and what of it is held as it was published."""

    figures: pl.DataFrame
    """Rows of ``kpi_value``."""
    drift: pl.DataFrame
    """KEY, unit, reason, origin_release_id, what is published (old_…), what would be computed now, their difference."""


def carry(
    figures: pl.DataFrame, published: pl.DataFrame, followed: Sequence[str], kpi: pl.DataFrame, reasons: Reasons,
    mode: RoundingMode = "gbt8170",
) -> Carried:  # fmt: skip
    """Hold what is closed as it was published.

    ``figures`` are the rows of ``kpi_value`` as computed, ``published`` the current ones, perhaps none, ``followed``
    the releases whose figures this one must still hold, ``kpi`` the public catalogue. A figure that may no longer be
    shown is not carried: it stays withheld. ``mode`` is how growths are rounded in print.
    """
    if published.is_empty():
        published = figures.clear()
    closed = _closed(figures, published, followed, kpi)
    closed = closed.join(reasons(closed), on=list(KEY), how="left", nulls_equal=True, maintain_order="left")
    known_at = figures.select(pl.col("as_known_at").max())
    opened = _opened(closed.join_where(known_at, pl.col("old_as_known_at") <= pl.col("as_known_at")), kpi)
    held = closed.join(opened, on=list(KEY), how="anti", nulls_equal=True, maintain_order="left")
    kept = published.join(held, on=list(KEY), how="semi", nulls_equal=True)
    kept = kept.with_columns(release_id=pl.lit(figures["release_id"].first())).select(figures.columns)
    rest = figures.join(held, on=list(KEY), how="anti", nulls_equal=True)
    held = held.select(*KEY, "unit", "reason", "origin_release_id", *_OLD, *_SAID)
    rest, rebased = _rebased(rest, held, kpi, mode)
    drift = pl.concat([held, rebased]).with_columns((pl.col("value") - pl.col("old_value")).alias("difference"))
    return Carried(pl.concat([rest, kept]).sort(KEY, nulls_last=True), drift.sort(KEY, nulls_last=True))


def _rebased(
    figures: pl.DataFrame, held: pl.DataFrame, kpi: pl.DataFrame, mode: RoundingMode
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Measure the shown growths whose base is held against the base as published; also returns them as drift.

    A growth is the current level over its base, less one (SURFACE), so nothing but its denominator is replaced.
    """
    bases = held.filter(pl.col("value").is_not_null() & (pl.col("old_value") > 0)).select(
        pl.col("kpi_id").alias("change_of"), *CELL, "reason", pl.col("period").alias("base_period"),
        pl.col("value").alias("denominator"), pl.col("old_value").alias("base"),
    )  # fmt: skip
    growths = kpi.filter(pl.col("change_of").is_not_null() & pl.col("kind").is_in(list(CHANGES)))
    shown = figures.filter(pl.col("value").is_not_null() & (pl.col("conf_status") == "F")).join(growths, on="kpi_id")
    on = ["change_of", *CELL, "base_period", "denominator"]
    found = shown.join(bases, on=on).unique(KEY, maintain_order=True)
    measured = [_measured(row, mode) for row in found.iter_rows(named=True)]
    now = found.select(*KEY).with_columns(
        pl.DataFrame(measured, schema={name: figures.schema[name] for name in _SAID}, orient="row")
    )
    ours = found.select(*KEY, "unit", "reason", "release_id", *_SAID).rename({"release_id": "origin_release_id"})
    drift = ours.join(now.rename(dict(zip(_SAID, _OLD, strict=True))), on=list(KEY), nulls_equal=True)
    untouched = figures.join(now, on=list(KEY), how="anti", nulls_equal=True)
    touched = figures.drop(_SAID).join(now, on=list(KEY), nulls_equal=True).select(figures.columns)
    return pl.concat([untouched, touched]), drift.select(held.columns)


def _measured(row: Mapping[str, Any], mode: RoundingMode) -> tuple[Decimal, Decimal, Decimal, str, str]:
    """Return what is said of a growth on its published base, in the order of the columns."""
    value = (divide(row["numerator"], row["base"]) or Decimal(0)) - 1
    printed = print_value(exact_value(row["kind"], value, row["numerator"], row["base"]), print_rule(row), mode)
    return value, row["numerator"], row["base"], printed.zh, printed.en


def _closed(figures: pl.DataFrame, published: pl.DataFrame, followed: Sequence[str], kpi: pl.DataFrame) -> pl.DataFrame:
    """Return what was published FINAL and would be another, or be there no more, with both sides.

    A figure that is there under another caliber or version of its definition was not lost but defined anew.
    """
    old = [pl.col(name).alias(f"old_{name}") for name in (*_SAID, "release_id", "as_known_at")]
    final = published.filter(pl.col("value").is_not_null(), vintage="FINAL").select(*KEY, "unit", *old)
    now = figures.select(*KEY, *_SAID, "conf_status", pl.lit(True).alias("is"))
    both = final.join(now, on=list(KEY), how="left", nulls_equal=True)
    gone = both.filter(pl.col("is").is_null() & pl.col("old_release_id").is_in(followed))
    gone = gone.join(kpi, on="kpi_id", how="semi")
    gone = gone.join(figures, on=list(SAME), how="anti", nulls_equal=True)
    differs = pl.any_horizontal(pl.col(name).ne_missing(pl.col(f"old_{name}")) for name in _SAID)
    moved = both.filter(pl.col("is") & (pl.col("conf_status") == "F") & differs)
    return pl.concat([moved, gone]).sort(KEY, nulls_last=True)


def _opened(closed: pl.DataFrame, kpi: pl.DataFrame) -> pl.DataFrame:
    """Return those that a correction opens, a level and its growths together."""
    family = kpi.select("kpi_id", pl.coalesce("change_of", "kpi_id").alias("level"))
    rows = closed.filter(pl.col("reason").is_in(OPENING)).join(family, on="kpi_id", how="left")
    opened = rows.filter(_is_material())
    while True:
        together = pl.concat([opened, *_beside(rows, opened)]).unique(KEY, maintain_order=True)
        if together.height == opened.height:
            return opened
        opened = together


def _beside(rows: pl.DataFrame, opened: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Yield the growths of opened levels, on either end, and the levels of opened growths."""
    is_level = pl.col("kpi_id") == pl.col("level")
    for end in ("period", "base_period"):
        own, others = ["level", *CELL, "period"], ["level", *CELL, end]
        yield rows.filter(~is_level).join(opened.filter(is_level), left_on=others, right_on=own, how="semi")
        yield rows.filter(is_level).join(opened.filter(~is_level), left_on=own, right_on=others, how="semi")


def _is_material() -> pl.Expr:
    """Tell whether a change is large enough for a correction outside the calendar (SPEC 4.2)."""
    moved, old = (pl.col("value") - pl.col("old_value")).abs(), pl.col("old_value").abs()
    far = pl.when(pl.col("unit") == "%").then(moved > _RATE_STEP).otherwise(moved > old * _LEVEL_SHARE)
    reworded = pl.any_horizontal(
        pl.col(name).ne_missing(pl.col(f"old_{name}")) for name in ("printed_zh", "printed_en")
    )
    return pl.col("value").is_null() | far | reworded
