"""Rows as their sender wrote them, found again in the raw file: what is sent back to be mended (SPEC 5)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from common.contracts import Feed, layouts
from common.rules import Refusal
from ingest.headers import Header, Vocabulary, find_header
from ingest.readers import Cell, Grid, open_file

Address = tuple[str, str | None, int]
"""File, sheet and row."""


@dataclass(frozen=True, slots=True)
class Heading:
    """What stands above one column of the source, from the group down, and which column of the contract it is."""

    path: tuple[str, ...]
    column: str | None


@dataclass(frozen=True, slots=True)
class Originals:
    """Rows of one sheet, with the source's own headings in the order of the contract; the rest stands behind."""

    headings: tuple[Heading, ...]
    unit_line: str | None
    rows: Mapping[Address, tuple[Cell, ...]]


def originals(
    feed: Feed, layout: str | None, files: Sequence[tuple[str, bytes]], wanted: frozenset[Address]
) -> list[Originals]:
    """Find rows again in the bytes that they were read from. Pure, as parsing is.

    A value that stands once for several rows is repeated in each of them, and a sheet's name that stands for a
    column becomes one, because the rows leave their sheet. A file that can no longer be read gives no rows.
    """
    found = []
    sheets = {(file, sheet) for file, sheet, _ in wanted}
    for name, content in files:
        for grid in _grids(name, content, layout, sheets):
            try:
                header = find_header(grid, Vocabulary(feed, layouts().get(layout or "")))
            except Refusal:
                header = None
            if header is not None:
                rows = [row for file, sheet, row in wanted if (file, sheet) == (name, grid.sheet)]
                found.append(_Sheet(feed, name, grid, header).taken([row for row in rows if row <= len(grid.cells)]))
    return found


def _grids(name: str, content: bytes, layout: str | None, sheets: set[tuple[str, str | None]]) -> Iterator[Grid]:
    given = layouts().get(layout or "")
    how = {"encoding": given.encoding, "delimiter": given.delimiter, "records": given.records} if given else {}
    try:
        opened = open_file(content, **how)
    except Refusal:
        return
    yield from (grid for grid in opened.grids if (name, grid.sheet) in sheets)


@dataclass(frozen=True, slots=True)
class _Sheet:
    feed: Feed
    file: str
    grid: Grid
    header: Header

    def taken(self, rows: Sequence[int]) -> Originals:
        places = self._places()
        headings = tuple(Heading(self.header.paths[place], column) for place, column in places)
        named = self.feed.sheet_is if self.feed.sheet_is not in self.header.columns else None
        if named:
            headings = (Heading((self.feed.by_name[named].zh,), named), *headings)
        beyond = max((len(self._cells(row)) for row in rows), default=0) - len(self.header.paths)
        headings += tuple(Heading((f"多出的列{n}",), None) for n in range(1, beyond + 1))
        order = [place for place, _ in places] + [len(self.header.paths) + n for n in range(max(beyond, 0))]
        front: tuple[Cell, ...] = (self.grid.sheet,) if named else ()
        taken = {
            (self.file, self.grid.sheet, row): (*front, *(self._cell(row, place) for place in order)) for row in rows
        }
        return Originals(headings, self.header.unit_line, taken)

    def _places(self) -> list[tuple[int, str | None]]:
        """Order the headed places by the contract; what it does not know comes last."""
        mapped = {place: name for name, source in self.header.columns.items() for place in source.places}
        rank = {column.name: number for number, column in enumerate(self.feed.columns)}
        headed = [place for place, path in enumerate(self.header.paths) if path]
        ordered = sorted(headed, key=lambda place: (rank.get(mapped.get(place, ""), len(rank)), place))
        return [(place, mapped.get(place)) for place in ordered]

    def _cells(self, row: int) -> list[Cell]:
        return self.grid.cells[row - 1] if 0 < row <= len(self.grid.cells) else []

    def _cell(self, row: int, place: int) -> Cell:
        cells = self._cells(row)
        value = cells[place] if place < len(cells) else None
        if value is not None or not self._is_filled_down(place):
            return value
        merged = [
            merge for merge in self.grid.merges
            if merge.left <= place <= merge.right and merge.top < merge.bottom >= self.header.first_data_row
        ]  # fmt: skip
        if merged:
            over = next((merge for merge in merged if merge.top < row <= merge.bottom + 1), None)
            return self._cells(over.top + 1)[over.left] if over else None
        above = (self._cells(other) for other in range(row - 1, self.header.first_data_row, -1))
        return next((cells[place] for cells in above if place < len(cells) and cells[place] is not None), None)

    def _is_filled_down(self, place: int) -> bool:
        sources = self.header.columns.values()
        return any(source.column.fill_down and source.places[0] == place for source in sources)
