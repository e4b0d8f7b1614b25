"""What two builds knew, and what lay between them: events of the ledger, by what they did to the figures.

A build is a function of a set of events (DESIGN 2.1). So what a release would have been with some of the later events
and without the rest is the build of another set, which :mod:`dagster_project.counterfactual` makes.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

import polars as pl

from common.deliveries import delivery_of, landings, originals
from common.ledger import Event, Ledger
from common.messages import LouyuError
from review.judgement import Standing

Cause = Literal["code", "definition", "late_data", "source_correction"]
CAUSES: tuple[Cause, ...] = ("code", "definition", "late_data", "source_correction")
"""Why a figure differs between two releases, in the order in which one is added to the next."""
_CORRECTION = "correction"
"""The office's table of values that it corrects for their source; the others are decisions."""
_BY_KEY = ("VERSIONS", "DELTA")


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that the later build knew and the earlier one did not, or knew otherwise."""

    cause: Cause
    id: str
    """A delivery's id, or the name of a table of the office."""
    feed: str | None
    what: str
    """The file, or the table."""
    known_at: datetime


def events_of(ledger: Ledger, delivered: Collection[str], known_at: datetime) -> list[Event]:
    """Return the events that a build knew: those of its deliveries, and what was answered and decided by its moment.

    What landed after the build counts as unknown, even where it was received before. Raises LouyuError where a
    delivery of the build is no longer in the ledger.
    """
    first = {id_: one.id for id_, one in originals(landings(ledger)).items()}
    if missing := sorted(set(delivered) - set(first.values())):
        raise LouyuError(
            f"台账中已没有报送 {missing[0]}(共 {len(missing)} 份),无法重算。请从备份恢复 ledger/。",
            f"The ledger no longer knows the delivery {missing[0]} ({len(missing)} in all), so nothing can be built "
            "again. Restore ledger/ from a backup.",
        )
    return [
        event for event in ledger.events(known_at)
        if event.kind != "delivery" or first[delivery_of(event).id] in delivered
    ]  # fmt: skip


def changes_between(
    before: Sequence[Standing], after: Sequence[Standing], was: Iterable[Event], now: Iterable[Event]
) -> list[Change]:
    """Say what lay between two builds: how the deliveries stood in each, and what each knew."""
    return [*_delivered(before, after), *_decided(was, now)]


def _delivered(before: Sequence[Standing], after: Sequence[Standing]) -> Iterator[Change]:
    """Yield the deliveries that count in one build only, or are read otherwise."""
    was, now = ({one.delivery.id: one for one in side if one.status == "ACCEPTED"} for side in (before, after))
    for id_, one in now.items():
        if id_ not in was:
            is_correction = _corrects(one, list(was.values()))
        elif _reading(was[id_]) != _reading(one):
            is_correction = True
        else:
            continue
        cause: Cause = "source_correction" if is_correction else "late_data"
        yield Change(cause, id_, one.delivery.feed, one.delivery.path, one.known_at)
    for id_, one in was.items():
        if id_ not in now:
            yield Change("source_correction", id_, one.delivery.feed, one.delivery.path, one.known_at)


def _reading(one: Standing) -> tuple[object, ...]:
    return one.file.name, one.adds, one.is_cumulative, one.order


def _corrects(one: Standing, known: Sequence[Standing]) -> bool:
    """Tell whether a delivery puts something in the place of what was known, rather than adding to it.

    A feed of versions or changes tells new things in every delivery; one of its deliveries corrects if it tells of
    nothing else than what was known.
    """
    same = [other for other in known if other.delivery.feed == one.delivery.feed]
    if one.landed.is_correction or one.report.corrects:
        return True
    if one.landed.feed.kind not in _BY_KEY:
        return any(one.landed.parts & other.landed.parts for other in same)
    key = [name for name in one.landed.feed.key if name in pl.read_parquet_schema(one.file)]
    if not key or not same:
        return False
    told = pl.scan_parquet([other.file for other in same], hive_partitioning=False, missing_columns="insert")
    mine = pl.scan_parquet(one.file, hive_partitioning=False).select(key)
    return mine.join(told.select(key), on=key, how="anti", nulls_equal=True).head(1).collect().is_empty()


def _decided(was: Iterable[Event], now: Iterable[Event]) -> Iterator[Change]:
    """Yield the office's tables that say something else."""
    before, after = said_last(was), said_last(now)
    for table, event in after.items():
        if table not in before or before[table].payload != event.payload:
            cause: Cause = "source_correction" if table == _CORRECTION else "definition"
            yield Change(cause, table, None, f"config/{table}.csv", event.known_at)


def said_last(events: Iterable[Event]) -> Mapping[str, Event]:
    """Return the last event of each of the office's tables that make figures."""
    return {event.scope["table"]: event for event in events if event.kind == "parameter"}


def with_definitions(was: Sequence[Event], now: Iterable[Event], known_at: datetime) -> list[Event]:
    """Return what the earlier build knew with the decisions of the later one, as if they had been known by then."""
    fresh = [
        replace(event, known_at=min(event.known_at, known_at))
        for table, event in said_last(now).items()
        if table != _CORRECTION
    ]
    return [*(event for event in was if event.kind != "parameter" or event.scope["table"] == _CORRECTION), *fresh]


def without_corrections(was: Sequence[Event], now: Sequence[Event], changes: Sequence[Change]) -> list[Event]:
    """Return what the later build knew but for the source corrections since the earlier one."""
    corrected = {change.id for change in changes if change.cause == "source_correction"}
    old = {event.id for event in was}

    def is_kept(event: Event) -> bool:
        about = event.scope.get("delivery_id") or event.scope.get("table")
        if event.kind == "delivery":
            about = delivery_of(event).id
        return event.id in old or about not in corrected

    return [event for event in now if is_kept(event)]
