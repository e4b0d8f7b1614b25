"""Where the header of a grid is and which column of the contract each of its columns holds (SPEC 3.0).

A header may stand below title rows, take up to three rows, and name its columns by any synonym of the
contract, with blanks, line breaks and units in brackets. Rows flatten to group/column: a column
under 全口径税收 headed 本期 is 全口径税收 itself, one headed 同期 is its control column.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import polars as pl

from common.contracts import Column
from common.deliveries import Headings
from common.masking import without_personal_data
from common.notes import counts
from common.rules import Finding, Place, Refusal
from common.text import clean
from ingest.files.grids import Cell, Grid
from ingest.files.xlsx import letters
from ingest.tables.vocabulary import Vocabulary
from ingest.values.units import SCALE, Unit, find_unit, is_unit, measures

_SEARCHED_ROWS = 15
_HEIGHTS = (1, 2, 3)
_FEWEST = 2
"""So many headings make a header."""

_TITLE_UNIT = re.compile(r"(?<![报送填编制发管办属任头表各])单位[:：]?\s*((?:(?!单位).)+)", re.DOTALL)
"""What follows 单位 where it is the unit of the numbers and not, as in 填报单位, who reports them."""

_BRACKETED_UNIT = re.compile(rf"[(\[【]\s*((?:人民币\s*)?(?:{SCALE})?元(?:人民币)?|万?(?:平方米|平米|m2|m²))\s*[)\]】]")
"""A unit that stands alone in brackets."""


@dataclass(frozen=True, slots=True)
class SourceColumn:
    """One column of the contract as this grid writes it; a path has several places."""

    column: Column
    places: tuple[int, ...]
    header: str
    unit: Unit | None
    separator: str | None = "->"
    """What joins the texts of several places; None where the first filled one counts."""


@dataclass(frozen=True, slots=True)
class Look:
    """What the cells of one column look like by a layout: all of them, or nearly all."""

    place: int
    name: str
    pattern: str
    always: bool

    def fits(self, texts: pl.Series) -> pl.Series:
        """Tell which cells look like it; an empty cell is the empty text."""
        return texts.fill_null("").str.contains(rf"^(?:{self.pattern})$")


@dataclass(frozen=True, slots=True)
class Header:
    """What the header said: mapped columns, the title above it, where the data begin."""

    columns: dict[str, SourceColumn]
    first_data_row: int
    """Zero-based row of the grid."""
    title: str
    unit_line: str | None
    width: int
    unmapped: tuple[str, ...] = ()
    notes: tuple[Finding, ...] = ()
    paths: tuple[tuple[str, ...], ...] = ()
    """What stands above each place, from the group down; empty above a place without a heading."""
    looks: tuple[Look, ...] = ()
    cells: int | None = None
    """How many cells each CSV record has by a layout, empty ones behind the last column among them."""

    @property
    def signature(self) -> tuple[object, ...]:
        """Equal for headers that map the same places to the same columns in the same units."""
        mapped = tuple((name, source.places, source.header, source.unit) for name, source in self.columns.items())
        return (mapped, self.first_data_row, self.width, self.unit_line, self.looks, self.cells)


def find_header(grid: Grid, vocabulary: Vocabulary) -> Header | None:
    """Find the header with the most known columns in the first rows; None where the grid has none.

    Raises Refusal naming the first required column that the header lacks (B-LAY-07), or the heading that
    could mean two things (B-PER-03, L-LAY-CALIBER).
    """
    if grid.kind == "records":
        return _read_header(grid, vocabulary, [(key,) for key in grid.keys], -1, 1)
    candidates = []
    is_known = [vocabulary.knows_any(row) for row in grid.head[: _SEARCHED_ROWS + _HEIGHTS[-1]]]
    for top in range(min(_SEARCHED_ROWS, len(grid.head))):
        for height in _HEIGHTS:
            if top + height <= len(grid.head) and any(is_known[top : top + height]):
                paths = _paths(grid, top, height)
                hits, again = _hits(paths, vocabulary), _hits(_paths(grid, top, height, spread=True), vocabulary)
                candidates.append((hits[0], again[1], -height, -top, paths))
    best = max(candidates, key=lambda candidate: candidate[:4], default=None)
    if best is None or best[0] < _FEWEST:
        return None
    *_, height, top, paths = best
    height, top = -height, -top
    units = _unit_row(grid, top + height)
    if units:
        paths = [
            (*path[:-1], f"{path[-1]}({units[n]})") if path and units.get(n) else path for n, path in enumerate(paths)
        ]
    return _read_header(grid, vocabulary, paths, top, height + bool(units))


def _unit_row(grid: Grid, row: int) -> dict[int, str]:
    """Return by their places the units that stand alone in the row below the headings; none where it is another row."""
    filled = {n: cell for n, cell in enumerate(grid.head[row] if row < len(grid.head) else ()) if cell}
    is_row = any(map(measures, filled.values())) and all(map(is_unit, filled.values()))
    return {n: clean(cell).strip("()") for n, cell in filled.items()} if is_row else {}


def _hits(paths: Sequence[tuple[str, ...]], vocabulary: Vocabulary) -> tuple[int, int]:
    """Count the columns that some paths name, and, negative, how often they name one again.

    Where a group stands above several columns, the row that tells these apart belongs to the header.
    """
    named = [column.name for path in paths if path and (column := vocabulary.find(path))]
    parts = {found[0].name for path in paths if path and (found := vocabulary.part(path[-1]))}
    to_date = {column.name for path in paths if path and (column := vocabulary.to_date(path))}
    return len({*named, *parts, *to_date}), len(set(named)) - len(named)


def _paths(grid: Grid, top: int, height: int, *, spread: bool = False) -> list[tuple[str, ...]]:
    """Return one path of header texts for each column as the source writes them, filling merged and blank groups.

    With ``spread`` the last row is taken for groups too, of what stands below it.
    """
    below = spread and top + height < len(grid.head)
    rows = [list(grid.head[row]) for row in range(top, top + height + below)]
    width = max(len(row) for row in rows)
    rows = [row + [None] * (width - len(row)) for row in rows]
    for merge in grid.merges:
        if top <= merge.top < top + height:
            value = rows[merge.top - top][merge.left] if merge.left < width else None
            for row in range(merge.top, min(merge.bottom, top + height - 1) + 1):
                for place in range(merge.left, min(merge.right, width - 1) + 1):
                    rows[row - top][place] = value
    for upper in reversed(range(len(rows) - 1)):
        if not any(merge.top <= top + upper <= merge.bottom and merge.right > merge.left for merge in grid.merges):
            rows[upper] = _fill_right(rows[upper], rows[upper + 1])
    rows = rows[:height]
    paths = []
    for place in range(width):
        texts = [" ".join(text.split()) for row in rows if (text := row[place])]
        paths.append(tuple(dict.fromkeys(filter(None, texts))))
    return paths


def _fill_right(groups: list[Cell], leaves: list[Cell]) -> list[Cell]:
    """Carry a group's text over the blank cells beside it, as long as there are leaves below."""
    filled: list[Cell] = []
    for group, leaf in zip(groups, leaves, strict=True):
        carried = filled[-1] if filled and group is None and leaf is not None else group
        filled.append(carried)
    return filled


