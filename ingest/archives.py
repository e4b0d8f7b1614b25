"""A look into a workbook's archive before a parser opens it: how large it is, and which cells are broken.

A parser unpacks what it is given, takes the rectangle around all cells and shows an error as an empty cell.
None of that may decide what becomes of a delivery.
"""

import html
import io
import re
import struct
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from common.rules import Finding, Refusal

_MAX_UNPACKED = 1 << 30
_MAX_RATIO = 100
_MAX_CELLS = 30_000_000
"""A sheet is read into a rectangle; one stray cell in the last corner would make it 17 billion cells."""

# patterns that begin with fixed text are found several times faster
_CELL_ROW = re.compile(rb'r="[A-Z]*(\d{5,})"')
_CELL_COLUMN = re.compile(rb'r="([A-Z]{2,3})\d+"')
_FILLED_CELL = re.compile(rb"<c\b([^>]*[^/>])>(.*?)</c>", re.DOTALL)
_CELL_PLACE = re.compile(rb'\br="([A-Z]{1,3})(\d+)"')
_CELL_VALUE = re.compile(rb"<v[^>]*>([^<]+)")
_SHEET = re.compile(rb"<(?:\w+:)?sheet\b([^>]*)>")
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\b([^>]*)>")
_ATTRIBUTE = re.compile(r"""([\w:]+)="([^"]*)\"""")
NO_RESULT = "#CALC!"
"""What stands for a formula that a program wrote and nobody ever calculated."""

_DAMAGED = (
    zipfile.BadZipFile, zlib.error, struct.error, OSError, EOFError, RuntimeError, ValueError, KeyError,
)  # fmt: skip
"""What a damaged archive raises while it is looked into."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What a workbook's archive says beside its values."""

    epoch_1904: bool = False
    broken: Mapping[str, Mapping[tuple[int, int], str]] = field(default_factory=dict)
    """By sheet name and zero-based place, what a cell shows that holds an error or a formula without a value."""


def look_into(content: bytes) -> Looked:
    """Look into an archive. Raises Refusal for what is damaged, no workbook or too large to be read."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            unpacked = sum(entry.file_size for entry in entries)
            if unpacked > _MAX_UNPACKED or unpacked > _MAX_RATIO * max(len(content), 1 << 20):
                raise Refusal(Finding("B-FIL-07", "REJECT"))
            names = {entry.filename for entry in entries}
            if not any(name.startswith("xl/") or name == "content.xml" for name in names):
                raise Refusal(Finding("L-FIL-TYPE", "REJECT", facts={"t": "ZIP"}))
            book = archive.read("xl/workbook.xml") if "xl/workbook.xml" in names else b""
            sheets = (name for name in names if name.startswith("xl/worksheets/") and name.endswith(".xml"))
            broken = {sheet: cells for sheet in sheets if (cells := _checked_cells(archive.read(sheet)))}
            named = _sheet_files(archive).items() if broken else ()
    except _DAMAGED as error:
        raise Refusal(Finding("B-FIL-06", "REJECT", value=str(error))) from error
    epoch_1904 = re.search(rb'date1904="(1|true)"', book) is not None
    return Looked(epoch_1904, {name: broken[sheet] for name, sheet in named if sheet in broken})


def bound(rows: int, columns: int) -> None:
    """Refuse what would fill the memory as a rectangle, however little of it is filled."""
    if rows * columns > _MAX_CELLS:
        raise Refusal(Finding("L-LAY-EXTENT", "REJECT"))


def _extent(sheet: bytes) -> tuple[int, int]:
    """Return the rows and columns of the rectangle around a sheet's cells, rounded up for small sheets."""
    rows = max((int(found) for found in _CELL_ROW.findall(sheet)), default=10**4)
    letters = max(_CELL_COLUMN.findall(sheet), key=lambda name: (len(name), name), default=b"Z")
    return rows, _column(letters)


def _column(letters: bytes) -> int:
    """Return the number of a column: A is 1, AA is 27."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number


def _checked_cells(markup: bytes) -> dict[tuple[int, int], str]:
    """Look at a sheet before the parser does: its extent, and the cells in it that are broken."""
    if b"r='" in markup:
        markup = markup.replace(b"'", b'"')
    bound(*_extent(markup))
    return _broken_cells(markup)


def _broken_cells(markup: bytes) -> dict[tuple[int, int], str]:
    """Find the cells of a sheet that the parser would call empty though somebody filled them (B-LAY-06)."""
    if b't="e"' not in markup and b"<f" not in markup:
        return {}
    found = {}
    for attributes, body in _FILLED_CELL.findall(markup):
        place = _CELL_PLACE.search(attributes)
        value = _CELL_VALUE.search(body)
        is_error = b't="e"' in attributes
        # the result of a formula may be an empty text; then it says so
        is_uncalculated = b"<f" in body and value is None and b't="str"' not in attributes
        if place and (is_error or is_uncalculated):
            shown = value[1].decode(errors="replace") if is_error and value else NO_RESULT
            found[int(place[2]) - 1, _column(place[1]) - 1] = shown
    return found


def _sheet_files(archive: zipfile.ZipFile) -> dict[str, str]:
    """Return where in the archive each sheet lies, by its name."""
    relations = map(_attributes, _RELATION.findall(archive.read("xl/_rels/workbook.xml.rels")))
    targets = {relation.get("Id"): relation.get("Target", "") for relation in relations}
    files = {}
    for sheet in map(_attributes, _SHEET.findall(archive.read("xl/workbook.xml"))):
        target = targets.get(sheet.get("id"), "")
        files[sheet.get("name", "")] = target[1:] if target.startswith("/") else f"xl/{target}"
    return files


def _attributes(element: bytes) -> dict[str, str]:
    """Return the attributes of an element by their local names."""
    given = _ATTRIBUTE.findall(element.decode("utf-8"))
    return {name.rpartition(":")[2]: html.unescape(value) for name, value in given}
