"""What a layout makes of one sample file, before anything is delivered: the work of ``louyu layout check``.

Nothing is written and no key is asked for: personal values leave here masked.
"""

import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import polars as pl

from common.contracts import Column, Feed, Layout, LayoutColumn, feeds
from common.keys import Pseudonymiser
from common.rows import ADDRESS
from common.rules import Refusal
from ingest.outcome import Outcome
from ingest.parse import parse
from ingest.raw.inbox import Arrival
from ingest.tables.layouts import Places, names_in, open_layout

Use = Literal["MAPPED", "CONSTANT", "PERIOD", "ABSENT", "MISSING", "IGNORED", "UNMAPPED"]
_FIRST_ROWS = 3
_EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class Mapping:
    """One source column and the canonical column that it fills; either side may be empty."""

    source: str | None
    column: str | None
    use: Use
    type: str | None = None
    unit: str | None = None
    is_required: bool = False


@dataclass(frozen=True, slots=True)
class Checked:
    """A sample file as a layout reads it."""

    layout: Layout
    mapping: tuple[Mapping, ...]
    rows: tuple[dict[str, Any], ...]
    """The first rows as typed, personal values masked, without the columns that this file leaves empty."""
    problems: tuple[dict[str, Any], ...]
    outcome: Outcome

    @property
    def passes(self) -> bool:
        """Whether the file is of this layout, and not so much of it waits that the layout must be wrong."""
        return self.outcome.status == "ACCEPTED" and not self.outcome.questions


def check(file: Path, layout: Layout) -> Checked:
    """Read a file, and the sidecar beside it, by one layout. Writes nothing; never raises for what a file holds."""
    feed = feeds()[layout.feed]
    content = file.read_bytes()
    delivery = Arrival(feed.id, file, (file,)).landing(file.parent)
    outcome = parse(delivery, [(file.name, content)], Pseudonymiser(0, secrets.token_bytes(32)), layout=layout)
    return Checked(
        layout,
        tuple(_mapping(feed, layout, _names(content, layout), outcome)),
        tuple(_first_rows(feed, outcome.rows)),
        tuple(_problems(outcome.findings)),
        outcome,
    )


def _names(content: bytes, layout: Layout) -> Sequence[str | None]:
    """Return the names of a file's columns, of the grid that has most of the layout's; none of an unreadable file."""
    try:
        named = [names_in(grid, layout)[1] for grid in open_layout(content, layout).grids if grid.head]
    except Refusal:
        return ()
    return max(named, key=lambda names: len(_present(layout.sources, names)), default=())


def _present(wanted: Iterable[str], names: Sequence[str | None]) -> list[str]:
    places = Places(names)
    return [name for name in wanted if places.find(name) is not None]


def _mapping(feed: Feed, layout: Layout, names: Sequence[str | None], outcome: Outcome) -> Iterator[Mapping]:
    """Yield the columns of the contract in their order, then what of the file fills none of them."""
    for column in feed.columns:
        given = layout.columns.get(column.name, LayoutColumn())
        unit = _unit(column, layout, outcome)
        if given.sources:
            there = _present(given.sources, names)
            use: Use = "MAPPED" if there else "ABSENT" if given.optional else "MISSING"
            yield Mapping(" + ".join(there or given.sources), column.name, use, column.type, unit, column.required)
        elif given.is_given:
            use = "ABSENT" if given.absent else "PERIOD" if given.file_name else "CONSTANT"
            yield Mapping(given.constant, column.name, use, column.type, unit, column.required)
        elif column.required and column.name != feed.sheet_is:
            yield Mapping(None, column.name, "MISSING", column.type, unit, True)
    mapped = {name for given in layout.columns.values() for name in given.sources}
    yield from (Mapping(name, None, "IGNORED") for name in _present(layout.ignored, names) if name not in mapped)
    known = {place for name in layout.sources if (place := Places(names).find(name)) is not None}
    yield from (Mapping(name, None, "UNMAPPED") for place, name in enumerate(names) if name and place not in known)


def _unit(column: Column, layout: Layout, outcome: Outcome) -> str | None:
    """Return the unit of a quantity, or the zone of a time."""
    if column.type == "timestamp":
        return layout.time_zone or "Asia/Shanghai"
    return outcome.units.get(column.name)


def _first_rows(feed: Feed, rows: pl.DataFrame) -> Iterator[dict[str, Any]]:
    hidden = {column.name for column in feed.stored if feed.class_of(column) == "S4"}
    shown = [column.name for column in feed.stored if not rows[column.name].is_null().all()]
    for row in rows.head(_FIRST_ROWS).select(*ADDRESS, *shown).iter_rows(named=True):
        masked = {name: "***" for name in shown if name in hidden and row[name] is not None}
        yield {"row": row["row_no"]} | {name: row[name] for name in shown} | masked


def _problems(findings: pl.DataFrame) -> Iterator[dict[str, Any]]:
    """Yield one record for each rule, action and column: how often, and the first examples."""
    groups = findings.group_by("rule_id", "action", "column", maintain_order=True)
    for (rule_id, action, column), group in groups:
        first = group.row(0, named=True)
        examples = group.select("sheet", pl.col("row_no").alias("row"), "value").head(_EXAMPLES).to_dicts()
        yield {"rule_id": rule_id, "action": action, "column": column, "count": group.height, "examples": examples,
               "message_zh": first["message_zh"], "message_en": first["message_en"]}  # fmt: skip
