"""What the markup of a workbook says beside its values (xlsx): extent, errors, merges, what is hidden.

A parser takes the rectangle around all cells, shows an error as an empty cell and a long number as a text, and
says nothing of hidden rows. None of that may decide what becomes of a delivery. What could harm the parser is
looked for before it begins (:func:`look_into`, :func:`look_through`), the rest while it works (:func:`markup_of`).
"""

import html
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from common.rules import Finding, Place, Refusal
from ingest.files.ahead import ahead
from ingest.files.archives import Archive, Extent
from ingest.values.cell_errors import NO_RESULT

# patterns that begin with fixed text are found several times faster
_ROW = re.compile(rb'<row\b[^>]*? r="(\d+)"')
_FAR_COLUMN = re.compile(rb'r="([A-Z]{2,3})\d+"')
_BOOLEAN = re.compile(rb't="b"')
_CELL_PLACE = re.compile(rb'\br="([A-Z]{1,3})(\d+)"')
_CELL_VALUE = re.compile(rb"<v[^>]*>([^<]+)")
_NO_VALUE = rb"\s*(?:<v\s*/>|<v\s*>\s*</v>)?\s*</c>"
_PECULIAR = tuple(
    map(
        re.compile,
        (rb't="e"', rb"</f>" + _NO_VALUE, rb"<f\b[^>]*/>" + _NO_VALUE, rb"<v>-?\d{16}", rb"\+\d", rb"E-\d", rb"e-\d"),
    )
)
"""What stands in cells that are to be looked at closely."""

_LATE_DECIMALS = re.compile(rb"\.\d{7}(?:00|99)\d+")
"""Digits so far behind the point that the parser leaves them out and shows a rounder number."""

_HIDDEN_ROW = re.compile(rb'<row\b[^>]*? r="(\d+)"[^>]*? hidden="(?:1|true)"')
_HIDDEN_COLUMN = re.compile(rb'<col\b[^>]*? hidden="(?:1|true)"[^>]*>')
_FILTERED = re.compile(rb'<autoFilter\b[^>]*? ref="([A-Z0-9:$]+)"[^>]*>\s*<filterColumn\b')
_COLUMN_RANGE = re.compile(rb'\b(min|max)="(\d+)"')
_MERGE = re.compile(rb'<mergeCell ref="([A-Z]+)(\d+):([A-Z]+)(\d+)"')
_PREFIX = re.compile(rb"<(\w+:)worksheet\b")
_SHEET = re.compile(rb"<(?:\w+:)?sheet\b([^>]*)>")
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\b([^>]*)>")
_ATTRIBUTE = re.compile(r"""([\w:]+)=["']([^"']*)["']""")
_DTD = (b"<!DOCTYPE", b"<!ENTITY", "<!DOCTYPE".encode("utf-16-le"), "<!DOCTYPE".encode("utf-16-be"))
_LOST_DIGITS = 1e15
_DECIMALS = 9
"""The parser shows no more of a number."""
_NOISE = 5e-11
"""Less than half a fen of 亿元 is what a calculation leaves of nothing."""

_LOOKED_AT = 1 << 16

DTD = Finding("B-FIL-08", "WARN", value="DTD")
"""What is told of a workbook that declares entities; no parser follows them."""

MAX_ROWS = 1 << 20
"""A sheet of this kind has no more rows, so one that is full may have been cut (B-LAY-10)."""

Range = tuple[int, int, int, int]
"""Top, left, bottom and right, zero-based and inclusive."""


@dataclass(slots=True)
class Markup:
    """What the markup of one sheet says."""

    shown: dict[tuple[int, int], str] = field(default_factory=dict)
    """By zero-based place, what a cell shows that holds an error, a formula without a value or a number of more digits
    than a spreadsheet can hold or the parser shows."""
    merges: list[Range] = field(default_factory=list)
    has_booleans: bool = False
    hidden: str | None = None
    """The first hidden row or column, as a range."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of a workbook: its name, where it lies in the archive, and whether it is shown."""

    name: str
    file: str
    is_visible: bool


@dataclass(frozen=True, slots=True)
class Looked:
    """What a workbook's archive says beside its values."""

    sheets: tuple[Sheet, ...] = ()
    """The worksheets of an xlsx in their order; other formats are not looked into so closely."""
    epoch_1904: bool = False
    notes: tuple[Finding, ...] = ()