def _read_header(grid: Grid, vocabulary: Vocabulary, paths: Sequence[tuple[str, ...]], top: int, height: int) -> Header:
    found: dict[str, SourceColumn] = {}
    parts: dict[str, dict[int, int]] = {}
    unmapped, notes = [], []
    renamed: list[tuple[str, str]] = []
    for place, path in enumerate(paths):
        if not path:
            continue
        text = "/".join(path)
        if part := vocabulary.part(path[-1]):
            parts.setdefault(part[0].name, {})[part[1]] = place
        elif column := vocabulary.find(path):
            if column.name in found:
                notes.append(Finding("B-LAY-07", "WARN", Place(grid.sheet, top + 1, text), facts={"c": text}))
            else:
                found[column.name] = SourceColumn(column, (place,), text, _header_unit(path, column))
                if vocabulary.is_renamed(path):
                    renamed.append((text, column.zh))
        else:
            unmapped.append(text)
    if any(column.type == "money" and column.name not in found for column in vocabulary.required):
        # amounts of the year so far are read as what they are called, and asked about (B-PER-02)
        for place, path in enumerate(paths):
            if path and (column := vocabulary.to_date(path)) and column.name not in found:
                text = "/".join(path)
                found[column.name] = SourceColumn(column, (place,), text, _header_unit(path, column))
                unmapped.remove(text)
    for name, levels in parts.items():
        places = tuple(levels[level] for level in sorted(levels))
        text = "->".join("/".join(paths[place]) for place in places)
        found.setdefault(name, SourceColumn(vocabulary.feed.by_name[name], places, text, None))
    _require(grid, vocabulary, found, paths, top)
    if renamed:
        text, meant = renamed[0]
        told = counts("B-LAY-07", len(renamed))
        notes.append(Finding("B-LAY-07", "AUTO", Place(grid.sheet, top + 1, text), meant, told))
    above = [cell for row in grid.head[: max(top, 0)] for cell in row if cell]
    return Header(
        found, top + height if grid.kind != "records" else 0, " ".join(above), title_unit(above),
        max(place for place, path in enumerate(paths) if path) + 1, tuple(unmapped), tuple(notes), tuple(paths),
    )  # fmt: skip


