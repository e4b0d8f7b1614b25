"""How a drawn district's departments delivered, from what ``louyu deliveries`` lists (SPEC 2.5, 0.1b and part 3)."""

import csv
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

from foreign_files import states_totals
from foreign_view import Figures, Key, ratio
from foreign_world import World, month_end

from common.contracts import PROJECT

# when what feeds cover of a month or of a quarter is due: days or working days after its end (SPEC 3.3)
DUE = {
    "A01": 3, "A02": "3d", "B01": 5, "E01": "10d", "G01": "10d", "G02": "10d", "G03": 5, "H01": "5d", "H02": "15d",
    "M01": 3, "M02": 3, "N01": 5, "N02": 5, "N03": 5, "O01": 5, "P01": 3, "R02": "15d", "T01": "15d", "V01": 3,
}  # fmt: skip
QUARTERLY = {"G01", "G02", "R02"}
SNAPSHOTS = {"B01", "O01", "R02", "N01", "N02", "N03", "G01", "G02", "G03"}
RUNNING = {"H01", "H02", "R01", "E01"}
"""Told as it changes, so that what comes later is complete for what went before."""


@dataclass(frozen=True)
class Sent:
    """One accepted delivery: the last months of the periods that it speaks of, and when it came."""

    feed: str
    months: tuple[str, ...]
    on: date
    read: int
    quarantined: int


def quality(world: World, listed: list[dict[str, Any]]) -> Figures:
    """Return what was due and came, and what was refused, by feed and month, as known when the last file came."""
    sent = [_sent(one) for one in listed]
    known, first = max(one.on for one in sent), _before(world.place.months[0])
    figures: Figures = {}
    for feed in {one.feed for one in sent}:
        mine = [one for one in sent if one.feed == feed]
        rows: Counter[str] = Counter()
        refused: Counter[str] = Counter()
        for one in mine:
            rows[one.months[-1]] += one.read
            refused[one.months[-1]] += one.quarantined
        for month, number in rows.items():
            figures[Key("quarantine_rate", world.place.code, month, "feed", feed)] = ratio(refused[month], number)
        for month in _owed(feed, mine, known) if feed in DUE else ():
            came = _came(feed, mine, month)
            in_time = came is not None and came <= _due(feed, month)
            figures[Key("feed_completeness", world.place.code, month, "feed", feed)] = ratio(came is not None, 1)
            figures[Key("feed_timeliness", world.place.code, month, "feed", feed)] = ratio(in_time, 1)
    figures |= _reconciled(world)
    return {key: figure for key, figure in figures.items() if first <= key.period <= world.place.months[-1]}


def revisions(world: World, published: Iterable[Key], was: Figures, now: Figures) -> Figures:
    """How far the whole district's figures moved since they were published: their steps against what they were."""
    sums: dict[str, list[Fraction]] = defaultdict(lambda: [Fraction(0), Fraction(0)])
    for key in published:
        if key.area == world.place.code and key.kind == "_T" and key in now and now[key].value is not None:
            before, after = _stored(was[key].value), _stored(now[key].value)
            held = sums[key.kpi]
            sums[key.kpi] = [held[0] + abs(after - before), held[1] + abs(before)]
    on = world.place.as_of.isoformat()
    return {Key("revision_size", world.place.code, on, "kpi", kpi): ratio(*held) for kpi, held in sums.items()}


def _stored(value: Fraction | None) -> Fraction:
    """A figure as it is published, with eight decimals."""
    return round(value or Fraction(0), 8)


def _reconciled(world: World) -> Figures:
    """Every file of tax that states totals states those of its rows, in full and of the district."""
    figures: Figures = {}
    for number, month in enumerate(world.place.months):
        if states_totals(number):
            fen = sum(row.total + (row.district or 0) for row in world.taxes if row.month == month)
            figures[Key("recon_gap", world.place.code, month, "feed", "T01")] = ratio(0, Fraction(fen, 100))
    return figures


def _sent(row: dict[str, Any]) -> Sent:
    feed, on = row["feed"], datetime.fromisoformat(row["received_at"]).date()
    days = [date.fromisoformat(day) for day in (row["period"] or "").split(", ") if day]
    if not days:
        days = [on - timedelta(days=1)]
        months = [_ended(feed, days[0])]
    elif feed in SNAPSHOTS:
        months = [_ended(feed, day) for day in days]
    else:
        months = [f"{day:%Y-%m}" for day in days]
    return Sent(feed, tuple(sorted(set(months))), on, row["rows_read"], row["rows_quarantined"])


def _ended(feed: str, day: date) -> str:
    """The last month of the newest month or quarter that was over by the end of a day."""
    month = f"{day:%Y-%m}"
    while month_end(month) > day or (feed in QUARTERLY and int(month[5:]) % 3):
        month = _before(month)
    return month


def _before(month: str) -> str:
    return f"{date(int(month[:4]), int(month[5:]), 1) - timedelta(days=1):%Y-%m}"


def _owed(feed: str, mine: list[Sent], known: date) -> Iterator[str]:
    """The periods from the first that came whole to the last that fell due."""
    month = min(one for sent in mine for one in sent.months if sent.on >= month_end(one))
    while _due(feed, month) <= known:
        if feed not in QUARTERLY or int(month[5:]) % 3 == 0:
            yield month
        month = f"{month_end(month) + timedelta(days=1):%Y-%m}"


def _came(feed: str, mine: list[Sent], month: str) -> date | None:
    """The day on which a period first came whole."""
    days = (
        sent.on for sent in mine for one in sent.months
        if sent.on >= month_end(one) and (one == month or (feed in RUNNING and one > month))
    )  # fmt: skip
    return min(days, default=None)


def _due(feed: str, month: str) -> date:
    after, limit = month_end(month), DUE[feed]
    if isinstance(limit, str):
        return after + timedelta(days=int(limit[:-1]))
    while limit:
        after += timedelta(days=1)
        limit -= HOLIDAYS.get(after, after.weekday() >= 5) is False
    return after


def _holidays() -> dict[date, bool]:
    """The country's working calendar, which is data and no model."""
    with (PROJECT / "dbt" / "seeds" / "office" / "calendar_day.csv").open(encoding="utf-8") as file:
        rows = csv.DictReader(file)
        return {date.fromisoformat(row["calendar_on"]): row["is_off_day"] == "true" for row in rows}


HOLIDAYS = _holidays()