def look_into(archive: Archive) -> Looked:
    """Unpack all of a workbook but the worksheets of an xlsx, and look for what no parser may see.

    Raises Refusal for what is damaged or too large to be unpacked.
    """
    sheets = tuple(_sheets(archive)) if "xl/workbook.xml" in archive.entries else ()
    later = {sheet.file for sheet in sheets}
    has_dtd = False
    for name in archive.entries:
        for number, piece in enumerate(archive.pieces(name) if name not in later else ()):
            has_dtd |= number == 0 and _declares(piece)
    is_1904 = re.search(rb'date1904="(1|true)"', archive.read("xl/workbook.xml")) is not None
    return Looked(sheets, is_1904, (*_notes(archive), *([DTD] if has_dtd else ())))


def look_through(archive: Archive, sheet: Sheet) -> bool:
    """Unpack a worksheet, follow how far its cells reach, and tell whether it declares entities.

    Raises Refusal for what is damaged or too large to be unpacked, and where the cells of a sheet that is shown would
    fill the memory as a rectangle.
    """
    extent, has_dtd = Extent(), False
    for markup in _markup(archive, sheet):
        has_dtd |= not extent.rows and _declares(markup)
        if sheet.is_visible:
            last = _ROW.search(markup, max(markup.rfind(b"<row"), 0))
            far = max({b"Z", *_FAR_COLUMN.findall(markup)}, key=lambda name: (len(name), name))
            extent.reach(int(last[1]) if last else 0, _column(far))
    return has_dtd


def markup_of(archive: Archive, sheet: Sheet) -> Markup:
    """Look at the markup of a sheet."""
    found = Markup()
    for markup in _markup(archive, sheet):
        _look(markup, found)
    return found


def _markup(archive: Archive, sheet: Sheet) -> Iterator[bytes]:
    return _by_rows(ahead(archive.pieces(sheet.file))) if sheet.file in archive.entries else iter(())


def _declares(beginning: bytes) -> bool:
    """Tell whether markup declares entities; that stands before its first element."""
    return any(token in beginning for token in _DTD)


def _notes(archive: Archive) -> Iterator[Finding]:
    """Tell of what a workbook holds besides cells; none of it is ever run or followed (B-FIL-08)."""
    names = archive.entries
    for token in ("vbaProject.bin", "externalLinks/", "Basic/"):
        if any(token in name for name in names):
            yield Finding("B-FIL-08", "WARN", value=token.strip("/"))


