"""Grids under one header: what they are read by, and how a finding in them is addressed in the source's own words.

Sheets, or pages, with the same header are one section and are read together (B-LAY-08); every record keeps
its own file, sheet and row.
"""

from dataclasses import dataclass

import polars as pl

from common.contracts import Column, Feed, Layout
from common.notes import Noted
from common.rows import ADDRESS
from common.rules import Action, Finding, Place
from ingest.files.grids import Grid
from ingest.files.xlsx import letters
from ingest.tables.headers import Header, SourceColumn
from ingest.tables.rows import Address


@dataclass(frozen=True, slots=True)
class Section:
    """Grids that share a header, each with the name of its file, and the contract and layout they are read by."""

    feed: Feed
    layout: Layout | None
    header: Header
    grids: tuple[tuple[str, Grid], ...]

    @property
    def first(self) -> Grid:
        """The first grid; the others are of the same kind."""
        return self.grids[0][1]

    @property
    def somewhere(self) -> Address:
        """The address of what concerns the whole section."""
        file, grid = self.grids[0]
        return file, grid.sheet, None

    def headed(self, column: Column) -> SourceColumn | None:
        """Return where a column stands: under its own header, or in a span with its counterpart."""
        columns = self.header.columns
        return columns.get(column.name) or (columns.get(column.span) if column.span else None)

    def at(
        self, rule: str, action: Action, address: Address, column: str | None = None, value: str | None = None,
        **facts: object,
    ) -> Noted:  # fmt: skip
        """Address a finding by file, sheet, row, the source's own header and the cell."""
        file, sheet, row = address
        source = self.headed(self.feed.by_name[column]) if column else None
        cell = None
        if source and row is not None:
            keys = self.first.keys
            cell = f"/{row - 1}/{keys[source.places[0]]}" if keys else f"{letters(source.places[0])}{row}"
        return file, Finding(rule, action, Place(sheet, row, source.header if source else None, cell), value, facts)

    def each(self, records: pl.DataFrame, rule: str, action: Action) -> list[Noted]:
        """Make the same finding of each of some records."""
        return [self.at(rule, action, address) for address in records.select(ADDRESS).iter_rows()]


def places(body: pl.DataFrame) -> list[str]:
    """Return the names of the columns of a batch that hold cells: 0, 1, …"""
    return [name for name in body.columns if name.isdigit()]
