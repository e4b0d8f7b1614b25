"""What a release holds as it was published: final figures that nothing opens, with their drift (DESIGN 2.9, SPEC 4.2).

A figure that was published FINAL is closed. Only the correction of an error opens it again, and only where it counts:
by more than 1 % of a level or 0.5 points of a rate, or where the wording changes; then a level and its growths are
opened together. Everything else is carried, data that only come late too, and its drift is listed for the office.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

import polars as pl

from publish.columns import KEY

OPENING = ("SOURCE_CORRECTION", "DEFINITION", "ERROR")
"""The reason codes that may open a closed figure; LATE_DATA does not."""
_SAID = ("value", "numerator", "denominator", "printed_zh", "printed_en")
_LEVEL_SHARE, _RATE_STEP = Decimal("0.01"), Decimal("0.005")
_CELL = ("area_type", "area_code", "breakdown_type", "breakdown_code")

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
    figures: pl.DataFrame, published: pl.DataFrame, followed: Sequence[str], kpi: pl.DataFrame, reasons: Reasons
) -> Carried:
    """Hold what is closed as it was published.

    ``figures`` are the rows of ``kpi_value`` as computed, ``published`` the current ones, perhaps none, ``followed``
    the releases whose figures this one must still hold, ``kpi`` the public catalogue. A figure that may no longer be
    shown is not carried: it stays withheld.
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
    drift = held.with_columns((pl.col("value") - pl.col("old_value")).alias("difference")).select(
        *KEY, "unit", "reason", "origin_release_id", *(f"old_{name}" for name in _SAID), *_SAID, "difference"
    )
    return Carried(pl.concat([rest, kept]).sort(KEY, nulls_last=True), drift)


def _closed(figures: pl.DataFrame, published: pl.DataFrame, followed: Sequence[str], kpi: pl.DataFrame) -> pl.DataFrame:
    """Return what was published FINAL and would be another, or be there no more, with both sides.

    A figure that is there under another caliber or version of its definition was not lost but defined anew.
    """
    old = [pl.col(name).alias(f"old_{name}") for name in (*_SAID, "release_id", "as_known_at")]
    final = published.filter(pl.col("value").is_not_null(), vintage="FINAL").select(*KEY, "unit", *old)
    now = figures.select(*KEY, *_SAID, "conf_status", pl.lit(True).alias("is"))
    both = final.join(now, on=list(KEY), how="left", nulls_equal=True)
    same = [name for name in KEY if name not in ("caliber", "definition_version")]
    gone = both.filter(pl.col("is").is_null() & pl.col("old_release_id").is_in(followed))
    gone = gone.join(kpi, on="kpi_id", how="semi")
    gone = gone.join(figures, on=same, how="anti", nulls_equal=True)
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
        own, others = ["level", *_CELL, "period"], ["level", *_CELL, end]
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
