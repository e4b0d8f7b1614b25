"""Rows that a department mended and sent again: each names the row that it stands for (SPEC 3.0, CORRECTION).

``louyu quarantine --xlsx`` writes the waiting rows under the department's own headers with four further columns,
which say where each row came from. These columns are no part of any contract; a sheet that has them holds
corrections of single rows and replaces nothing else.
"""

from collections.abc import Iterator, Sequence

from common.exports import unescaped
from common.supplements import DELIVERY, FILE, ROW, SHEET, Corrected
from common.text import clean
from ingest.files.grids import Grid, numbered_rows
from ingest.tables.headers import Header

_SEARCHED_ROWS = 15


def corrected_rows(feed: str, grid: Grid, header: Header) -> Iterator[Corrected]:
    """Yield the rows of the feed that those of a sheet stand for; none for a sheet that is no such workbook's."""
    places = {clean(path[-1]): place for place, path in enumerate(header.paths) if path}
    if DELIVERY not in places or ROW not in places:
        return
    for number, cells in numbered_rows(grid):
        if number <= header.first_data_row:
            continue
        said = {name: _cell(cells, place) for name, place in places.items() if name in (DELIVERY, FILE, SHEET, ROW)}
        delivery_id, row = clean(said[DELIVERY] or ""), clean(said[ROW] or "")
        if delivery_id.startswith(f"{feed}-") and row.isdecimal():
            yield Corrected(delivery_id, said.get(FILE) or "", said.get(SHEET), int(row))


def feed_named(grid: Grid) -> str | None:
    """Return the feed whose rows a sheet of corrections holds; None for any other sheet."""
    place = None
    for number, cells in numbered_rows(grid):
        if place is not None and (text := _cell(cells, place)):
            return clean(text).partition("-")[0]
        if place is None:
            place = next((place for place, cell in enumerate(cells) if cell and clean(cell) == DELIVERY), None)
        if place is None and number == _SEARCHED_ROWS:
            return None
    return None


def _cell(cells: Sequence[str | None], place: int) -> str | None:
    text = cells[place] if place < len(cells) else None
    return unescaped(text) if text else None
