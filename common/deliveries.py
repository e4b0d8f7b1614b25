"""What ingest hands over: each delivery's facts and the report of its parsing (SPEC 3.0).

Facts are fixed when a delivery lands and stand in the ledger. A report says what parsing made of it and
lies beside the rows; identity, the warehouse and the command line read both here.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal, NamedTuple

from common.contracts import feeds, layouts
from common.files import canonical, digest, read_json, write_json
from common.home import Home
from common.ledger import Event, Ledger
from common.supplements import Corrected

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
    unread: str | None = None
    """The name of a sidecar that holds no JSON object: what it meant to say is unknown."""


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
        """Deterministic from feed, bytes and claims: re-sent bytes are the same delivery, unless they claim others."""
        return f"{self.feed}-{digest(canonical([self.feed, self.sha256, *self.claims]))[:16]}"

    @property
    def claims(self) -> tuple[str | None, ...]:
        """What its sidecar says that decides how the bytes are read: period, scope, and where told layout and mail."""
        said = self.sidecar
        further = (f"layout {said.layout}" if said.layout else None, "by mail" if self.is_by_mail else None)
        return (said.period, said.scope, *filter(None, further))

    @property
    def is_by_mail(self) -> bool:
        """Whether it came by ordinary mail although its feed must not (B-SEC-03, SPEC 0.1a)."""
        feed = feeds().get(self.feed)
        channel = (self.sidecar.channel or "").strip().casefold()
        return feed is not None and feed.encrypted_only and channel in _MAIL

    @property
    def names_unknown_layout(self) -> bool:
        """Whether it is to be read by a layout that its feed does not have (L-LAY-UNKNOWN)."""
        named = self.sidecar.layout
        layout = layouts().get(named) if named else None
        return named is not None and (layout is None or layout.feed != self.feed)

    def repeats(self, earlier: "Delivery") -> bool:
        """Tell whether an earlier landing of the same bytes says all that this one says (B-DUP-01).

        What claims nothing repeats any of them but one that its own sidecar kept from being read.
        """
        if (self.feed, self.sha256) != (earlier.feed, earlier.sha256):
            return False
        was_read = not (earlier.is_by_mail or earlier.names_unknown_layout)
        return self.id == earlier.id or (was_read and not any(self.claims))

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


_MAIL = {"mail", "email", "e-mail"}
_SIDECAR_FIELDS = ("sender", "channel", "version", "period", "scope", "layout", "unread")


def delivery_of(event: Event) -> Delivery:
    """Read a landing back from its event."""
    said: Mapping[str, Any] = event.payload
    files = tuple(StoredFile(file["name"], file["sha256"], file["size"]) for file in said["files"])
    sidecar = Sidecar(**said["sidecar"])
    return Delivery(event.scope["feed"], said["path"], files, event.known_at, said["version"], sidecar)


def originals(landings: Iterable[Delivery]) -> dict[str, Delivery]:
    """Return for each landing's id the landing that it repeats, or itself (B-DUP-01).

    The same bytes are the same delivery, unless they claim otherwise: an unchanged list is sent again for the next
    month. The first landing by (received_at, path) counts, whatever was processed first.
    """
    found: dict[str, Delivery] = {}
    same: dict[tuple[str, str], list[Delivery]] = {}
    for landing in sorted(landings, key=lambda landing: (landing.received_at, landing.path)):
        if landing.id in found:
            continue
        known = same.setdefault((landing.feed, landing.sha256), [])
        found[landing.id] = next((earlier for earlier in known if landing.repeats(earlier)), landing)
        if found[landing.id] == landing:
            known.append(landing)
    return found


def deliveries(landings: Iterable[Delivery]) -> list[Delivery]:
    """Return each delivery once, without the landings that repeat it."""
    return [landing for delivery_id, landing in originals(landings).items() if landing.id == delivery_id]


@dataclass(frozen=True, slots=True)
class Reading:
    """What answers say of how a file is to be read, besides what it says itself."""

    unit: str | None = None
    """The unit of its amounts, as a word such as 万元."""
    month: date | None = None
    """The month that all its rows are of."""

    @property
    def suffix(self) -> str:
        """Tell this reading of a delivery from others in the names of its files."""
        parts = (self.unit, self.month.isoformat() if self.month else None)
        return "".join(f".{part}" for part in parts if part)


AS_WRITTEN = Reading()


@dataclass(frozen=True, slots=True)
class Headings:
    """What a delivery's sheets call its columns, for findings about rows that were landed long before."""

    sheets: tuple[tuple[str, str | None], ...]
    """Files, each with the name of a sheet if it has any."""
    columns: dict[str, tuple[str, str]]
    """By canonical column its heading, and its letters in a sheet or, behind a stroke, its key in a record."""

    def called(self, names: Mapping[str, str]) -> "Headings":
        """Return the headings with sheets called by other names."""
        return Headings(tuple((file, names.get(sheet or "", sheet)) for file, sheet in self.sheets), self.columns)


