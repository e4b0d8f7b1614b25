"""The delivery calendar: which period each feed owes, by when, and whether it came (SPEC 3.3, cadence; B-TIM-01).

``delivery_calendar`` says for each feed the length of its periods and the day by which one is due, counted from its
end: ``T+15d`` the fifteenth day after it, ``T+5wd`` the fifth working day (C01). A feed without a row, or with an
empty due day, is not expected.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Literal

from common.clock import in_beijing
from common.contracts import Feed, feeds
from common.home import Home
from common.ledger import Ledger
from common.messages import LouyuError
from common.periods import add_months
from warehouse.books import Entry
from warehouse.config import overlay_at, rows_now, with_shipped

Length = Literal["day", "week", "month", "quarter"]
State = Literal["ON_TIME", "LATE", "MISSING", "OPEN"]
_RULE = re.compile(r"T\+(\d{1,3})(wd|d)")


@dataclass(frozen=True, slots=True)
class Span:
    """One period of a calendar, half-open."""

    length: Length
    first: date
    end: date

    @property
    def label(self) -> str:
        """The period's label: 2023-09, 2023-Q3, 2023-W36 or a day."""
        if self.length == "month":
            return f"{self.first:%Y-%m}"
        if self.length == "quarter":
            return f"{self.first.year}-Q{(self.first.month + 2) // 3}"
        return f"{self.first:%G-W%V}" if self.length == "week" else self.first.isoformat()

    @property
    def month(self) -> str:
        """The month in which the period ends."""
        return f"{self.end - timedelta(days=1):%Y-%m}"

    @property
    def next(self) -> "Span":
        return span_of(self.length, self.end)


def span_of(length: Length, day: date) -> Span:
    """Return the period that holds a day."""
    if length == "day":
        return Span(length, day, day + timedelta(days=1))
    if length == "week":
        monday = day - timedelta(days=day.weekday())
        return Span(length, monday, monday + timedelta(days=7))
    months = 3 if length == "quarter" else 1
    first = add_months(day, -((day.month - 1) % months))
    return Span(length, first, add_months(first, months))


def ended_by(length: Length, day: date) -> Span:
    """Return the newest period whose last day is not after ``day``."""
    held = span_of(length, day)
    return held if held.end == day + timedelta(days=1) else span_of(length, held.first - timedelta(days=1))


@dataclass(frozen=True, slots=True)
class Due:
    """A period that a feed owes: until when, and when it came whole."""

    feed: Feed
    span: Span
    due_on: date
    received_at: datetime | None
    """When the first delivery came that holds the whole period; None where none did."""

    def state(self, on: date) -> State:
        """Tell how it stands at the end of a day."""
        if self.received_at and self.received_at.date() <= on:
            return "LATE" if self.received_at.date() > self.due_on else "ON_TIME"
        return "MISSING" if self.due_on < on else "OPEN"

    def is_delivered(self, on: date) -> bool:
        """Tell whether it had come by the end of a day, in time or late."""
        return self.state(on) in ("ON_TIME", "LATE")


