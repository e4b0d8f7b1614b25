"""A section to typed rows, batch by batch: what is data, what must wait, what is set aside.

The books balance: each non-empty record below a header is accepted, quarantined or set aside. Only the accepted
rows leave here whole; each step has a module of its own.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from common.exports import unescaped_cells
from common.keys import Pseudonymiser
from common.notes import Noted, told_once
from common.rows import ADDRESS, PLACE_SCHEMA, at_places, without_places
from ingest.files.grids import BATCH_ROWS, ROW
from ingest.tables.asides import sort_out
from ingest.tables.columns import check_columns
from ingest.tables.filling import FillDown
from ingest.tables.misshapen import misshapen
from ingest.tables.rows import check_rows
from ingest.tables.sections import Section, places
from ingest.tables.sources import sources_of, unit_notes
from ingest.tables.totals import ControlTotal, Totals
from ingest.tables.typed import control_texts, missing_values, typed_columns

WAITING = {**PLACE_SCHEMA, "worth": pl.String()}


@dataclass(frozen=True, slots=True)
class Table:
    """The outcome of a section, apart from the rows, which went to where they are kept."""

    findings: tuple[Noted, ...]
    read: int
    seen: int
    """All records below the header, empty ones too."""
    quarantined: int
    set_aside: int
    control_totals: tuple[ControlTotal, ...] = ()
    units: dict[str, str] = field(default_factory=dict)
    waiting: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=WAITING))
    """The quarantined rows that are known to be worth something: ADDRESS, worth."""


def read_section(
    section: Section, pseudonymise: Pseudonymiser, received_on: date,
    keep: Callable[[pl.DataFrame], None], unit: str | None = None,
) -> Table:  # fmt: skip
    """Turn the records of a section into typed rows by its contract, and a layout where one applies.

    The accepted rows are handed to ``keep`` batch by batch: ADDRESS, then the contract's stored columns.
    ``unit`` is what somebody answered that its amounts of money, or its areas, are in, whatever the file says.
    """
    sources, fill_down = sources_of(section, unit), FillDown(section)
    totals = Totals(sources)
    tally = _Tally(list(unit_notes(section, sources)))
    for body in _bodies(section, tally):
        parts = sort_out(section, body)
        findings = section.each(parts.totals, "B-LAY-03", "AUTO") + section.each(parts.footers, "B-LAY-09", "AUTO")
        findings += section.each(parts.headings, "B-LAY-01", "AUTO")
        findings += misshapen(section, parts.data)
        data, filled = fill_down.fill(parts.data)
        typed, problems = typed_columns(section, sources, data, pseudonymise)
        totals.add(parts.totals, typed, problems)
        findings += filled + problems + missing_values(section, typed, sources, problems)
        controls = control_texts(section, data)
        checked, marks = check_columns(section.feed, typed, controls)
        checked, further = check_rows(section.feed, checked, controls, received_on)
        for mark in (*marks, *further):
            findings.append(section.at(mark.rule, mark.action, mark.address, mark.column, mark.value, **mark.facts))
        refused = {(file, f.place.sheet, f.place.row) for file, f in findings if f.action == "QUARANTINE"}
        accepted = without_places(checked, refused)
        if section.feed.worth and refused:
            tally.waiting.append(worth(at_places(typed, refused), section.feed.worth))
        keep(accepted)
        tally.findings += findings
        tally.read += body.height
        tally.quarantined += typed.height - accepted.height
        tally.set_aside += body.height - data.height
    return Table(
        tuple(told_once(tally.findings)),
        tally.read,
        tally.seen,
        tally.quarantined,
        tally.set_aside,
        tuple(totals.compared()),
        {name: source.unit.word for name, source in sources.items() if source.unit},
        pl.concat([pl.DataFrame(schema=WAITING), *tally.waiting]),
    )


def worth(rows: pl.DataFrame, column: str) -> pl.DataFrame:
    """Return the rows of which is known what they are worth, with that: ADDRESS, worth."""
    return rows.select(*ADDRESS, pl.col(column).abs().cast(pl.String).alias("worth")).drop_nulls("worth")


@dataclass(slots=True)
class _Tally:
    """The books of the batches read so far."""

    findings: list[Noted]
    read: int = 0
    seen: int = 0
    """All records, empty ones too."""
    quarantined: int = 0
    set_aside: int = 0
    waiting: list[pl.DataFrame] = field(default_factory=list)


def _bodies(section: Section, tally: _Tally) -> Iterator[pl.DataFrame]:
    """Give the non-empty records below the header: their address and one text column for each place.

    Small grids, such as the pages of a pull, and the ends of large ones are put together, because every batch has its
    fixed cost.
    """
    first, gathered = section.header.first_data_row, list[pl.DataFrame]()
    for file, grid in section.grids:
        where = [pl.lit(file).alias("file"), pl.lit(grid.sheet, pl.String).alias("sheet")]
        for batch in grid.batches():
            records = batch.filter(pl.col(ROW) > first) if batch.item(0, ROW) <= first else batch
            tally.seen += records.height
            if gathered and sum(part.height for part in gathered) + records.height > BATCH_ROWS:
                yield _body(section, gathered)
                gathered = []
            gathered.append(records.select(*where, pl.all()))
    yield _body(section, gathered)


def _body(section: Section, parts: Sequence[pl.DataFrame]) -> pl.DataFrame:
    texts = ["file", "sheet", *map(str, range(section.header.width))]
    none = pl.DataFrame(schema={name: pl.String() for name in texts} | {ROW: pl.Int64()}).select(*ADDRESS, *texts[2:])
    body = _without_empty_ends(pl.concat([none, *parts], how="diagonal"), section.header.width)
    cells = places(body)
    if body.select(pl.any_horizontal(pl.col(cells).str.starts_with("'").any())).item():
        body = body.with_columns(unescaped_cells(cells))
    filled = pl.any_horizontal(pl.col(cells).is_not_null())
    return body.filter(filled) if not body.select(filled.all()).item() else body


def _without_empty_ends(body: pl.DataFrame, width: int) -> pl.DataFrame:
    """Leave out the empty columns beyond the header: one stray cell at the end of a sheet makes thousands of them."""
    beyond = [name for name in places(body) if int(name) >= width]
    empty = body.select(pl.col(beyond).is_null().all()).row(0) if beyond else ()
    return body.drop(name for name, is_empty in zip(beyond, empty, strict=True) if is_empty)