@dataclass(frozen=True, slots=True)
class Question:
    """What a delivery waits for: the rule that asks, and its question about this delivery."""

    rule_id: str
    zh: str
    en: str


class Waiting(NamedTuple):
    """A row that waits: its address, and what it is worth in the stored unit, whatever its sign."""

    file: str
    sheet: str | None
    row: int
    worth: str


@dataclass(frozen=True, slots=True)
class Report:
    """The stored outcome of a delivery, without its rows (``landing/rows/feed=…/<delivery_id>.json``)."""

    delivery_id: str
    landing_id: str
    """The event of the landing that was read, whose day and names it may tell."""
    feed: str
    parse_key: str
    status: Status
    rule_id: str | None
    reason_zh: str | None
    reason_en: str | None
    rows_read: int
    rows_accepted: int
    rows_quarantined: int
    rows_set_aside: int
    scopes: tuple[tuple[str, str], ...]
    """Pairs of scope key and the ISO day of the period."""
    layout: str | None
    units: dict[str, str]
    control_totals: dict[str, tuple[str, str]]
    """Column to stated total and sum of rows, in the stored unit."""
    event_from: str | None
    event_to: str | None
    """First and last value of the feed's event date, or of a snapshot's start dates, among accepted rows."""
    questions: tuple[Question, ...] = ()
    """What the file itself leaves open, in the order of asking; the rows count once all are answered."""
    corrects: tuple[Corrected, ...] = ()
    """The waiting rows of earlier deliveries that its rows stand for; it replaces nothing else."""
    headings: tuple[Headings, ...] = ()
    called_after: str | None = None
    """The ISO day that ends the month which a snapshot is called after, where it tells no day itself."""
    waiting: tuple[Waiting, ...] = ()
    """The rows that wait of a feed whose rows are worth something, as far as it can be read."""


def landings(ledger: Ledger) -> list[Delivery]:
    """Return every landing that the ledger records."""
    return [delivery_of(event) for event in ledger.events() if event.kind == "delivery"]


def rows_folder(home: Home, feed: str) -> Path:
    """Return where a feed's parsed rows lie."""
    return home.rows / f"feed={feed}"


def rows_file(home: Home, delivery: Delivery, reading: Reading = AS_WRITTEN) -> Path:
    """Return where the rows of a delivery lie as read one way; their report lies beside them."""
    return rows_folder(home, delivery.feed) / f"{delivery.id}{reading.suffix}.parquet"


def no_rows_file(home: Home, feed: str) -> Path:
    """Return a file of a feed's columns without rows, for a build in which nothing of the feed stands."""
    return rows_folder(home, feed) / "_none.parquet"


def report_file(rows: Path) -> Path:
    """Return where the report beside a file of rows lies."""
    return rows.with_name(f"{rows.name.removesuffix('.parquet')}.json")


def read_report(rows: Path) -> Report | None:
    """Read the report beside a file of rows; None where there is none."""
    path = report_file(rows)
    if not path.exists():
        return None
    said: dict[str, Any] = read_json(path)
    said.setdefault("landing_id", "")
    said["questions"] = tuple(Question(**asked) for asked in said["questions"])
    said["scopes"] = tuple((key, period) for key, period in said["scopes"])
    said["control_totals"] = {name: (stated, summed) for name, (stated, summed) in said["control_totals"].items()}
    said["corrects"] = tuple(Corrected(**address) for address in said.get("corrects", ()))
    said["waiting"] = tuple(Waiting(*row) for row in said.get("waiting", ()))
    said["headings"] = tuple(
        Headings(
            tuple((file, sheet) for file, sheet in given["sheets"]),
            {name: (heading, mark) for name, (heading, mark) in given["columns"].items()},
        )
        for given in said.get("headings", ())
    )
    return Report(**said)


def write_report(report: Report, rows: Path) -> None:
    """Store a report beside its file of rows."""
    said = {name: getattr(report, name) for name in Report.__slots__}
    said["questions"] = [asdict(asked) for asked in report.questions]
    said["corrects"] = [asdict(address) for address in report.corrects]
    said["headings"] = [asdict(given) for given in report.headings]
    write_json(report_file(rows), said)
