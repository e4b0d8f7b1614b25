"""The totals that a file gives for its columns, beside the sums of its rows (B-LAY-04)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

import polars as pl

from common.keys import Pseudonymiser
from common.notes import Noted
from common.rows import ADDRESS
from common.rules import Place
from ingest.parsers import Context
from ingest.sources import Source
from ingest.values import convert
from ingest.xlsx import letters

_SUMMED = ("money", "area", "integer")
_SHEET = ("file", "sheet")


@dataclass(frozen=True, slots=True)
class ControlTotal:
    """A total that a file itself gives for a column, beside the sum of its rows, in the stored unit."""

    column: str
    stated: Decimal
    summed: Decimal
    place: Place
    """Where the file says it, in the source's own words."""
    file: str = field(default="", compare=False)


class Totals:
    """Gathers the totals and the sums of a section, batch after batch."""

    def __init__(self, sources: Mapping[str, Source]) -> None:
        self._sources = {name: source for name, source in sources.items() if source.column.type in _SUMMED}
        self._stated: list[pl.DataFrame] = []
        self._sums: list[pl.DataFrame] = []
        self._unreadable: set[str | None] = set()
        """Headers of columns in which a value was refused: their sum is not the sum of the file."""

    def add(self, grand_totals: pl.DataFrame, typed: pl.DataFrame, problems: Iterable[Noted]) -> None:
        """Take in one batch: its records that are totals of a sheet, its typed rows, what was found in their values."""
        self._stated.append(grand_totals)
        if self._sources:
            self._sums.append(typed.group_by(_SHEET, maintain_order=True).agg(pl.col(list(self._sources)).sum()))
        self._unreadable |= {finding.place.column for _, finding in problems if finding.action == "QUARANTINE"}

    def compared(self) -> Iterator[ControlTotal]:
        """Compare the last grand total of each sheet with the sum of its rows, where every row could be read."""
        grand_totals = pl.concat(self._stated, how="diagonal")
        if grand_totals.is_empty():
            return
        last = grand_totals.group_by(_SHEET, maintain_order=True).last()
        for name, source in self._sources.items():
            if len(source.places) != 1 or source.header in self._unreadable:
                continue
            stated = convert(last[str(source.places[0])], Context(source.column, source.unit, Pseudonymiser(0, b"")))
            sums = pl.concat(self._sums).group_by(_SHEET).agg(pl.col(name).sum().alias("summed"))
            beside = last.select(ADDRESS).with_columns(stated.values.alias("stated"))
            compared = beside.join(sums, on=_SHEET, how="left", nulls_equal=True, maintain_order="left")
            for file, sheet, row, total, summed in compared.drop_nulls("stated").iter_rows():
                place = Place(sheet, row, source.header, f"{letters(source.places[0])}{row}")
                yield ControlTotal(name, Decimal(total), Decimal(summed or 0), place, file)
