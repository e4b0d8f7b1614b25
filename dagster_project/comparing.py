"""The differences between two releases, each taken apart by cause through builds that never were (DESIGN 2.9)."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

import polars as pl

from common.clock import parse_moment
from common.files import read_json
from common.home import Home
from common.ledger import Event, Ledger
from common.messages import LouyuError, Message
from dagster_project.counterfactual import Asked, Tell, beside, figures_from_raw, figures_of
from publish.differences import PARTS, Step, behind, different, taken_apart
from publish.shelf import Release
from review.judgement import Standing
from review.standing import standings
from warehouse.cut import code_digest
from warehouse.knowledge import (
    Change,
    changes_between,
    events_of,
    with_definitions,
    without_corrections,
)

_DATA = ("definition", "late_data", "source_correction")


@dataclass(frozen=True, slots=True)
class Built:
    """A release as a build: what it knew, how its deliveries stood, and by which code it was computed."""

    release: Release
    asked: Asked
    code: str

    @property
    def figures(self) -> pl.DataFrame:
        """What it computed, as it was kept."""
        return pl.read_parquet(self.release.sealed / "figure.parquet")


@dataclass(frozen=True, slots=True)
class Differences:
    """What differs between two releases, and what lies between them."""

    figures: pl.DataFrame
    """The rows of :func:`publish.differences.taken_apart`."""
    changes: Sequence[Change]
    because: Sequence[Sequence[int]]
    """By row of figures the places in changes of what may touch it; what moved it by nothing is not told."""

    def rows(self) -> Iterator[dict[str, Any]]:
        """Yield each difference as ``louyu release diff --format json`` tells it."""
        told = [asdict(change) for change in self.changes]
        for number, row in enumerate(self.figures.iter_rows(named=True)):
            parts = {name: row.pop(name) for name in PARTS}
            touching = [told[place] for place in self.because[number] if parts[told[place]["cause"]]]
            yield {**row, "causes": parts if row["difference"] is not None else None, "because": touching}


def built(home: Home, release: Release) -> Built:
    """Read a release as a build. Raises LouyuError where it keeps no evidence, or the ledger no longer knows all."""
    if not (release.sealed / "figure.parquet").exists():
        raise LouyuError(
            f"批次 {release.id} 没有封存的计算结果,无法比较或重算。",
            f"The release {release.id} keeps no sealed figures, so it can be neither compared nor rebuilt.",
        )
    context = read_json(release.sealed / "context.json")
    known_at = parse_moment(context["known_at"])
    delivered = frozenset(pl.read_parquet(release.sealed / "delivery.parquet")["delivery_id"])
    events = events_of(Ledger(home.ledger), delivered, known_at)
    return Built(release, Asked(events, date.fromisoformat(context["as_of"]), known_at), context["code"])


def compared(home: Home, a: Release, b: Release, tell: Tell) -> Differences:
    """Compare what readers of two releases see, and take each difference apart. The home must be held for writing.

    Raises LouyuError for releases of different districts, and where one cannot be built again though it must be.
    """
    if a.subject[:2] != b.subject[:2]:
        raise LouyuError(f"{a.id} 与 {b.id} 不属于同一区。", f"{a.id} and {b.id} are not of the same district.")
    figures = different(a, b)
    before, after = built(home, a), built(home, b)
    changes = changes_between(
        _standing(home, before), _standing(home, after), before.asked.events, after.asked.events
    )  # fmt: skip
    tell(Message(f"{figures.height} 个数值不同,其间有 {len(changes)} 项新情况",
                 f"{figures.height} figures differ, {len(changes)} things were learnt in between"))  # fmt: skip
    parted = taken_apart(figures, a, b, list(_steps(home, before, after, changes, tell)) if figures.height else [])
    touching = behind(parted, a, b, [asdict(change) for change in changes])
    return Differences(parted, changes, [touching.get(row, []) for row in range(parted.height)])


def _standing(home: Home, one: Built) -> list[Standing]:
    with beside(home, one.asked.events, with_rows=True) as place:
        found = standings(place, one.asked.known_at)
        # the rows are the home's own, and outlive the home beside it
        return [replace(known, landed=replace(known.landed, file=known.file.resolve())) for known in found]


def _steps(home: Home, a: Built, b: Built, changes: Sequence[Change], tell: Tell) -> Iterator[Step]:
    """Yield the builds from what one release computed to what the other did.

    Only those are made that part one cause from the next; what a release computed with the present code stands for the
    build of what it knew. Builds use the present code: where neither release was computed by it, what it gives
    otherwise is counted as code.
    """
    present, known = code_digest(), {change.cause for change in changes}
    if a.asked.as_of != b.asked.as_of:
        known.add("late_data")
    causes = [cause for cause in _DATA if cause in known]
    if not causes or (a.code == b.code and len(causes) == 1):
        yield Step(causes[0] if causes else "code", b.figures)
        return
    if a.code != present:
        yield Step("code", _built(home, a.asked, "code", tell))
    for cause in causes[:-1]:
        yield Step(cause, _built(home, _until(cause, a, b, changes), cause, tell))
    if b.code == present:
        yield Step(causes[-1], b.figures)
    else:
        yield Step(causes[-1], _built(home, b.asked, causes[-1], tell))
        yield Step("code", b.figures)


def _until(cause: str, a: Built, b: Built, changes: Sequence[Change]) -> Asked:
    """Return what is known once a cause is added to those before it."""
    if cause == "definition":
        events: Sequence[Event] = with_definitions(a.asked.events, b.asked.events, a.asked.known_at)
        return Asked(events, a.asked.as_of, a.asked.known_at)
    return Asked(
        without_corrections(a.asked.events, b.asked.events, changes), b.asked.as_of, b.asked.known_at
    )  # fmt: skip


_STEPS = {
    "code": Message("现行程序、原截点", "present code, old cut"),
    "definition": Message("新口径、原数据", "new definitions, old data"),
    "late_data": Message("加上迟报数据", "with the late data"),
    "source_correction": Message("加上来源更正", "with the source corrections"),
}


def _built(home: Home, asked: Asked, cause: str, tell: Tell) -> pl.DataFrame:
    said = _STEPS[cause]
    tell(Message(f"反事实计算:{said.zh}", f"counterfactual build: {said.en}"))
    return figures_of(home, asked, tell)


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """A release built anew from what it was made of, beside what it holds."""

    figures: int
    different: pl.DataFrame
    """figure_key and the columns in which the two differ; the rows that only one has name the side."""
    schema: tuple[str, ...]
    """Columns whose types differ."""
    purged: int
    """Deliveries whose raw files are destroyed, so that their landed rows were taken."""
    is_same_code: bool

    @property
    def is_equal(self) -> bool:
        return not self.schema and self.different.is_empty()


def rebuilt(home: Home, release: Release, tell: Tell) -> Rebuilt:
    """Build a release anew from its raw deliveries at its cut, and compare every figure exactly, types included.

    The home must be held for writing. Raises LouyuError where something that it was made of is gone.
    """
    one = built(home, release)
    found, purged = figures_from_raw(home, one.asked, tell)
    kept = one.figures
    columns = dict.fromkeys((*kept.schema, *found.schema))
    schema = tuple(name for name in columns if kept.schema.get(name) != found.schema.get(name))
    differing = unlike(kept, found, [name for name in columns if name not in schema])
    return Rebuilt(kept.height, differing, schema, purged, one.code == code_digest())


def unlike(kept: pl.DataFrame, found: pl.DataFrame, columns: Sequence[str]) -> pl.DataFrame:
    """Return figure_key and ``differs`` for each figure that is not the same in two builds: columns, or the side."""
    both = kept.with_columns(was=True).join(
        found.with_columns(now=True), on="figure_key", how="full", coalesce=True, suffix="_now"
    )
    rest = [name for name in columns if name != "figure_key"]
    named = [pl.when(pl.col(name).ne_missing(pl.col(f"{name}_now"))).then(pl.lit(name)) for name in rest]
    side = (
        pl.when(pl.col("now").is_null()).then(pl.lit("only in the release"))
        .when(pl.col("was").is_null()).then(pl.lit("only in the rebuild"))
        .otherwise(pl.concat_str(named, separator=", ", ignore_nulls=True))
    )  # fmt: skip
    told = both.select("figure_key", side.alias("differs"))
    return told.filter(pl.col("differs").is_not_null() & (pl.col("differs") != "")).sort("figure_key")
