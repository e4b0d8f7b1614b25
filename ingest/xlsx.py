"""What the markup of a workbook says beside its values (xlsx): extent, errors, merges, what is hidden.

A parser takes the rectangle around all cells, shows an error as an empty cell and a long number as a text, and
says nothing of hidden rows. None of that may decide what becomes of a delivery.
"""

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from common.rules import Finding, Place, Refusal
from ingest.ahead import ahead
from ingest.archives import Archive, bound

# patterns that begin with fixed text are found several times faster
_ROW = re.compile(rb'<row\b[^>]*? r="(\d+)"')
_ERROR_OR_BOOLEAN = re.compile(rb't="[eb]"')
_FAR_COLUMN = re.compile(rb'r="([A-Z]{2,3})\d+"')
_FILLED_CELL = re.compile(rb"<c\b([^>]*[^/>])>(.*?)</c>", re.DOTALL)
_CELL_PLACE = re.compile(rb'\br="([A-Z]{1,3})(\d+)"')
_CELL_VALUE = re.compile(rb"<v[^>]*>([^<]+)")
_LONG_NUMBER = re.compile(rb"<v>-?\d{16}")
_HIDDEN_ROW = re.compile(rb'<row\b[^>]*? r="(\d+)"[^>]*? hidden="(?:1|true)"')
_HIDDEN_COLUMN = re.compile(rb'<col\b[^>]*? hidden="(?:1|true)"[^>]*>')
_COLUMN_RANGE = re.compile(rb'\b(min|max)="(\d+)"')
_MERGE = re.compile(rb'<mergeCell ref="([A-Z]+)(\d+):([A-Z]+)(\d+)"')
_PREFIX = re.compile(rb"<(\w+:)worksheet\b")
_SHEET = re.compile(rb"<(?:\w+:)?sheet\b([^>]*)>")
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\b([^>]*)>")
_ATTRIBUTE = re.compile(r"""([\w:]+)=["']([^"']*)["']""")
_DTD = (b"<!DOCTYPE", b"<!ENTITY", "<!DOCTYPE".encode("utf-16-le"), "<!DOCTYPE".encode("utf-16-be"))
_LOST_DIGITS = 1e15

_LOOKED_AT = 1 << 16

MAX_ROWS = 1 << 20
"""A sheet of this kind has no more rows, so one that is full may have been cut (B-LAY-10)."""

NO_RESULT = "#CALC!"
"""What stands for a formula that a program wrote and nobody ever calculated."""

Range = tuple[int, int, int, int]
"""Top, left, bottom and right, zero-based and inclusive."""


@dataclass(slots=True)
class Markup:
    """What the markup of one sheet says."""

    shown: dict[tuple[int, int], str] = field(default_factory=dict)
    """By zero-based place, what a cell shows that holds an error, a formula without a value or too long a number."""
    merges: list[Range] = field(default_factory=list)
    has_booleans: bool = False
    hidden: str | None = None
    """The first hidden row or column, as a range."""
    rows: int = 0
    columns: int = 26


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
    markup: dict[str, Markup] = field(default_factory=dict)
    """By the sheet's name, of the sheets that are shown."""
    epoch_1904: bool = False
    notes: tuple[Finding, ...] = ()


def look_into(archive: Archive) -> Looked:
    """Unpack and look at all of a workbook. Raises Refusal for what is damaged or too large to be read."""
    sheets = tuple(_sheets(archive)) if "xl/workbook.xml" in archive.entries else ()
    files = {sheet.file: sheet.name for sheet in sheets if sheet.is_visible}
    markup, has_dtd = {}, False
    for name in archive.entries:
        pieces: Iterable[bytes] = archive.pieces(name)
        if name in files:
            found = markup[files[name]] = Markup()
            pieces = _looked_at(ahead(archive.pieces(name)), found)
        for piece in pieces:
            has_dtd |= b"<!" in piece[:4096] and any(token in piece for token in _DTD)
    return Looked(
        sheets,
        markup,
        re.search(rb'date1904="(1|true)"', archive.read("xl/workbook.xml")) is not None,
        tuple(_notes(archive, has_dtd)),
    )