def _by_rows(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Give the markup of a sheet, as plain as possible, in pieces that end where a row begins."""
    rest, prefix = b"", None
    for piece in pieces:
        text = rest + piece
        if prefix is None:
            named = _PREFIX.search(text)
            prefix = named[1] if named else b""
        cut = max(text.rfind(b"<" + prefix + b"row"), 0) or max(text.rfind(b"<" + prefix + b"c "), 0)
        yield _plain(text[:cut], prefix)
        rest = text[cut:]
    yield _plain(rest, prefix or b"")


def _plain(markup: bytes, prefix: bytes) -> bytes:
    if prefix:
        markup = markup.replace(b"<" + prefix, b"<").replace(b"</" + prefix, b"</")
    # a program writes one kind of quotes
    return markup.replace(b"'", b'"') if b"r='" in markup[:_LOOKED_AT] else markup


def _look(markup: bytes, found: Markup) -> None:
    found.shown.update(_shown_cells(markup))
    found.has_booleans |= _BOOLEAN.search(markup) is not None
    found.merges += [
        (int(top) - 1, _column(left) - 1, int(bottom) - 1, _column(right) - 1)
        for left, top, right, bottom in _MERGE.findall(markup)
    ]
    if found.hidden is None and b"hidden=" in markup:
        found.hidden = _hidden(markup)
    if found.hidden is None and (active := _FILTERED.search(markup)):
        found.hidden = active[1].decode()


def _hidden(markup: bytes) -> str | None:
    if row := _HIDDEN_ROW.search(markup):
        return f"{row[1].decode()}:{row[1].decode()}"
    if column := _HIDDEN_COLUMN.search(markup):
        ends = {end: int(number) for end, number in _COLUMN_RANGE.findall(column[0])}
        return ":".join(letters(ends.get(end, 1) - 1) for end in (b"min", b"max"))
    return None


def letters(place: int) -> str:
    """Name a column as a spreadsheet does: 0 is A, 26 is AA."""
    name = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def _column(name: bytes) -> int:
    """Return the number of a column: A is 1, AA is 27."""
    number = 0
    for letter in name:
        number = number * 26 + letter - ord("A") + 1
    return number


def _shown_cells(markup: bytes) -> Iterator[tuple[tuple[int, int], str]]:
    """Find the cells that the parser would call empty though somebody filled them (B-LAY-06), and lost digits."""
    for at in _peculiar(markup):
        attributes, _, body = markup[markup.rfind(b"<c ", 0, at) : markup.find(b"</c>", at)].partition(b">")
        place, value = _CELL_PLACE.search(attributes), _CELL_VALUE.search(body)
        if place is None or attributes.endswith(b"/"):
            continue
        shown = None
        if b't="e"' in attributes:
            shown = value[1].decode(errors="replace") if value else NO_RESULT
        # the result of a formula may be an empty text; then it says so
        elif b"<f" in body and value is None and b't="str"' not in attributes:
            shown = NO_RESULT
        elif value and (b" t=" not in attributes or b't="n"' in attributes):
            shown = _in_all_digits(value[1])
        if shown is not None:
            yield (int(place[2]) - 1, _column(place[1]) - 1), shown


def _peculiar(markup: bytes) -> Iterator[int]:
    """Find the places of what makes a cell worth a closer look."""
    for pattern in _PECULIAR:
        for found in pattern.finditer(markup):
            yield found.start()
    for found in _LATE_DECIMALS.finditer(markup):
        if _in_all_digits(markup[markup.rfind(b">", 0, found.start()) + 1 : found.end()]):
            yield found.start()


def _in_all_digits(written: bytes) -> str | None:
    """Show a number as a spreadsheet would where the parser does not; None where it does.

    One that is too large to be held exactly is shown as what it is: no code any more. Else fifteen digits count
    (B-NUM-07): what is behind them is noise of the binary number, and what is before them is not.
    """
    try:
        number = float(written)
    except ValueError:
        return None
    if abs(number) >= _LOST_DIGITS:
        return f"{number:e}"
    if abs(number) < _NOISE:
        return None
    digits = f"{Decimal(f'{number:.15g}'):f}"
    return digits if len(digits.partition(".")[2]) > _DECIMALS else None


def worksheet_files(relations: bytes) -> dict[str, str]:
    """Return where in the archive each worksheet lies, by the id of its relation: charts and macro sheets are none."""
    given = map(_attributes, _RELATION.findall(relations))
    targets = {
        relation.get("Id", ""): relation.get("Target", "")
        for relation in given
        if relation.get("Type", "").endswith("/worksheet")
    }
    return {id_: target[1:] if target.startswith("/") else f"xl/{target}" for id_, target in targets.items()}


def _sheets(archive: Archive) -> Iterator[Sheet]:
    """List the worksheets of a workbook."""
    files = worksheet_files(archive.read("xl/_rels/workbook.xml.rels"))
    for sheet in map(_attributes, _SHEET.findall(archive.read("xl/workbook.xml"))):
        if file := files.get(sheet.get("id", "")):
            yield Sheet(sheet.get("name", ""), file, sheet.get("state", "visible") == "visible")


def _attributes(element: bytes) -> dict[str, str]:
    """Return the attributes of an element by their local names."""
    try:
        given = _ATTRIBUTE.findall(element.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise Refusal(Finding("B-FIL-06", "REJECT", value=str(error))) from error
    return {name.rpartition(":")[2]: html.unescape(value) for name, value in given}


def hidden_notes(sheets: Iterable[Sheet], markup: Mapping[str, Markup]) -> Iterator[Finding]:
    """Tell of hidden sheets, which are not read, and of hidden rows and columns, which are (B-LAY-05)."""
    for sheet in sheets:
        hidden = sheet.name if not sheet.is_visible else markup[sheet.name].hidden if sheet.name in markup else None
        if hidden:
            yield Finding("B-LAY-05", "WARN", Place(sheet=sheet.name), value=hidden)
