"""The ledger: everything that the warehouse may learn, as events that are only ever added (DESIGN 2.1).

One JSON line is one event. Its id is the hash of what it says, so adding the same event twice adds it
once, and the set of events, not the order of their arrival, decides what the warehouse holds. A cut is
the set of events known at a moment.
"""

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from common.clock import now, parse_moment, stamp
from common.files import canonical, digest

EventKind = Literal["answer", "delivery", "explanation", "parameter", "purge"]


@dataclass(frozen=True, slots=True)
class Event:
    """One thing learnt: what kind, since when it may be known, and what it says."""

    kind: EventKind
    known_at: datetime
    scope: Mapping[str, str]
    """Whom it concerns, such as ``{"feed": "T01"}``."""
    payload: Mapping[str, Any]

    @property
    def id(self) -> str:
        """The hash of the event's own content: deterministic, never serial."""
        said = [self.kind, stamp(self.known_at), dict(self.scope), dict(self.payload)]
        return digest(canonical(said))[:32]


class Ledger:
    """The event log of one home. Only the holder of the home's lock adds to it."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "events.jsonl"

    def events(self, known_at: datetime | None = None) -> list[Event]:
        """Return the events known at a moment, in the order of (known_at, id)."""
        found = [event for event in self._read() if known_at is None or event.known_at <= known_at]
        return sorted(found, key=lambda event: (event.known_at, event.id))

    def recorded(self) -> dict[str, datetime]:
        """Return by event id when this home wrote it down, which no build may know."""
        return {said["event_id"]: parse_moment(said["recorded_at"]) for said in self._said()}

    def add(self, events: Iterable[Event]) -> int:
        """Append what is not yet there and return how many events were new.

        The file is synchronised before this returns. A line torn by a crash was never acknowledged; it is
        cut off before anything is appended.
        """
        known = {event.id for event in self._read()}
        fresh = {event.id: event for event in events if event.id not in known}
        if not fresh:
            return 0
        self._file.parent.mkdir(parents=True, exist_ok=True)
        with self._file.open("ab") as file:
            file.truncate(self._whole_bytes())
            for event in fresh.values():
                file.write(_line(event))
            file.flush()
            os.fsync(file.fileno())
        return len(fresh)

    def _whole_bytes(self) -> int:
        if not self._file.exists():
            return 0
        content = self._file.read_bytes()
        return content.rfind(b"\n") + 1

    def _said(self) -> list[dict[str, Any]]:
        whole = self._whole_bytes()
        return [json.loads(line) for line in self._file.read_bytes()[:whole].splitlines()] if whole else []

    def _read(self) -> list[Event]:
        return [_event(said) for said in self._said()]


def _line(event: Event) -> bytes:
    said = {
        "event_id": event.id, "kind": event.kind, "known_at": stamp(event.known_at), "scope": dict(event.scope),
        "payload": dict(event.payload), "recorded_at": stamp(now()),
    }  # fmt: skip
    return canonical(said) + b"\n"


def _event(said: Mapping[str, Any]) -> Event:
    return Event(said["kind"], parse_moment(said["known_at"]), said["scope"], said["payload"])
