"""Rows as their sender wrote them, found again in the raw file: what is sent back to be mended (SPEC 5)."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from common.contracts import Feed, Layout
from common.rules import Refusal
from ingest.files.grids import Cell, Grid, Merge, numbered_rows
from ingest.files.readers import Part, expanded, open_file
from ingest.tables.headers import Header, find_header
from ingest.tables.layouts import bind, map_header, open_layout
from ingest.tables.vocabulary import Vocabulary

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
    feed: Feed, layout: Layout | None, files: Sequence[tuple[str, bytes | Path]], wanted: frozenset[Address],
    period: str | None = None,
) -> list[Originals]:  # fmt: skip
    """Find rows again in the bytes that they were read from, declared to be of a ``period``. Pure, as parsing is.

    A value that stands once for several rows is repeated in each of them. The name of a sheet that stands for a
    column becomes one, and so does a period that the file told, because the rows leave both. A file that can no
    longer be read gives no rows.
    """
    found = []
    sheets = {(file, sheet) for file, sheet, _ in wanted}
    for name, content, _ in (part for file in files for part in _expanded(*file)):
        for grid in _grids(name, content, layout, sheets):
            try:
                header = map_header(grid, feed, layout) if layout else find_header(grid, Vocabulary(feed))
            except Refusal:
                header = None
            if header is not None:
                rows = [row for file, sheet, row in wanted if (file, sheet) == (name, grid.sheet)]
                told = _told_by_file(layout, name, header, period)
                found.append(_Sheet(feed, name, grid, header, told).taken(frozenset(rows)))
    return found


def _told_by_file(layout: Layout | None, file: str, header: Header, period: str | None) -> dict[str, str]:
    """Return what a layout took from the file's name or from the declared period, by column."""
    if layout is None:
        return {}
    try:
        bound = bind(layout, file, period, header.columns)
    except Refusal:
        return {}
    named = [name for name, given in layout.columns.items() if given.file_name is not None]
    return {name: said for name in named if name not in header.columns and (said := bound.columns[name].constant)}


def _expanded(name: str, content: bytes | Path) -> list[Part]:
    try:
        return expanded(name, content)
    except Refusal:
        return []


def _grids(
    name: str, content: bytes | Path, layout: Layout | None, sheets: set[tuple[str, str | None]]
) -> Iterator[Grid]:
    try:
        opened = open_layout(content, layout) if layout else open_file(content)
    except Refusal:
        return
    yield from (grid for grid in opened.grids if (name, grid.sheet) in sheets)


@dataclass(frozen=True, slots=True)
class _Sheet:
    feed: Feed
    file: str
    grid: Grid
    header: Header
    told: Mapping[str, str]
    """What the file says of all its rows, by column of the contract."""

    def taken(self, wanted: Collection[int]) -> Originals:
        """Take some rows, in one pass over the sheet from its first row to the last wanted one."""
        found = dict(self._rows(wanted))
        places = self._places()
        headings = tuple(Heading(self.header.paths[place], column) for place, column in places)
        told = dict[str, Cell](self.told)
        if (named := self.feed.sheet_is) and named not in self.header.columns:
            told[named] = self.grid.sheet
        headings = (*(Heading((self.feed.by_name[name].zh,), name) for name in told), *headings)
        width = len(self.header.paths)
        beyond = range(width, max([width, *map(_filled, found.values())]))
        headings += tuple(Heading((f"多出的列{n}",), None) for n, _ in enumerate(beyond, start=1))
        order = [*(place for place, _ in places), *beyond]
        taken = {
            (self.file, self.grid.sheet, row): (*told.values(), *(cells.get(place) for place in order))
            for row, cells in found.items()
        }
        return Originals(headings, self.header.unit_line, taken)

    def _rows(self, wanted: Collection[int]) -> Iterator[tuple[int, dict[int, Cell]]]:
        """Yield the cells of the wanted rows by place, with what a cell above says for several rows."""
        filled_down = [
            source.places[0] for source in self.header.columns.values() if source.column.fill_down and source.places
        ]
        merges = {place: self._merges(place) for place in filled_down}
        anchors: dict[Merge, Cell] = {}
        carried: dict[int, Cell] = {}
        for row, texts in numbered_rows(self.grid):
            if row > max(wanted, default=0):
                return
            cells: dict[int, Cell] = {place: text for place, text in enumerate(texts) if text is not None}
            anchors |= {
                merge: cells.get(merge.left) for found in merges.values() for merge in found if merge.top == row - 1
            }
            if row <= self.header.first_data_row:
                continue
            for place in filled_down:
                over = next((merge for merge in merges[place] if merge.top < row <= merge.bottom + 1), None)
                above = anchors.get(over) if over else None if merges[place] else carried.get(place)
                if above is not None:
                    cells.setdefault(place, above)
                carried[place] = cells.get(place)
            if row in wanted:
                yield row, cells

    def _merges(self, place: int) -> list[Merge]:
        """Return the merged ranges that write one value of a column for several rows of data."""
        return [
            merge for merge in self.grid.merges
            if merge.left <= place <= merge.right and merge.top < merge.bottom >= self.header.first_data_row
        ]  # fmt: skip

    def _places(self) -> list[tuple[int, str | None]]:
        """Order the headed places by the contract; what it does not know comes last."""
        mapped = {place: name for name, source in self.header.columns.items() for place in source.places}
        rank = {column.name: number for number, column in enumerate(self.feed.columns)}
        headed = [place for place, path in enumerate(self.header.paths) if path]
        ordered = sorted(headed, key=lambda place: (rank.get(mapped.get(place, ""), len(rank)), place))
        return [(place, mapped.get(place)) for place in ordered]


def _filled(cells: Mapping[int, Cell]) -> int:
    return max(cells, default=-1) + 1