@dataclass(frozen=True)
class Calendar:
    """The office's calendar as configured today."""

    rows: Mapping[str, tuple[Mapping[str, str], ...]]
    """The rows of each feed, the newest validity last."""
    off_days: Mapping[date, bool]

    def length(self, feed: str) -> Length | None:
        """Return the length of a feed's periods; None where none are expected."""
        rows = self.rows.get(feed, ())
        return _LENGTHS[rows[-1]["period"]] if rows and rows[-1]["due"] else None

    def since(self, feed: str) -> date | None:
        """Return the first day for which the office says that a feed is expected."""
        return min((_day(row["valid_from"]) for row in self.rows.get(feed, ()) if row["valid_from"]), default=None)

    def due_on(self, feed: str, span: Span) -> date | None:
        """Return the day by which a period is due; None where it is not expected."""
        last = span.end - timedelta(days=1)
        valid = [row for row in self.rows.get(feed, ()) if _is_valid(row, last)]
        rule = _RULE.fullmatch(valid[-1]["due"]) if valid else None
        if rule is None:
            return None
        number = int(rule[1])
        return last + timedelta(days=number) if rule[2] == "d" else self._working_day(last, number)

    def _working_day(self, after: date, number: int) -> date:
        day = after
        while number:
            day += timedelta(days=1)
            number -= not self.off_days.get(day, day.weekday() >= _SATURDAY)
        return day

    def longest_wait(self, feed: str) -> int | None:
        """Return the most days from the end of a period to when the next is due; None where none is expected.

        The most over the days that the calendar knows, holidays included.
        """
        length = self.length(feed)
        if length is None:
            return None
        waits, span = [], span_of(length, min(self.off_days))
        while span.end <= max(self.off_days):
            if due := self.due_on(feed, span):
                waits.append((due - span.first).days)
            span = span.next
        return max(waits, default=None)

    @cached_property
    def feeds(self) -> tuple[Feed, ...]:
        """The feeds that owe something, in the order of their ids."""
        return tuple(feed for feed in feeds().values() if self.length(feed.id))


_LENGTHS: Mapping[str, Length] = {"day": "day", "week": "week", "month": "month", "quarter": "quarter"}
_SATURDAY = 5
_TABLE, _DAYS = "delivery_calendar", "calendar_day"
_KEYS = {_TABLE: ("feed", "valid_from"), _DAYS: ("calendar_on",)}


def calendar(home: Home) -> Calendar:
    """Read the calendar as shipped and as the home's config has it today.

    Raises LouyuError for a row that names no feed, no length of period or no due day that can be read.
    """
    return _calendar(lambda table: rows_now(home, table, _KEYS[table]))


def calendar_at(ledger: Ledger, known_at: datetime) -> Calendar:
    """Read the calendar as shipped and as the home's config was known to have it at a moment."""
    own = {table.name: table.rows for table in overlay_at(ledger, known_at)}
    return _calendar(lambda table: with_shipped(table, _KEYS[table], own[table]))


def shipped_calendar() -> Calendar:
    """Read the calendar as shipped."""
    return _calendar(lambda table: with_shipped(table, _KEYS[table], ()))


def _calendar(rows_of: Callable[[str], Iterable[Mapping[str, str]]]) -> Calendar:
    rows: dict[str, list[Mapping[str, str]]] = {}
    for row in sorted(rows_of(_TABLE), key=lambda row: row["valid_from"]):
        if row["feed"] not in feeds() or row["period"] not in _LENGTHS or not _is_readable(row):
            said = ",".join(row.values())
            raise LouyuError(
                f"{_TABLE}.csv:无法识别的行 {said}。feed 为数据源编号,period 为 day、week、month 或 quarter,"
                "due 如 T+15d(自然日)、T+5wd(工作日),留空表示不要求报送。",
                f"{_TABLE}.csv: the row {said} is not understood. feed is the id of a feed, period one of day, week, "
                "month, quarter, due for example T+15d (days) or T+5wd (working days); empty means not expected.",
            )
        rows.setdefault(row["feed"], []).append(row)
    off_days = {_day(row["calendar_on"]): row["is_off_day"].lower() == "true" for row in rows_of(_DAYS)}
    return Calendar({feed: tuple(found) for feed, found in rows.items()}, off_days)