def headings_of(read: Iterable[tuple[str, Grid, Header]]) -> tuple[Headings, ...]:
    """Return what the sheets of a delivery call its columns, sheets of one header together."""
    sheets: dict[tuple[tuple[str, tuple[str, str]], ...], list[tuple[str, str | None]]] = {}
    for file, grid, header in read:
        columns = tuple(
            (name, (without_personal_data(source.header), _mark(grid, source.places[0])))
            for name, source in header.columns.items()
        )
        sheets.setdefault(columns, []).append((file, grid.sheet))
    return tuple(Headings(tuple(names), dict(columns)) for columns, names in sheets.items())


def _mark(grid: Grid, place: int) -> str:
    return f"/{grid.keys[place]}" if grid.keys else letters(place)


def title_unit(cells: Sequence[str]) -> str | None:
    """Return what the title rows say of the unit of the numbers: 单位:万元, or 万元 alone in brackets or in a cell."""
    plain, alone = clean(" ".join(cells)), [clean(cell) for cell in cells if measures(cell)]
    return " ".join((*_TITLE_UNIT.findall(plain), *_BRACKETED_UNIT.findall(plain), *alone)) or None


def _header_unit(path: tuple[str, ...], column: Column) -> Unit | None:
    return next((unit for text in reversed(path) if (unit := find_unit(text, column.type))), None)


def _require(
    grid: Grid, vocabulary: Vocabulary, found: dict[str, SourceColumn], paths: Sequence[tuple[str, ...]], top: int
) -> None:
    # a column that need not be there is asked about too: left unread, its place would be taken by an estimate
    for text in (text for path in paths for text in path):
        column = vocabulary.ambiguous(text)
        if column is not None and column.name not in found:
            raise Refusal(Finding(column.asks, "REJECT", Place(grid.sheet, max(top, 0) + 1, text)))
    for column in vocabulary.required:
        if column.name not in found:
            raise Refusal(Finding("B-LAY-07", "REJECT", Place(grid.sheet, max(top, 0) + 1, column.zh)))
    by_sheet = vocabulary.feed.sheet_is
    if by_sheet and grid.sheet is None and by_sheet not in found:
        raise Refusal(Finding("B-LAY-07", "REJECT", Place(None, max(top, 0) + 1, vocabulary.feed.by_name[by_sheet].zh)))
    for names in vocabulary.feed.any_of:
        if not set(names) & set(found):
            either = "/".join(vocabulary.feed.by_name[name].zh for name in names)
            raise Refusal(Finding("B-LAY-07", "REJECT", Place(grid.sheet, max(top, 0) + 1, either)))