def _notes(archive: Archive, has_dtd: bool) -> Iterator[Finding]:
    """Tell of what a workbook holds besides cells; none of it is ever run or followed (B-FIL-08)."""
    names = archive.entries
    for token in ("vbaProject.bin", "externalLinks/", "Basic/"):
        if any(token in name for name in names):
            yield Finding("B-FIL-08", "WARN", value=token.strip("/"))
    if has_dtd:
        yield Finding("B-FIL-08", "WARN", value="DTD")


def _looked_at(pieces: Iterable[bytes], found: Markup) -> Iterator[bytes]:
    """Look at the markup of a sheet as it passes, in pieces that end where a row begins."""
    rest, prefix = b"", None
    for piece in pieces:
        text = rest + piece
        if prefix is None:
            named = _PREFIX.search(text)
            prefix = named[1] if named else b""
        cut = max(text.rfind(b"<" + prefix + b"row"), 0) or max(text.rfind(b"<" + prefix + b"c "), 0)
        _look(_plain(text[:cut], prefix), found)
        rest = text[cut:]
        yield piece
    _look(_plain(rest, prefix or b""), found)


def _plain(markup: bytes, prefix: bytes) -> bytes:
    if prefix:
        markup = markup.replace(b"<" + prefix, b"<").replace(b"</" + prefix, b"</")
    # a program writes one kind of quotes
    return markup.replace(b"'", b'"') if b"r='" in markup[:_LOOKED_AT] else markup


def _look(markup: bytes, found: Markup) -> None:
    if last := _ROW.search(markup, max(markup.rfind(b"<row"), 0)):
        found.rows = max(found.rows, int(last[1]))
    far = max(set(_FAR_COLUMN.findall(markup)), key=lambda name: (len(name), name), default=b"Z")
    found.columns = max(found.columns, _column(far))
    bound(found.rows, found.columns)
    is_odd = _ERROR_OR_BOOLEAN.search(markup) is not None
    has_long = b"E+" in markup or b"e+" in markup or _LONG_NUMBER.search(markup) is not None
    if has_long or b"<f" in markup or (is_odd and b't="e"' in markup):
        found.shown.update(_shown_cells(markup))
    found.has_booleans |= is_odd and b't="b"' in markup
    found.merges += [
        (int(top) - 1, _column(left) - 1, int(bottom) - 1, _column(right) - 1)
        for left, top, right, bottom in _MERGE.findall(markup)
    ]
    if found.hidden is None and b"hidden=" in markup:
        found.hidden = _hidden(markup)


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
    for attributes, body in _FILLED_CELL.findall(markup):
        place = _CELL_PLACE.search(attributes)
        value = _CELL_VALUE.search(body)
        if place is None:
            continue
        shown = None
        if b't="e"' in attributes:
            shown = value[1].decode(errors="replace") if value else NO_RESULT
        # the result of a formula may be an empty text; then it says so
        elif b"<f" in body and value is None and b't="str"' not in attributes:
            shown = NO_RESULT
        elif value and (b" t=" not in attributes or b't="n"' in attributes):
            shown = _without_lost_digits(value[1])
        if shown is not None:
            yield (int(place[2]) - 1, _column(place[1]) - 1), shown


def _without_lost_digits(written: bytes) -> str | None:
    """Show a number that a spreadsheet cannot hold exactly as what it is: no code any more."""
    try:
        number = float(written)
    except ValueError:
        return None
    return f"{number:e}" if abs(number) >= _LOST_DIGITS else None


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


def hidden_notes(sheets: Iterable[Sheet], markup: dict[str, Markup]) -> Iterator[Finding]:
    """Tell of hidden sheets, which are not read, and of hidden rows and columns, which are (B-LAY-05)."""
    for sheet in sheets:
        hidden = sheet.name if not sheet.is_visible else markup[sheet.name].hidden if sheet.name in markup else None
        if hidden:
            yield Finding("B-LAY-05", "WARN", Place(sheet=sheet.name), value=hidden)