def spans(entry: Entry, length: Length) -> tuple[Span, ...]:
    """Return the periods that a delivery speaks of, oldest first.

    A month that is delivered is named by its rows, a snapshot shows the newest period that had ended on its day, and
    events and versions are complete to their receipt (SPEC 0.1b). A file that was not read speaks of the period that
    it claims, else of the newest that had ended.
    """
    kind = feeds()[entry.landing.feed].kind
    days = [date.fromisoformat(period) for period in entry.periods]
    if days and kind in ("PERIOD_REPLACE", "FULL_SNAPSHOT"):
        found = {span_of(length, day) if kind == "PERIOD_REPLACE" else ended_by(length, day) for day in days}
        return tuple(sorted(found, key=lambda span: span.first))
    claimed = _claimed(entry.landing.sidecar.period)
    if claimed and kind in ("PERIOD_REPLACE", "FULL_SNAPSHOT"):
        return (span_of(length, claimed),)
    return (ended_by(length, in_beijing(entry.landing.received_at).date() - timedelta(days=1)),)


def dues(known: Iterable[Entry], given: Calendar, until: date) -> Iterator[Due]:
    """Yield what every feed owes, from its first delivered period to the first that is due after ``until``.

    Of a feed that never came, only the newest period that was due and the next are owed, unless the calendar says
    since when it is expected.
    """
    accepted: dict[str, list[Entry]] = {}
    for entry in known:
        # changes sent again say that nothing has changed until then
        if entry.status == "ACCEPTED" or (entry.status == "DUPLICATE" and _is_running(entry.landing.feed)):
            accepted.setdefault(entry.landing.feed, []).append(entry)
    for feed in given.feeds:
        length = given.length(feed.id)
        if length is not None:
            yield from _dues(feed, length, accepted.get(feed.id, []), given, until)


def _dues(feed: Feed, length: Length, accepted: list[Entry], given: Calendar, until: date) -> Iterator[Due]:
    receipts: dict[Span, datetime] = {}
    for entry in accepted:
        for span in spans(entry, length):
            # what comes before a period's last day can only be a part of it
            if entry.landing.received_at.date() >= span.end - timedelta(days=1):
                known = receipts.get(span, entry.landing.received_at)
                receipts[span] = min(known, entry.landing.received_at)
    span = _first(feed, length, receipts, given, until)
    while (due_on := given.due_on(feed.id, span)) is None or span.end <= until or due_on <= until:
        if due_on is not None:
            received = _received(receipts, span) if _is_running(feed.id) else receipts.get(span)
            yield Due(feed, span, due_on, received)
        if due_on is None and span.first > until:
            return
        span = span.next
    if span.first <= until:
        yield Due(feed, span, due_on, receipts.get(span))


def _first(feed: Feed, length: Length, receipts: Mapping[Span, datetime], given: Calendar, until: date) -> Span:
    since = given.since(feed.id)
    if since is not None:
        return span_of(length, since)
    if receipts:
        return min(receipts, key=lambda span: span.first)
    span = ended_by(length, until)
    while (due_on := given.due_on(feed.id, span)) and due_on >= until and span.first.year >= until.year - 1:
        span = span_of(length, span.first - timedelta(days=1))
    return span


def _is_running(feed: str) -> bool:
    return feed in feeds() and feeds()[feed].kind in ("VERSIONS", "DELTA")


def _received(receipts: Mapping[Span, datetime], span: Span) -> datetime | None:
    """What is sent as it changes is complete to each receipt, so a later one makes up for one that is missing."""
    return min((moment for other, moment in receipts.items() if other.first >= span.first), default=None)


def _claimed(period: str | None) -> date | None:
    found = _CLAIMED.match(period or "")
    try:
        return date(int(found[1]), int(found[2]), 1) if found else None
    except ValueError:
        return None


_CLAIMED = re.compile(r"(\d{4})-?(\d{2})")


def _is_valid(row: Mapping[str, str], on: date) -> bool:
    return (row["valid_from"] or "0001-01-01") <= on.isoformat() < (row["valid_to"] or "9999-12-31")


def _is_readable(row: Mapping[str, str]) -> bool:
    try:
        [_day(row[name]) for name in ("valid_from", "valid_to") if row[name]]
    except ValueError:
        return False
    return not row["due"] or _RULE.fullmatch(row["due"]) is not None


def _day(text: str) -> date:
    return date.fromisoformat(text)
