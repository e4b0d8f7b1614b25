"""The totals that a file gives for its columns, beside the sums of its rows (B-LAY-04).

A grand total is of all rows of its sheet. A subtotal is of a run of rows right above or right below it, up to another
total or to the edge of the table; subtotals that stand together may be of the run together.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import groupby
from typing import NamedTuple

import polars as pl

from common.keys import Pseudonymiser
from common.notes import Noted
from common.rows import ADDRESS
from common.rules import Place
from ingest.files.grids import ROW
from ingest.files.xlsx import letters
from ingest.tables.asides import COVERS, SUMMED
from ingest.tables.sources import Source
from ingest.values.convert import convert
from ingest.values.parsers import Context

_SHEET = ("file", "sheet")
_ABOVE = "above"
"""The row of the last total above a record; 0 where there is none."""


@dataclass(frozen=True, slots=True)
class ControlTotal:
    """A total that a file itself gives for a column, beside the sum of its rows, in the stored unit."""

    column: str
    stated: Decimal
    summed: Decimal
    place: Place
    """Where the file says it, in the source's own words."""
    file: str = field(default="", compare=False)
    is_partial: bool = False
    """It is of some rows only, and does not add up."""


class _Stated(NamedTuple):
    """One total of a sheet: its row, whether it covers all rows, and what it says; with the sum of the rows above."""

    row: int
    covers_all: bool
    amount: Decimal
    above: Decimal


class Totals:
    """Gathers the totals and the sums of a section, batch after batch."""

    def __init__(self, sources: Mapping[str, Source]) -> None:
        self._sources = {name: source for name, source in sources.items() if source.column.type in SUMMED}
        self._stated: list[pl.DataFrame] = []
        self._sums: list[pl.DataFrame] = []
        self._unreadable: set[str | None] = set()
        """Headers of columns in which a value was refused: their sum is not the sum of the file."""

    def add(self, totals: pl.DataFrame, typed: pl.DataFrame, problems: Iterable[Noted]) -> None:
        """Take in one batch: its records that are totals, its typed rows, what was found in their values."""
        self._stated.append(totals.filter(pl.col(COVERS).is_not_null()))
        if self._sources:
            rows = _below(typed.select(*_SHEET, ROW, *self._sources), pl.concat(self._stated, how="diagonal"))
            self._sums.append(
                rows.group_by(*_SHEET, _ABOVE, maintain_order=True).agg(pl.col(list(self._sources)).sum())
            )
        self._unreadable |= {finding.place.column for _, finding in problems if finding.action == "QUARANTINE"}

    def compared(self) -> Iterator[ControlTotal]:
        """Compare the totals of each sheet with the sums of its rows, where every row could be read.

        The last grand total is given in any case, subtotals only where they do not add up.
        """
        totals = pl.concat(self._stated, how="diagonal")
        if totals.is_empty() or not self._sums:
            return
        sums = pl.concat(self._sums)
        for name, source in self._sources.items():
            if len(source.places) != 1 or source.header in self._unreadable:
                continue
            stated = convert(totals[str(source.places[0])], Context(source.column, source.unit, Pseudonymiser(0, b"")))
            told = totals.select(*ADDRESS, COVERS).with_columns(stated.values.alias("stated")).drop_nulls("stated")
            is_only = told.filter(pl.col(COVERS) == "all").select(_SHEET).n_unique() == 1
            everything = Decimal(sums[name].sum() or 0) if is_only else None
            for (file, sheet), own in told.group_by(_SHEET, maintain_order=True):
                here = pl.col("file").eq(file) & pl.col("sheet").eq_missing(pl.lit(sheet, pl.String))
                runs = sums.filter(here).group_by(_ABOVE).agg(pl.col(name).sum()).rows()
                checked = _checked(own.select(ROW, COVERS, "stated").rows(), runs, everything)
                for row, amount, summed, is_partial in checked:
                    place = Place(sheet, row, source.header, f"{letters(source.places[0])}{row}")
                    yield ControlTotal(name, amount, summed, place, file, is_partial)


def _below(rows: pl.DataFrame, totals: pl.DataFrame) -> pl.DataFrame:
    """Add to each row the number of the last total above it in its sheet."""
    if totals.is_empty():
        return rows.with_columns(pl.lit(0, pl.Int64).alias(_ABOVE))
    marks = totals.select(pl.col("file"), pl.col("sheet").fill_null(""), ROW, pl.col(ROW).alias(_ABOVE)).sort(ROW)
    keyed = rows.with_columns(pl.col("sheet").fill_null("")).with_row_index("n").sort(ROW)
    joined = keyed.join_asof(marks, on=ROW, by=list(_SHEET), strategy="backward", check_sortedness=False).sort("n")
    return rows.with_columns(joined[_ABOVE].fill_null(0))


def _checked(
    totals: Sequence[tuple[int, str, object]], runs: Sequence[tuple[int, object]], everything: Decimal | None
) -> Iterator[tuple[int, Decimal, Decimal, bool]]:
    """Give the last grand total of a sheet, and its subtotals that are the sum of no run of rows.

    Each is given as its row, what it says, the sum of the rows it should be of, and whether it is a subtotal.
    ``everything`` is the sum of all sheets, which the only grand total of a list that goes on over several may be.
    """
    amounts = {row: Decimal(str(amount or 0)) for row, amount in runs}
    whole = sum(amounts.values(), Decimal(0))
    above, known = Decimal(0), dict[int, Decimal]()
    for row in sorted({*amounts, *(row for row, *_ in totals)}):
        known[row] = above
        above += amounts.get(row, Decimal(0))
    stated = [_Stated(row, covers == "all", Decimal(str(amount)), known[row]) for row, covers, amount in totals]
    edges = {Decimal(0), whole, *(one.above for one in stated)}
    grand = [one for one in stated if one.covers_all]
    last = grand[-1] if grand else None
    if last:
        said = whole if _are_parts(grand, whole) else last.amount
        yield last.row, said, everything if said == everything else whole, False
    for _, together in groupby((one for one in stated if one is not last), key=lambda one: one.above):
        block = list(together)
        if _is_run(sum((one.amount for one in block), Decimal(0)), block[0].above, edges):
            continue
        for one in block:
            if not _is_run(one.amount, one.above, edges):
                before = next((edge.above for edge in reversed(stated) if edge.row < one.row), Decimal(0))
                yield one.row, one.amount, one.above - before, True


def _are_parts(grand: Sequence[_Stated], whole: Decimal) -> bool:
    """Tell whether totals that are all called 合计 are of one part of the sheet each, as of a street."""
    before = [Decimal(0), *(one.above for one in grand)]
    each = all(one.amount == one.above - edge for one, edge in zip(grand, before, strict=False))
    return len(grand) > 1 and each and grand[-1].above == whole


def _is_run(amount: Decimal, above: Decimal, edges: Collection[Decimal]) -> bool:
    """Tell whether an amount is the sum of rows between its place and another total or an edge of the table."""
    return above - amount in edges or above + amount in edges
