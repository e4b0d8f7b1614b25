"""What a delivery is: facts fixed when it landed, and what parsing made of it (SPEC 3.0)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

import polars as pl

from common.contracts import Feed
from common.files import canonical, digest
from common.ledger import Event
from common.rules import Finding
from ingest.table import ControlTotal, row_schema

Status = Literal["ACCEPTED", "HELD", "REJECTED", "DUPLICATE"]


@dataclass(frozen=True, slots=True)
class StoredFile:
    """One file of a delivery: the name it came under, its hash and size."""

    name: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Sidecar:
    """What the sender declared beside the file; every part is optional (SURFACE, Home)."""

    sender: str | None = None
    channel: str | None = None
    version: int | None = None
    period: str | None = None
    scope: str | None = None
    layout: str | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """One landing of one delivery. Its id comes from its content and what it claims to be about."""

    feed: str
    path: str
    """Below the inbox, with forward slashes."""
    files: tuple[StoredFile, ...]
    received_at: datetime
    version: int
    sidecar: Sidecar

    @property
    def sha256(self) -> str:
        """The hash of the bytes: of the file, or of the pages in their order."""
        return self.files[0].sha256 if len(self.files) == 1 else digest(canonical([file.sha256 for file in self.files]))

    @property
    def id(self) -> str:
        """Deterministic from feed, bytes, claimed period and scope: re-sent bytes are the same delivery."""
        return (
            f"{self.feed}-{digest(canonical([self.feed, self.sha256, self.sidecar.period, self.sidecar.scope]))[:16]}"
        )

    @property
    def order(self) -> tuple[int, datetime, str]:
        """Later in this order supersedes earlier (SPEC 0.1b, Deliveries)."""
        return (self.version, self.received_at, self.sha256)

    def event(self) -> Event:
        """Return the landing as an event of the ledger."""
        sidecar = {name: value for name in _SIDECAR_FIELDS if (value := getattr(self.sidecar, name)) is not None}
        files = [{"name": file.name, "sha256": file.sha256, "size": file.size} for file in self.files]
        payload = {
            "delivery_id": self.id, "path": self.path, "sha256": self.sha256, "version": self.version, "files": files,
            "sidecar": sidecar,
        }  # fmt: skip
        return Event("delivery", self.received_at, {"feed": self.feed}, payload)


_SIDECAR_FIELDS = ("sender", "channel", "version", "period", "scope", "layout")


def delivery_of(event: Event) -> Delivery:
    """Read a landing back from its event."""
    said: Mapping[str, Any] = event.payload
    files = tuple(StoredFile(file["name"], file["sha256"], file["size"]) for file in said["files"])
    sidecar = Sidecar(**said["sidecar"])
    return Delivery(event.scope["feed"], said["path"], files, event.known_at, said["version"], sidecar)


def firsts(landings: Iterable[Delivery]) -> dict[str, Delivery]:
    """Return for each delivery id its first landing by (received_at, path), whatever was processed first."""
    found: dict[str, Delivery] = {}
    for landing in sorted(landings, key=lambda landing: (landing.received_at, landing.path)):
        found.setdefault(landing.id, landing)
    return found


@dataclass(frozen=True, slots=True)
class Scope:
    """A part of a feed that a delivery replaces: a snapshot's day or a month, of the district or of a part."""

    key: str
    period: date


@dataclass(frozen=True, slots=True)
class Outcome:
    """What parsing made of a delivery. ``read = accepted + quarantined + set_aside`` always holds."""

    status: Status
    reason: Finding | None
    rows: pl.DataFrame
    """Accepted rows with the columns of ``row_schema``."""
    findings: pl.DataFrame
    read: int = 0
    quarantined: int = 0
    set_aside: int = 0
    scopes: tuple[Scope, ...] = ()
    layout: str | None = None
    control_totals: tuple[ControlTotal, ...] = ()
    units: Mapping[str, str] = field(default_factory=dict)

    @property
    def accepted(self) -> int:
        return self.rows.height


def no_rows(feed: Feed) -> pl.DataFrame:
    """Return an empty frame with the columns of a feed's landed rows."""
    return pl.DataFrame(schema=row_schema(feed))
