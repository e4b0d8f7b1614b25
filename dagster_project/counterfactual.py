"""Builds beside the home: of what some other set of events would have given, and of what a release was made of.

Such a build has a home of its own below ``warehouse/counterfactual``, with the ledger that it is to know; the rows,
the raw files and the releases are the home's, which it only reads. It is removed when it is done, so that neither the
home's build nor anything that readers have knows of it.
"""

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import polars as pl

from common.contracts import feeds
from common.deliveries import deliveries, landings, rows_folder
from common.findings import findings_file
from common.home import Home
from common.ledger import Event, Ledger
from common.messages import LouyuError, Message
from dagster_project.run import Run

Tell = Callable[[Message], None]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a build is to know, and up to which day it speaks."""

    events: Sequence[Event]
    as_of: date
    known_at: datetime


@contextmanager
def beside(home: Home, events: Sequence[Event], *, with_rows: bool) -> Iterator[Home]:
    """Give a home beside a home that knows some events; ``with_rows`` it reads the rows that landed, else none has.

    The home must be held for writing: what a killed process left is removed first.
    """
    root = home.warehouse / "counterfactual"
    shutil.rmtree(root, ignore_errors=True)
    place = Home(root)
    place.ledger.mkdir(parents=True)
    try:
        for own, its in _shared(home, place, with_rows=with_rows):
            its.parent.mkdir(parents=True, exist_ok=True)
            if own.exists():
                its.symlink_to(own.resolve())
        if with_rows and home.judgements.exists():
            # what was judged of rows that the home has too is not judged again, and what is judged here stays here
            shutil.copytree(home.judgements, place.judgements)
        Ledger(place.ledger).add(events)
        yield place
    finally:
        shutil.rmtree(root, ignore_errors=True)


def _shared(home: Home, place: Home, *, with_rows: bool) -> Iterator[tuple[Path, Path]]:
    yield home.config, place.config
    yield home.releases, place.releases
    yield home.raw, place.raw
    yield home.raw.parent / "key.fingerprint", place.raw.parent / "key.fingerprint"
    if with_rows:
        yield home.rows, place.rows
        yield home.findings, place.findings


def figures_of(home: Home, asked: Asked, tell: Tell) -> pl.DataFrame:
    """Return the figures that a set of events gives with the present code, from the rows that landed."""
    with beside(home, asked.events, with_rows=True) as place:
        return _figures(place, asked, tell)


def figures_from_raw(home: Home, asked: Asked, tell: Tell) -> tuple[pl.DataFrame, int]:
    """Return the figures that a set of events gives with the present code, read anew from the raw files.

    Also returns of how many deliveries the raw files were destroyed by the retention rule: their rows are those that
    landed. Raises LouyuError where these are gone too.
    """
    from ingest.raw import vault

    with beside(home, asked.events, with_rows=False) as place:
        known = deliveries(landings(Ledger(place.ledger)))
        purged = [one for one in known if one.feed in feeds() and not vault.has_raw(home, one)]
        for one in purged:
            kept = list(rows_folder(home, one.feed).glob(f"{one.id}.*"))
            if not kept:
                raise LouyuError(
                    f"{one.path}({one.id})的原始文件已销毁,解析后的行也不在,无法重算。",
                    f"The raw files of {one.path} ({one.id}) were destroyed and its rows are gone, so it cannot be "
                    "rebuilt.",
                )
            rows_folder(place, one.feed).mkdir(parents=True, exist_ok=True)
            for path in kept:
                shutil.copyfile(path, rows_folder(place, one.feed) / path.name)
            found = findings_file(home, one.feed, one.id)
            if found.exists():
                findings_file(place, one.feed, one.id).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(found, findings_file(place, one.feed, one.id))
        return _figures(place, asked, tell, is_raw=True), len(purged)


def _figures(place: Home, asked: Asked, tell: Tell, *, is_raw: bool = False) -> pl.DataFrame:
    run = Run(place, place.inbox, asked.as_of, asked.known_at, tell)
    try:
        if is_raw:
            for _feed, _reports in run.parse(list(feeds())):
                pass
        run.resolve()
        run.load()
        run.transform()
    finally:
        run.close()
    if failed := run.failed_models():
        raise LouyuError(f"重算失败:{'; '.join(failed)}", f"The build failed: {'; '.join(failed)}")
    return pl.read_parquet(run.export() / "figure.parquet")
