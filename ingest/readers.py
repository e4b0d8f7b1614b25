"""From bytes to grids of text: what a file really is, whatever its name says (SPEC 3.0, Formats)."""

import csv
import io
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Literal

import python_calamine

from common.rules import Finding, Place, Refusal
from ingest.archives import Looked, bound, look_into

Cell = str | None
GridKind = Literal["sheet", "csv", "records"]

_PASSWORD_RECORD = re.compile(rb"\x09\x08[\x08\x10]\x00.{8}(?:.{8})?\x2f\x00[\x04\x06\x36]\x00", re.DOTALL)
"""The old binary workbook: FilePass right after the record that begins a stream."""

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")
_PICTURES = {b"%PDF": "PDF", b"\x89PNG": "PNG", b"\xff\xd8\xff": "JPEG", b"II*\x00": "TIFF", b"MM\x00*": "TIFF"}
LOST = ("\ufffd", "锟斤拷")
"""What stands where a program could not decode a character: nobody can bring it back."""

_LOST_DIGITS = 1e15
"""A spreadsheet keeps 15 digits of a number: a longer one is shown as what it is, no code any more."""

_MAX_DIGITS = 60
"""A number with a longer exponent is kept as it is written; written out it could fill the memory."""

csv.field_size_limit(1 << 30)


@dataclass(frozen=True, slots=True)
class Merge:
    """A merged range, zero-based and inclusive."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True, slots=True)
class Grid:
    """Cells of one sheet, one CSV file or one array of records, as the text that stands in them.

    ``cells`` has shape (rows, columns); its first row is number 1. Of records the keys are ``keys`` and
    the values are rows 1, 2, …
    """

    kind: GridKind
    sheet: str | None
    cells: list[list[Cell]]
    merges: tuple[Merge, ...] = ()
    keys: tuple[str, ...] = ()
    epoch_1904: bool = False


@dataclass(frozen=True, slots=True)
class Opened:
    """A file's grids and what was noticed while opening it."""

    grids: tuple[Grid, ...]
    notes: tuple[Finding, ...] = ()
    announced_rows: int | None = None
    """The total that an API page gives for the whole pull."""
    page: int | None = None


def open_file(
    content: bytes,
    *,
    encoding: str | None = None,
    delimiter: str | None = None,
    records: str | None = None,
    is_damaged: bool = False,
) -> Opened:
    """Read a file by its content. Raises Refusal for what cannot be read, with the reason."""
    if not content.strip(b"\x00\r\n\t "):
        raise Refusal(Finding("B-FIL-01", "REJECT"))
    for magic, kind in _PICTURES.items():
        if content.startswith(magic):
            raise Refusal(Finding("B-FIL-05", "REJECT", facts={"t": kind}))
    if content.startswith(b"PK\x03\x04"):
        return _open_workbook(content, look_into(content))
    if content.startswith(_OLE):
        if _ENCRYPTED_STREAM in content or _PASSWORD_RECORD.search(content):
            raise Refusal(Finding("B-FIL-02", "REJECT"))
        return _open_workbook(content, Looked())
    text = decode(content, encoding, is_damaged=is_damaged)
    start = text.lstrip()[:1]
    if start in "[{":
        return _open_json(text, records)
    if start == "<":
        raise Refusal(Finding("L-FIL-TYPE", "REJECT", facts={"t": "HTML/XML"}))
    return Opened((_csv_grid(text, delimiter),))


def decode(content: bytes, encoding: str | None = None, *, is_damaged: bool = False) -> str:
    """Decode text: byte order mark, strict UTF-8, strict GB18030 or what a layout names, else refuse (SPEC 3.0).

    UTF-8 comes first because most of its bytes decode as GB18030 too, and all as Latin-1, into silent garbage. Text
    with characters that were lost before is refused, unless ``is_damaged`` says that such cells are expected.
    """
    marks = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
    marked = next((name for mark, name in marks.items() if content.startswith(mark)), None)
    if marked is None and b"\x00" in content:
        raise Refusal(Finding("L-FIL-TYPE", "REJECT", facts={"t": "binary"}))
    for name in (marked,) if marked else ("utf-8", encoding or "gb18030"):
        try:
            text = content.decode(name)
        except (UnicodeDecodeError, LookupError):
            continue
        if not is_damaged and any(token in text for token in LOST):
            break
        return text
    raise Refusal(Finding("B-ENC-01", "REJECT"))


