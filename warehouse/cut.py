"""The cut of a run: what is known, up to which day, of which district (DESIGN 2.1; SURFACE, run)."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

import polars as pl

from common.clock import stamp
from common.contracts import PROJECT, Feed, feeds
from common.files import canonical, digest, tree_digest
from common.home import Home
from common.ledger import Ledger
from common.messages import LouyuError
from common.periods import add_months, assessment_month, assessment_window, last_month_end
from review.judgement import Standing
from review.standing import standings
from warehouse.config import parameters_at

_FALLBACK_DISTRICT = "110107"
_CODE = (
    "common", "contracts", "dbt/macros", "dbt/models", "dbt/seeds", "dbt/tests", "disclosure", "expectations",
    "identity", "ingest", "publish", "review", "warehouse",
)  # fmt: skip


_OFFICE_SAYS = ("parameter", "explanation")
"""The events by which the office adds to what a build knows."""


class NothingKnown(LouyuError):
    """No delivery was accepted by the moment of the cut, so there is nothing to build."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """From when and until when a feed is complete, at the cut. ``until`` is the first day not covered.

    ``stated_from`` is the earliest day of which a snapshot's own start dates speak; it may lie before the snapshot.
    """

    feed: str
    kind: str
    first: date
    until: date
    missing_months: tuple[date, ...]
    stated_from: date | None = None


@dataclass(frozen=True, slots=True)
class Cut:
    """Everything that decides a build besides the code: rows, never variables of dbt."""

    known_at: datetime
    as_of: date
    district: str
    deliveries: tuple[Standing, ...]
    coverage: tuple[Coverage, ...]
    parameters: dict[str, str]
    ledger: str
    """One hash over the events that the build knows."""
    build: str

    @property
    def standing(self) -> list[Standing]:
        """The deliveries whose rows the build reads."""
        return [one for one in self.deliveries if one.status == "ACCEPTED"]

    def rows_files(self, feed: str) -> list[Path]:
        """Return the files of rows of a feed that the build reads."""
        return [one.file for one in self.standing if one.delivery.feed == feed]


def choose_cut(home: Home, as_of: date | None = None, known_at: datetime | None = None) -> Cut:
    """Choose the cut: as given, else the newest received_at and the last month end that the feeds support.

    Raises NothingKnown where nothing was accepted by then.
    """
    ledger = Ledger(home.ledger)
    found = standings(home, known_at)
    accepted = [one for one in found if one.status == "ACCEPTED"]
    if not accepted:
        raise NothingKnown(
            "没有可用的数据:收件目录为空,或全部文件被退回。请用 louyu deliveries 查看原因。",
            "There are no data: the inbox is empty or every file was refused. See louyu deliveries for the reasons.",
        )
    moment = known_at or _newest(ledger, accepted)
    delivered = {one.delivery.feed for one in accepted}
    # what repeats known content says that nothing has changed until its receipt
    told = [one for one in found if one.status in ("ACCEPTED", "DUPLICATE")]
    coverage = tuple(_coverage(feed, told) for feed in feeds().values() if feed.id in delivered)
    day = as_of or _last_supported_month_end(coverage)
    parameters = parameters_at(ledger, moment, day)
    coverage = tuple(_opened(part, int(parameters["hotline.month_start_day"])) for part in coverage)
    district = parameters["district.code"]
    if district == "auto":
        district = _district_of([one.file for one in accepted if one.delivery.feed == "B01"])
    known = _ledger_digest(ledger, moment, found)
    build = f"{day:%Y%m%d}-{digest(canonical([day.isoformat(), moment.isoformat(), known, code_digest()]))[:12]}"
    return Cut(moment, day, district, tuple(found), coverage, parameters, known, build)


def code_digest() -> str:
    """Hash the code and the shipped configuration that a build depends on."""
    suffixes = (".py", ".sql", ".yml", ".csv", ".html", ".css")
    return tree_digest(PROJECT, tuple(f"{room}/**/*{suffix}" for room in _CODE for suffix in suffixes))


def _newest(ledger: Ledger, accepted: Sequence[Standing]) -> datetime:
    """The newest delivery or answer, or what the office said later in its own tables, which is knowledge too."""
    changes = [event.known_at for event in ledger.events() if event.kind in _OFFICE_SAYS]
    return max(changes + [one.known_at for one in accepted])


def _coverage(feed: Feed, accepted: Sequence[Standing]) -> Coverage:
    """A feed is complete to the end of its last period, or for snapshots and events to its last receipt (SPEC 0.1b)."""
    own = [known for known in accepted if known.delivery.feed == feed.id]
    scopes = sorted({date.fromisoformat(day) for known in own for _, day in known.report.scopes})
    received = max(known.delivery.received_at for known in own).date()
    events = [date.fromisoformat(known.report.event_from) for known in own if known.report.event_from]
    if feed.kind == "PERIOD_REPLACE" and scopes:
        missing = _gaps(scopes) if feed.every_period else ()
        return Coverage(feed.id, feed.kind, scopes[0], add_months(scopes[-1], 1), missing)
    if feed.kind == "FULL_SNAPSHOT" and scopes:
        until = max(received, scopes[-1]) + timedelta(days=1)
        return Coverage(feed.id, feed.kind, scopes[0], until, (), min(events, default=None))
    return Coverage(feed.id, feed.kind, min(events, default=received), received + timedelta(days=1), ())


def _opened(part: Coverage, start_day: int) -> Coverage:
    """The first pull is taken to open the assessment month of its first event."""
    if part.kind != "VERSIONS":
        return part
    return replace(part, first=assessment_window(assessment_month(part.first, start_day), start_day)[0])


def _gaps(months: Sequence[date]) -> tuple[date, ...]:
    present, missing, month = set(months), [], months[0]
    while month <= months[-1]:
        if month not in present:
            missing.append(month)
        month = add_months(month, 1)
    return tuple(missing)


def _last_supported_month_end(coverage: Sequence[Coverage]) -> date:
    """The last month end for which the feeds that pace the bulletin are present; of all feeds where none of them is."""
    pacing = [part.until for part in coverage if feeds()[part.feed].paces_as_of] or [part.until for part in coverage]
    return last_month_end(min(pacing) - timedelta(days=1))


def _district_of(files: Sequence[Path]) -> str:
    """Read the district off the building codes, whose first six digits name it (SPEC 3.3, B01)."""
    codes: Counter[str] = Counter()
    for path in files:
        column = pl.read_parquet(path, columns=["building_code"], hive_partitioning=False)["building_code"].drop_nulls()
        codes.update(column.str.extract(r"^(\d{6})-?\d{3}-?\d+$").drop_nulls().to_list())
    return min(codes, key=lambda code: (-codes[code], code)) if codes else _FALLBACK_DISTRICT


def _ledger_digest(ledger: Ledger, known_at: datetime, found: Sequence[Standing]) -> str:
    """Hash what the ledger tells the build: the deliveries as they stand, and the office's tables.

    A repeated landing adds nothing to know, so it does not change the hash.
    """
    delivered = sorted(
        [*map(str, one.order), one.delivery.id, one.report.parse_key, one.file.name, one.status, stamp(one.known_at),
         str(one.adds), str(one.is_cumulative)]
        for one in found
    )  # fmt: skip
    configured = [event.id for event in ledger.events(known_at) if event.kind in _OFFICE_SAYS]
    return digest(canonical([delivered, configured]))
