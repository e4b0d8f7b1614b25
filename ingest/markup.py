"""A web page to grids: its tables, as systems save them under the name of a spreadsheet (B-FIL-03)."""

from html.parser import HTMLParser

from common.rules import Finding, Refusal
from ingest.archives import bound
from ingest.grids import Cell, Grid, Opened, framed_grid, text_frame

_MAX_SPAN = 1000
"""What a page itself may say at most of the cells that one of its cells stands for."""


def read_tables(text: str) -> Opened:
    """Read the tables of a web page. Raises Refusal for a page without any."""
    page = _Tables()
    page.feed(text)
    page.close()
    page.end_row()
    found = [rows for rows in page.tables if any(any(row) for row in rows)]
    if not found:
        raise Refusal(Finding("L-FIL-TYPE", "REJECT", facts={"t": "HTML"}))
    return Opened(tuple(_grid(number, rows, len(found)) for number, rows in enumerate(found, start=1)))


def _grid(number: int, rows: list[list[Cell]], tables: int) -> Grid:
    bound(len(rows), max(map(len, rows)))
    return framed_grid("sheet", f"table {number}" if tables > 1 else None, text_frame(rows, 1).drop("row_no"))


class _Tables(HTMLParser):
    """Gathers the rows of all tables; a table in a cell is a table of its own."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[list[list[Cell]]] = []
        self._open: list[list[list[Cell]]] = []
        self._row: list[Cell] | None = None
        self._cell: list[str] | None = None
        self._span = 1

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self.end_row()
            self._open.append([])
            self.tables.append(self._open[-1])
        elif tag == "tr":
            self.end_row()
            self._row = []
        elif tag in ("td", "th") and self._open:
            self._end_cell()
            self._cell, self._span = [], _span(dict(attrs).get("colspan"))
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
            self._open[-1].append(self._row)
        self._row = None

    def _end_cell(self) -> None:
        if self._cell is None:
            return
        text = "".join(self._cell).strip()
        if self._row is None:
            self._row = []
        self._row += [text or None, *[None] * (self._span - 1)]
        self._cell = None


def _span(said: str | None) -> int:
    return min(int(said), _MAX_SPAN) if said and said.isascii() and said.isdigit() and int(said[:6]) else 1
