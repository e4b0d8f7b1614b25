"""A web page to grids: its tables, as systems save them under the name of a spreadsheet (B-FIL-03)."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

from common.rules import Finding, Refusal
from ingest.files.archives import bound
from ingest.files.grids import Cell, Grid, Merge, Opened, framed_grid, text_frame

_MAX_SPAN = 1000
"""What a page itself may say at most of the cells that one of its cells stands for."""


def read_tables(text: str) -> Opened:
    """Read the tables of a web page. Raises Refusal for a page without any."""
    page = _Tables()
    page.feed(text)
    page.close()
    page.end_row()
    found = [table for table in page.tables if any(any(row) for row in table.rows)]
    if not found:
        raise Refusal(Finding("L-FIL-TYPE", "REJECT", facts={"t": "HTML"}))
    return Opened(tuple(_grid(number, table, len(found)) for number, table in enumerate(found, start=1)))


@dataclass(slots=True)
class _Table:
    """One table: its rows, the cells that stand for several, and for how many more rows a column is taken by one."""

    rows: list[list[Cell]] = field(default_factory=list)
    merges: list[Merge] = field(default_factory=list)
    taken: dict[int, int] = field(default_factory=dict)

    def add(self, cells: list[tuple[Cell, int, int]]) -> None:
        """Add a row of cells, each with how many columns and rows it stands for, beside those from above."""
        top, row = len(self.rows), list[Cell]()
        before, self.taken = self.taken, {place: left - 1 for place, left in self.taken.items() if left > 1}
        for text, across, down in cells:
            while len(row) in before:
                row.append(None)
            left = len(row)
            row += [text, *[None] * (across - 1)]
            if across > 1 or down > 1:
                self.merges.append(Merge(top, left, top + down - 1, left + across - 1, text))
            if down > 1:
                self.taken |= dict.fromkeys(range(left, left + across), down - 1)
        self.rows.append(row)


def _grid(number: int, table: _Table, tables: int) -> Grid:
    bound(len(table.rows), max(map(len, table.rows)))
    name = f"table {number}" if tables > 1 else None
    return framed_grid("sheet", name, text_frame(table.rows, 1).drop("row_no"), merges=table.merges)


class _Tables(HTMLParser):
    """Gathers the rows of all tables; a table in a cell is a table of its own."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[_Table] = []
        self._open: list[_Table] = []
        self._row: list[tuple[Cell, int, int]] | None = None
        self._cell: list[str] | None = None
        self._spans = (1, 1)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self.end_row()
            self._open.append(_Table())
            self.tables.append(self._open[-1])
        elif tag == "tr":
            self.end_row()
            self._row = []
        elif tag in ("td", "th") and self._open:
            self._end_cell()
            said = dict(attrs)
            self._cell, self._spans = [], (_span(said.get("colspan")), _span(said.get("rowspan")))
        elif tag == "br" and self._cell is not None:
            self._cell.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self._end_cell()
        elif tag == "tr":
            self.end_row()
        elif tag == "table" and self._open:
            self.end_row()
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if self._cell is not None:
            self._cell.append(data)

    def end_row(self) -> None:
        """End the row that is open; pages often do not say where a row ends."""
        self._end_cell()
        if self._row is not None and self._open:
            self._open[-1].add(self._row)
        self._row = None

    def _end_cell(self) -> None:
        if self._cell is None:
            return
        text = "".join(self._cell).strip()
        if self._row is None:
            self._row = []
        self._row.append((text or None, *self._spans))
        self._cell = None


def _span(said: str | None) -> int:
    return min(int(said[:6]), _MAX_SPAN) if said and said.isascii() and said.isdigit() and int(said[:6]) else 1
