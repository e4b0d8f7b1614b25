"""A case of the broken twin: what is sent, and what SPEC part 5 says must become of it.

An expectation is written down from the specification alone, never from what the product does. Where the
specification leaves a point open, ``reading`` says in one line how it is read here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any, Literal, NamedTuple

from common.deliveries import Status
from common.rules import Action

Stage = Literal["ingest", "identity", "review", "warehouse"]
"""Where it is found; what only the whole feed shows, in the warehouse, may be told at any delivery of the feed."""

_STATUSES: Mapping[Action, Status] = {"REJECT": "REJECTED", "HOLD": "HELD", "IGNORE": "DUPLICATE"}


class Books(NamedTuple):
    """Rows of one delivery: ``read = accepted + quarantined + set_aside`` (SURFACE)."""

    read: int
    accepted: int
    quarantined: int = 0
    set_aside: int = 0


NOTHING = Books(0, 0)


@dataclass(frozen=True, slots=True)
class Sent:
    """One delivery as it lies in the inbox: a file, or a pull that is a folder of pages."""

    feed: str
    name: str
    content: bytes | Mapping[str, bytes]
    sidecar: Mapping[str, str | int]
    records: int = 0
    """Non-empty records below the header."""
    first_row: int = 1
    """The row of the first record, as findings count it."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """By canonical column, what stands above it."""

    @property
    def path(self) -> PurePosixPath:
        """The file's path below the inbox, or the folder's."""
        return PurePosixPath(self.feed, self.name)

    def files(self) -> Sequence[tuple[PurePosixPath, bytes]]:
        """Return every file of the delivery."""
        if isinstance(self.content, bytes):
            return [(self.path, self.content)]
        return [(self.path / name, page) for name, page in self.content.items()]


@dataclass(frozen=True, slots=True)
class Case:
    """One branch of one rule: the delivery on which it is found, those before it, and what is expected."""

    name: str
    rule_id: str
    action: Action
    sent: Sent | None
    """None where the rule is about something that nobody sent."""
    feed: str | None = None
    """The feed of such a case."""
    good: str | None = None
    """The delivery of the good district that is such a case."""
    at: tuple[int, str | None] | None = None
    """The record, counted from 0, and the canonical column of the finding; None for one about the whole file."""
    row: int | None = None
    """The row of the finding where it is about no record: a header, a total, a footer."""
    column: str | None = None
    """The header of the finding where the column is no canonical one."""
    quarantined: int | None = None
    set_aside: int = 0
    books: Books | None = None
    """Where it does not follow from the action."""
    status: Status | None = None
    before: Sequence[Sent] = ()
    """What had come before, taken in whole."""
    stored: Mapping[str, str | None] = field(default_factory=dict)
    """What the landed row at ``at``, or the first, holds: by canonical column, as text."""
    is_bare: bool = False
    """The message has nothing to say in some place, no candidate for example, and shows a dash there."""
    stage: Stage = "ingest"
    reading: str | None = None
    figure: Mapping[str, str | None] | None = None
    """A figure of the candidate that the case decides: kpi_id, period and value."""

    @property
    def deliveries(self) -> Sequence[Sent]:
        """Return everything that is sent, in its order."""
        return [*self.before, *([self.sent] if self.sent else [])]

    def expected(self) -> dict[str, Any]:
        """Return the entry of the file of expected outcomes."""
        said: dict[str, Any] = {
            "case": self.name,
            "rule_id": self.rule_id,
            "action": self.action,
            "feed": self.feed,
            "file": self.good,
            "status": "ACCEPTED" if self.good else None,
            "row": self.row,
            "column": self.column,
            "rows": None,
            "stage": self.stage,
            "bare": self.is_bare,
            "stored": dict(self.stored),
            "stored_row": self.sent.first_row + self.at[0] if self.sent and self.at else None,
            "before": [{"file": str(sent.path), "status": "ACCEPTED", "rows": sent.records} for sent in self.before],
            "figure": dict(self.figure) if self.figure else None,
            "reading": self.reading,
        }
        if self.sent is None:
            return said
        status = self.status or _STATUSES.get(self.action, "ACCEPTED")
        said |= {"feed": self.sent.feed, "file": str(self.sent.path), "status": status}
        said["rows"] = (self.books or self._books(self.sent, status))._asdict()
        if self.at is not None:
            record, column = self.at
            said["row"] = self.sent.first_row + record
            said["column"] = self.sent.headers[column] if column else None
        return said

    def _books(self, sent: Sent, status: Status) -> Books:
        if status in ("REJECTED", "DUPLICATE"):
            return NOTHING
        if status == "HELD":
            return Books(sent.records, 0, 0, sent.records)
        waiting = (self.action == "QUARANTINE") if self.quarantined is None else self.quarantined
        return Books(sent.records, sent.records - waiting - self.set_aside, int(waiting), self.set_aside)
