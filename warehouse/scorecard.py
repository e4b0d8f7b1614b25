"""How well departments deliver: timeliness, completeness and quarantine rate (SPEC 2.5, quality and process).

timeliness = periods delivered by their due day ÷ periods due; completeness = periods delivered ÷ periods due;
quarantine_rate = rows quarantined ÷ rows read, of both stages. A period counts in the month in which it ends.
"""

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal

import polars as pl

from common.contracts import feeds
from warehouse.books import Entry
from warehouse.calendar import Calendar, Due, Span, dues, spans

Split = Literal["month", "sender"]
_COUNTS = ("periods_due", "periods_delivered", "periods_on_time", "files", "rows_read", "rows_quarantined", "refused",
           "held", "resends")  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Atom:
    """What one due period or one delivery adds to a score."""

    feed: str
    month: str
    sender: str | None
    counts: dict[str, int]


def scores(
    known: Sequence[Entry], again: Set[str], given: Calendar, on: date, by: Sequence[Split] = ()
) -> list[dict[str, Any]]:
    """Return one row for each feed, and for each month or sender where asked for; ``again`` are re-sent deliveries.

    Rates are decimals of four places, None where nothing was due or read. Nobody but the feed's owner owes a period,
    so by sender there is no completeness, and timeliness is the share of what that sender delivered in time.
    """
    known = [entry for entry in known if entry.landing.received_at.date() <= on]
    owed = fallen_due(known, given, on)
    delivered = _delivered(known, again, given, owed if "sender" in by else ())
    atoms = [*(() if "sender" in by else _owed(owed, on)), *delivered]
    if not atoms:
        return []
    keys = ["feed", *by]
    frame = pl.DataFrame([{"feed": atom.feed, "month": atom.month, "sender": atom.sender, **_zeros(), **atom.counts}
                          for atom in atoms], infer_schema_length=None)  # fmt: skip
    summed = frame.group_by(keys).agg(pl.col(_COUNTS).sum()).sort(keys, nulls_last=True)
    return [_score(row, by) for row in summed.iter_rows(named=True)]


def fallen_due(known: Iterable[Entry], given: Calendar, on: date) -> list[Due]:
    """Return the periods that were due by the end of a day."""
    return [due for due in dues(known, given, on) if due.due_on <= on]


def newest_spoken(entry: Entry, given: Calendar) -> Span | None:
    """Return the newest period that a delivery speaks of; None where it repeats another or is of no known feed."""
    spoken = _spoken(entry, given)
    return spoken[-1] if spoken else None


def _spoken(entry: Entry, given: Calendar) -> tuple[Span, ...]:
    feed = entry.landing.feed
    if feed not in feeds() or entry.status == "DUPLICATE":
        return ()
    return spans(entry, given.length(feed) or "month")


def _owed(owed: Iterable[Due], on: date) -> Iterable[_Atom]:
    for due in owed:
        counts = {
            "periods_due": 1,
            "periods_delivered": int(due.is_delivered(on)),
            "periods_on_time": int(due.state(on) == "ON_TIME"),
        }
        yield _Atom(due.feed.id, due.span.month, None, counts)


def _delivered(known: Iterable[Entry], again: Set[str], given: Calendar, owed: Sequence[Due]) -> Iterable[_Atom]:
    """Count files in the newest month that they speak of; by ``owed`` they are judged one by one."""
    due_on = {(due.feed.id, due.span): due.due_on for due in owed}
    seen: set[tuple[str, object, str | None]] = set()
    for entry in known:
        spoken = _spoken(entry, given)
        if not spoken:
            continue
        feed = feeds()[entry.landing.feed]
        sender = entry.landing.sidecar.sender
        counts = {
            "files": 1, "rows_read": entry.rows_read, "rows_quarantined": entry.rows_quarantined,
            "refused": int(entry.status == "REJECTED"), "held": int(entry.status == "HELD"),
            "resends": int(entry.delivery_id in again),
        }  # fmt: skip
        came = [span for span in spoken if (feed.id, span) in due_on and (feed.id, span, sender) not in seen]
        if entry.status == "ACCEPTED":
            in_time = [span for span in came if entry.landing.received_at.date() <= due_on[(feed.id, span)]]
            counts |= {"periods_delivered": len(came), "periods_on_time": len(in_time)}
            seen |= {(feed.id, span, sender) for span in spoken}
        yield _Atom(feed.id, spoken[-1].month, sender, counts)


def _zeros() -> dict[str, int]:
    return dict.fromkeys(_COUNTS, 0)


def _score(row: dict[str, Any], by: Sequence[Split]) -> dict[str, Any]:
    owner = feeds()[row["feed"]].owner
    is_owed = "sender" not in by
    due = row["periods_due"] if is_owed else row["periods_delivered"]
    return {
        "who_zh": owner.zh, "who_en": owner.en, "feed": row["feed"], **{name: row[name] for name in by},
        "periods_due": row["periods_due"] if is_owed else None, "periods_delivered": row["periods_delivered"],
        "periods_on_time": row["periods_on_time"], "timeliness": _rate(row["periods_on_time"], due),
        "completeness": _rate(row["periods_delivered"], row["periods_due"]) if is_owed else None,
        "files": row["files"], "rows_read": row["rows_read"], "rows_quarantined": row["rows_quarantined"],
        "quarantine_rate": _rate(row["rows_quarantined"], row["rows_read"]),
        "refused": row["refused"], "held": row["held"], "resends": row["resends"],
    }  # fmt: skip


def _rate(part: int, whole: int) -> Decimal | None:
    return (Decimal(part) / Decimal(whole)).quantize(Decimal("0.0001")) if whole else None
