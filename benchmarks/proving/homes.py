"""The homes in which gates are proved: everything up to the month before, then the last month clean or with a fault.

A home of a seed is made once: the deliveries received before :data:`SINCE` are run and published as simulated. The
last month's deliveries then arrive in a copy of it. Steps are those of ``louyu run`` without Dagster and without the
release, which shows what the plan decides and nothing more.
"""

import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import polars as pl

from benchmarks.faults.parcel import Parcel, opened
from common.clock import BEIJING
from common.contracts import feeds
from common.files import write_bytes, write_json
from common.home import Home
from common.machine import threads
from dagster_project.run import Run
from sample.delivery import Delivery
from sample.district import invent_deliveries

if TYPE_CHECKING:
    from ingest.workers import Workers

SINCE = datetime(2023, 10, 1, tzinfo=BEIJING)
"""What was received since then is the last month's."""
KNOWN_AT = datetime(2023, 10, 31, 18, tzinfo=BEIJING)
"""When the candidate is made: the corrections of November and December are not known."""
AS_OF = date(2023, 9, 30)
_BEFORE = date(2023, 8, 31)

_KEPT = "kept"
_BULKY = ("mart_enterprise_month_tax.parquet",)

_COPIED = ("landing", "ledger", "releases", "config")
"""What of a home a copy needs besides the warehouse's file; files there are replaced and never written into."""


@dataclass(frozen=True)
class District:
    """The deliveries of one seed, and where its homes lie."""

    seed: int
    folder: Path

    @cached_property
    def deliveries(self) -> Sequence[Delivery]:
        """Everything that is known by then, the oldest first."""
        invented = invent_deliveries(self.seed, "q3", lambda _: None)
        return sorted((one for one in invented if one.received_at < KNOWN_AT), key=lambda one: one.received_at)

    @cached_property
    def last(self) -> Sequence[Parcel]:
        """The last month's deliveries."""
        return [opened(one) for one in self.deliveries if one.received_at >= SINCE]

    def target(self, feed: str, part: str = "") -> Parcel:
        """Return the newest delivery of a feed whose name holds ``part``."""
        return [one for one in self.last if one.delivery.feed == feed and part in one.delivery.name][-1]

    def before(self, parcel: Parcel) -> Parcel:
        """Return what the same feed sent before a parcel."""
        feed, sent = parcel.delivery.feed, parcel.delivery.received_at
        return opened([one for one in self.deliveries if one.feed == feed and one.received_at < sent][-1])

    @property
    def base(self) -> Home:
        return Home(self.folder / f"seed{self.seed}" / "base")

    @property
    def clean(self) -> Home:
        return Home(self.folder / f"seed{self.seed}" / "clean")

    def prepare(self) -> None:
        """Make the home of the months before, published, and the clean last month in a copy of it."""
        if not (self.base.published / "louyu.duckdb").exists():
            shutil.rmtree(self.base.root, ignore_errors=True)
            send(self.base, (opened(one) for one in self.deliveries if one.received_at < SINCE))
            _publish(self.base)
        if not (self.clean.root / "done").exists():
            self.copy(self.clean)
            send(self.clean, self.last)
            keep(compute(take_in(self.clean)))
            write_bytes(self.clean.root / "done", b"")

    def published(self) -> pl.DataFrame:
        """Return what the release of the months before holds of each figure: figure_key and its values."""
        [sealed] = self.base.releases.glob("*/sealed/figure.parquet")
        return pl.read_parquet(sealed, columns=["figure_key", "value", "numerator", "denominator"])

    def copy(self, home: Home) -> None:
        """Make a copy of the home of the months before; files that are only ever replaced are shared."""
        shutil.rmtree(home.root, ignore_errors=True)
        for name in _COPIED:
            if (self.base.root / name).is_dir():
                shutil.copytree(self.base.root / name, home.root / name, copy_function=_share)
        self.copy_warehouse(home)
        # the ledger is written to at its end
        shutil.rmtree(home.ledger)
        shutil.copytree(self.base.ledger, home.ledger)
        if self.clean.rows.is_dir() and home != self.clean:
            _share_missing(self.clean.rows, home.rows)
            _share_missing(self.clean.findings, home.findings)

    def copy_warehouse(self, home: Home) -> None:
        """Give a home the warehouse of the months before, and no candidate."""
        shutil.rmtree(home.warehouse, ignore_errors=True)
        home.warehouse.mkdir(parents=True)
        shutil.copyfile(self.base.warehouse / "louyu.duckdb", home.warehouse / "louyu.duckdb")


def _share(source: str, target: str) -> None:
    os.link(source, target)


def _share_missing(source: Path, target: Path) -> None:
    """Let a home have the rows of clean deliveries, which it would parse to the same."""
    for path in source.rglob("*"):
        other = target / path.relative_to(source)
        if path.is_file() and not other.exists():
            other.parent.mkdir(parents=True, exist_ok=True)
            os.link(path, other)


def send(home: Home, parcels: Iterable[Parcel]) -> None:
    """Drop parcels into the inbox of a home, each with its sidecar first."""
    for parcel in parcels:
        path, sidecar = parcel.delivery.sidecar
        write_json(home.inbox / path, sidecar)
        for name, content in parcel.files():
            write_bytes(home.inbox / name, content)


class _Here:
    """Reads files in this process: a month's few files are no work for others, and starting those takes seconds."""

    def map(self, work: Callable[[Any], Any], jobs: Iterable[Any], size: Callable[[Any], int]) -> Iterator[Any]:
        """Do the work for each job."""
        del size
        return map(work, jobs)

    def close(self) -> None:
        """Have nothing to end."""


def take_in(home: Home, as_of: date = AS_OF, known_at: datetime = KNOWN_AT, *, pool: Any = None) -> Run:
    """Land and parse what is new in a home's inbox."""
    run = Run(home, home.inbox, as_of, known_at, _pool=cast("Workers", pool or _Here()))
    run.land()
    for _ in run.parse(list(feeds())):
        pass
    run.close()
    return run


def compute(run: Run) -> Run:
    """Compute the candidate of a home that took everything in; it is not judged yet."""
    run.resolve()
    run.load()
    run.transform()
    run.export()
    run.protect()
    return run


class Kept(Run):
    """A run of which only the candidate and what dbt's tests said are left, to be judged by the gates as they are."""

    @property
    def candidate(self) -> Path:
        return self.home.candidates / _KEPT

    @property
    def identity(self) -> Path:
        return self.home.warehouse / "identity" / _KEPT

    @cached_property
    def stands(self) -> bool:
        return False


def keep(run: Run) -> None:
    """Leave of a home what :class:`Kept` needs: the candidate, and what dbt's tests said."""
    run.candidate.replace(run.home.candidates / _KEPT)
    run.identity.replace(run.home.warehouse / "identity" / _KEPT)
    (run.home.warehouse / "louyu.duckdb").unlink()
    for name in ("building_figure.parquet", *_BULKY):
        (run.home.candidates / _KEPT / name).unlink(missing_ok=True)


def kept(home: Home) -> Kept:
    """Return the run of a home of which :func:`keep` left a part."""
    return Kept(home, home.inbox, AS_OF, KNOWN_AT)


def _publish(home: Home) -> None:
    from ingest.workers import Workers
    from publish.life.acts import publish_release

    run = compute(take_in(home, _BEFORE, SINCE, pool=Workers(threads())))
    run.judge()
    publish_release(home, run.release().id, simulated=True)