def _open_workbook(content: bytes, looked: Looked) -> Opened:
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        hidden = [sheet.name for sheet in book.sheets_metadata if sheet.visible != _VISIBLE]
        shown = [sheet.name for sheet in book.sheets_metadata if sheet.visible == _VISIBLE and sheet.typ == _WORKSHEET]
        grids = tuple(_sheet_grid(book, name, looked) for name in shown)
    except python_calamine.PasswordError:
        raise Refusal(Finding("B-FIL-02", "REJECT")) from None
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException as error:  # a damaged workbook can panic inside the parser, which is no Exception
        raise Refusal(Finding("B-FIL-06", "REJECT", value=f"{type(error).__name__}: {error}"[:200])) from None
    notes = [Finding("B-LAY-05", "WARN", Place(sheet=name)) for name in hidden]
    if looked.epoch_1904:
        notes.append(Finding("B-DAT-03", "AUTO"))
    return Opened(grids, tuple(notes))


_VISIBLE = python_calamine.SheetVisibleEnum.Visible
_WORKSHEET = python_calamine.SheetTypeEnum.WorkSheet


def _sheet_grid(book: Any, name: str, looked: Looked) -> Grid:
    sheet = book.get_sheet_by_name(name)
    cells = [[_text(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]
    for (row, place), shown in looked.broken.get(name, {}).items():
        if row < len(cells) and place < len(cells[row]):
            cells[row][place] = shown
    merges = tuple(Merge(*start, *end) for start, end in sheet.merged_cell_ranges or ())
    return Grid("sheet", name, cells, merges, epoch_1904=looked.epoch_1904)


def _text(value: Any) -> Cell:
    """Write a cell's value the way it stands in the cell; numbers as their shortest exact decimal."""
    kind = type(value)
    if kind is str:
        return value if value and not value.isspace() else None
    if kind is float:
        if abs(value) >= _LOST_DIGITS:
            return f"{value:e}"
        return str(int(value)) if value.is_integer() else repr(value)
    if kind is bool:
        return "是" if value else "否"
    if kind is datetime:
        return str(value.isoformat(" "))
    if kind is date or kind is time:
        return str(value.isoformat())
    return None if value is None else str(value)


def _csv_grid(text: str, delimiter: str | None) -> Grid:
    sample = next((line for line in text.splitlines() if line.strip()), "")
    found = delimiter or max(",\t;|", key=sample.count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=found, strict=True))
    except csv.Error as error:
        raise Refusal(Finding("B-FIL-06", "REJECT", value=str(error))) from error
    bound(len(rows), max(map(len, rows), default=0))
    return Grid("csv", None, [[cell if cell.strip() else None for cell in row] for row in rows])


def _open_json(text: str, records: str | None) -> Opened:
    try:
        given = json.loads(text, parse_float=Decimal, parse_int=Decimal)
    except (ValueError, RecursionError) as whole:
        try:
            given = [
                json.loads(line, parse_float=Decimal, parse_int=Decimal) for line in text.splitlines() if line.strip()
            ]
        except (ValueError, RecursionError):
            raise Refusal(Finding("B-FIL-06", "REJECT", value=str(whole))) from None
    announced = page = None
    if isinstance(given, dict):
        announced, page = (_integer(given.get(key)) for key in ("total", "page"))
        found = _at(given, records.split(".") if records else ())
        name = next((key for key in ("rows", "data") if isinstance(given.get(key), list)), None)
        given = found if isinstance(found, list) else given[name] if name else [given]
    if not all(isinstance(record, dict) for record in given):
        raise Refusal(Finding("B-FIL-06", "REJECT", value="JSON: array of records expected"))
    keys = tuple(dict.fromkeys(key for record in given for key in record))
    bound(len(given), len(keys))
    cells = [[_json_text(record.get(key)) for key in keys] for record in given]
    return Opened((Grid("records", None, cells, keys=tuple(map(_whole, keys))),), announced_rows=announced, page=page)


def _at(given: Any, path: Sequence[str]) -> Any:
    """Follow a path of keys; None where it ends before its end."""
    for key in path:
        given = given.get(key) if isinstance(given, dict) else None
    return given


def _integer(value: Any) -> int | None:
    if not isinstance(value, Decimal) or value.adjusted() >= _MAX_DIGITS:
        return None
    return int(value) if value == value.to_integral_value() else None


def _json_text(value: Any) -> Cell:
    if isinstance(value, list):
        return "、".join(filter(None, map(_json_text, value))) or None
    if isinstance(value, dict):
        return _whole(json.dumps(value, ensure_ascii=False, default=str))
    if isinstance(value, Decimal):
        return format(value, "f") if abs(value.adjusted()) < _MAX_DIGITS else str(value)
    if isinstance(value, str):
        return _text(_whole(value))
    return _text(value)


def _whole(text: str) -> str:
    """Replace half a surrogate pair, which JSON can write and no other text can hold."""
    return text if text.isascii() else text.encode(errors="replace").decode()
