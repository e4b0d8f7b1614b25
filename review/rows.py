"""Rows of a standing delivery that must wait, because of its other rows or of what was known before (SPEC 5)."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal

import polars as pl
from rapidfuzz.distance import Levenshtein

from common.clock import stamp
from common.contracts import Feed
from common.rows import ADDRESS
from common.rules import Finding, Place
from common.text import name_key
from review.holds import crowds, not_yet_held
from review.landed import SIZED, Landed
from review.past import Past

Refused = tuple[str, Finding]
"""A finding that makes a row wait, with the file of the row."""

_NAMED: Mapping[str, str] = {
    "T01": "taxpayer_name", "O01": "enterprise_name", "R01": "enterprise_name", "R02": "enterprise_name",
}  # fmt: skip
_SAME_NAME = 0.4
"""Two names less similar than this are not two spellings of one."""

_MONTHS, _NEWEST, _STEADY, _SLIP = 2, 24, 100, (5_000, 20_000)
"""Only what was within a factor of 100 in so many of the newest months can be told to be ten thousand times off."""


def refused_rows(landed: Landed, past: Past) -> list[Refused]:
    """Return the rows of a delivery that must wait, each with its finding; a row may have several."""
    feed = landed.delivery.feed
    found = list(_two_names(landed)) if feed in _NAMED else []
    if feed == "T01":
        found += _mixed_units(landed, past)
    if feed == "O01":
        found += _same_unit_twice(landed)
    if feed in _ASKED and landed.has_effect("DROP"):
        found += _ASKED[feed](landed, past)
    return found


def _two_names(landed: Landed) -> Iterator[Refused]:
    """One code with two names that have nothing in common (B-IDN-06)."""
    name = _NAMED[landed.delivery.feed]
    rows = landed.rows(*ADDRESS, "uscc", name).drop_nulls(["uscc", name])
    several = rows.filter(pl.col(name).n_unique().over("uscc") > 1)
    for (code,), same in several.group_by("uscc", maintain_order=True):
        names = same[name].unique(maintain_order=True).to_list()
        other = next((text for text in names[1:] if _alike(names[0], text) < _SAME_NAME), None)
        if other is None:
            continue
        facts = {"u": code, "a": names[0], "b": other}
        for file, sheet, row, text in same.select(*ADDRESS, name).iter_rows():
            yield file, Finding("B-IDN-06", "QUARANTINE", _place(landed.feed, sheet, row, name), text, facts)


def _mixed_units(landed: Landed, past: Past) -> Iterator[Refused]:
    """A row ten thousand times off from what the enterprise pays of this tax in other months (B-NUM-02)."""
    _, keys = SIZED[landed.delivery.feed]
    others = [one for one in past.before if not one.scopes & landed.scopes]
    earlier = [one.sizes for one in others[-_NEWEST:]]
    if len(earlier) < _MONTHS:
        return
    size = pl.col("size")
    usual = (
        pl.concat(earlier)
        .group_by(keys)
        .agg(size.median().alias("usual"), size.min().alias("least"), size.max().alias("most"), size.len().alias("n"))
        .filter((pl.col("n") >= _MONTHS) & (pl.col("most") < _STEADY * pl.col("least")))
    )
    amount = pl.col("amount_total").cast(pl.Float64)
    rows = landed.rows(*ADDRESS, *keys, "amount_total", "orig_ref").filter(amount > 0, pl.col("orig_ref").is_null())
    times = amount / pl.col("usual")
    off = rows.join(usual, on=keys, nulls_equal=True, maintain_order="left").filter(
        times.is_between(*_SLIP) | (1 / times).is_between(*_SLIP)
    )
    for file, sheet, row, value in off.select(*ADDRESS, "amount_total").iter_rows():
        place = _place(landed.feed, sheet, row, "amount_total")
        yield file, Finding("B-NUM-02", "QUARANTINE", place, str(Decimal(value)))


def _same_unit_twice(landed: Landed) -> Iterator[Refused]:
    """An enterprise twice in the same unit at the same time, told with two dates (B-BIZ-02)."""
    who = ["building_name", "unit_no", "enterprise"]
    columns = ("building_name", "unit_no", "uscc", "enterprise_name", "moved_in_on", "moved_out_on")
    rows = landed.rows(*ADDRESS, *columns).drop_nulls(["unit_no", "moved_in_on"])
    until = pl.col("moved_out_on").fill_null(date.max)
    longest = until == until.cum_max()
    ordered = rows.with_columns(pl.coalesce("uscc", "enterprise_name").alias("enterprise")).sort(
        "moved_in_on", "row_no"
    )
    again = ordered.with_columns(
        until.cum_max().shift().over(who).alias("left"),
        pl.when(longest).then("row_no").forward_fill().shift().over(who).alias("other"),
    ).filter(
        # a day of overlap is the day of the move
        pl.col("moved_in_on") < pl.col("left") - pl.duration(days=1)
    )
    for file, sheet, row, value, other in again.select(*ADDRESS, "unit_no", "other").iter_rows():
        place = _place(landed.feed, sheet, row, "unit_no")
        yield file, Finding("B-BIZ-02", "QUARANTINE", place, value, {"o": other})


def _crowds(landed: Landed, past: Past) -> Iterator[Refused]:
    """The rows that somebody answered are wrong (B-NUM-09)."""
    for file, sheet, row, attendance, _ in crowds(landed, past).iter_rows():
        place = _place(landed.feed, sheet, row, "attendance")
        yield file, Finding("B-NUM-09", "QUARANTINE", place, str(attendance), {"n": attendance})


def _plans(landed: Landed, past: Past) -> Iterator[Refused]:
    """The meetings that somebody answered are plans: days to come (B-BIZ-15, B-DAT-05)."""
    del past
    received = stamp(landed.delivery.received_at)[:10]
    for file, sheet, row, held_at in not_yet_held(landed).iter_rows():
        place = _place(landed.feed, sheet, row, "held_at")
        yield file, Finding("B-DAT-05", "QUARANTINE", place, held_at, {"d": received})


_ASKED: Mapping[str, Callable[[Landed, Past], Iterator[Refused]]] = {"A01": _crowds, "M01": _plans}
"""The rows that a question was about, by feed."""


def addresses(found: Sequence[Refused]) -> tuple[tuple[str, str | None, int], ...]:
    """Return the file, sheet and row of what waits, each once."""
    return tuple(dict.fromkeys((file, f.place.sheet, f.place.row) for file, f in found if f.place.row is not None))


def _place(feed: Feed, sheet: str | None, row: int, column: str) -> Place:
    return Place(sheet, row, feed.by_name[column].zh)


def _alike(one: str, other: str) -> float:
    """Return how alike two names are, from 0 to 1."""
    return Levenshtein.normalized_similarity(name_key(one), name_key(other))
