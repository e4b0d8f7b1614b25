"""What the records of a binary workbook say beside its values (xls, xlsb): errors, merges, extent, what is hidden.

Either kind is a row of records, each with its number and its length ([MS-XLS] 2.1.4, [MS-XLSB] 2.1.4). A formula
always has a result there, so one that nobody ever calculated cannot be told from one whose result is 0.
"""

import io
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import olefile

from common.masking import beginning
from common.rules import Finding, Refusal
from ingest.files.archives import Archive, Extent, bound
from ingest.files.xlsx import Markup, letters, worksheet_files

_ERRORS = {
    0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}  # fmt: skip

Record = tuple[int, bytes]


@dataclass(frozen=True, slots=True)
class Beside:
    """What a workbook says beside its values: of each sheet in their order, and of the whole."""

    sheets: tuple[Markup, ...] = ()
    epoch_1904: bool = False


def look_into_xls(content: bytes) -> Beside:
    """Look at an .xls before a parser does. Raises Refusal for what is damaged or would fill the memory."""
    stream = _workbook_stream(content)
    try:
        starts, epoch_1904 = [], False
        for kind, data in _records(stream, 0):
            if kind == _BOUND_SHEET:
                starts.append(struct.unpack_from("<I", data)[0])
            elif kind == _DATE_MODE:
                epoch_1904 = data[:1] == b"\1"
        return Beside(tuple(_sheet(stream, start) for start in starts), epoch_1904)
    except (struct.error, IndexError) as error:
        raise _damaged(error) from error


def look_into_xlsb(archive: Archive) -> Beside:
    """Look at an .xlsb before a parser does. Raises Refusal for what is damaged or would fill the memory."""
    try:
        files = worksheet_files(archive.read("xl/_rels/workbook.bin.rels"))
        sheets, epoch_1904 = [], False
        for kind, data in _counted_records(archive.read("xl/workbook.bin")):
            if kind == _BUNDLE_SHEET:
                relation, _ = _wide(data, 8)
                sheets.append(_binary_sheet(archive.read(files.get(relation, ""))))
            elif kind == _BOOK_PROPERTIES:
                epoch_1904 = bool(data[0] & 1)
        return Beside(tuple(sheets), epoch_1904)
    except (struct.error, IndexError, UnicodeDecodeError) as error:
        raise _damaged(error) from error


_BEGINS, _END = {0x0009, 0x0209, 0x0409, 0x0809}, 0x000A
_BOUND_SHEET, _DATE_MODE = 0x0085, 0x0022
_BOOK_PROPERTIES, _BUNDLE_SHEET = 153, 156


def _workbook_stream(content: bytes) -> bytes:
    try:
        with olefile.OleFileIO(io.BytesIO(content)) as streams:
            name = "Workbook" if streams.exists("Workbook") else "Book"
            return bytes(streams.openstream(name).read())
    except Exception as error:  # the library names no errors: what is damaged may raise any
        raise _damaged(error) from error


def _damaged(error: BaseException) -> Refusal:
    return Refusal(Finding("B-FIL-06", "REJECT", value=beginning(f"{type(error).__name__}: {error}")))


def _records(stream: bytes, at: int) -> Iterator[Record]:
    """Give the records of an .xls from one beginning to its end, without those of what is embedded, such as a chart."""
    depth, size = 0, len(stream)
    while at + 4 <= size:
        kind, length = struct.unpack_from("<HH", stream, at)
        at += 4
        depth += (kind in _BEGINS) - (kind == _END)
        if depth == 0:
            return
        if depth == 1:
            yield kind, stream[at : at + length]
        at += length


def _counted_records(stream: bytes) -> Iterator[Record]:
    """Give the records of a part of an .xlsb; their numbers and lengths are written in as many bytes as they need."""
    at, size = 0, len(stream)
    while at < size:
        kind = stream[at]
        at += 1
        if kind & 0x80:
            kind = kind & 0x7F | stream[at] << 7
            at += 1
        length = shift = 0
        while True:
            more = stream[at]
            at += 1
            length |= (more & 0x7F) << shift
            shift += 7
            if more < 0x80 or shift == 28:
                break
        yield kind, stream[at : at + length]
        at += length


def _wide(data: bytes, at: int) -> tuple[str, int]:
    """Return a text that stands behind its number of characters, and where it ends."""
    end = at + 4 + 2 * struct.unpack_from("<I", data, at)[0]
    return data[at + 4 : end].decode("utf-16-le"), end


def _sheet(stream: bytes, start: int) -> Markup:
    found, extent = Markup(), Extent()
    for kind, data in _records(stream, start):
        if kind in _CELLS:
            row, column = struct.unpack_from("<HH", data)
            extent.reach(row + 1, column + 1)
            if error := _CELLS[kind](data):
                found.shown[row, column] = error
        elif kind == 0x0200:  # a parser makes room for as many cells as are claimed here
            bound(*_claimed(data))
        elif kind == 0x0208 and data[12] & 0x20:
            _hide_row(found, struct.unpack_from("<H", data)[0])
        elif kind == 0x007D and data[8] & 0x01:
            _hide_columns(found, *struct.unpack_from("<HH", data))
    return found


def _claimed(data: bytes) -> tuple[int, int]:
    first, end, left, right = struct.unpack_from("<IIHH" if len(data) >= 14 else "<HHHH", data)
    return max(end - first, 0), max(right - left, 0)


def _no_error(_: bytes) -> None:
    return None


def _boolean_or_error(data: bytes) -> str | None:
    return _ERRORS.get(data[6], "#N/A") if data[7] else None


def _formula(data: bytes) -> str | None:
    is_error = data[6] == 2 and data[12:14] == b"\xff\xff"
    return _ERRORS.get(data[8], "#N/A") if is_error else None


_CELLS: dict[int, Callable[[bytes], str | None]] = {
    **dict.fromkeys((0x0203, 0x0204, 0x00D6, 0x00FD, 0x027E, 0x00BD), _no_error),
    0x0205: _boolean_or_error, 0x0006: _formula, 0x0206: _formula, 0x0406: _formula,
}  # fmt: skip
"""The records that hold a filled cell, and how each tells an error."""


def _binary_sheet(part: bytes) -> Markup:
    found, extent, row = Markup(), Extent(), 0
    for kind, data in _counted_records(part):
        if kind == 0:
            row = struct.unpack_from("<I", data)[0]
            if data[11] & 0x10:
                _hide_row(found, row)
        elif kind in _BINARY_CELLS:
            column = struct.unpack_from("<I", data)[0]
            extent.reach(row + 1, column + 1)
            if kind in _BINARY_ERRORS:
                found.shown[row, column] = _ERRORS.get(data[8], "#N/A")
        elif kind == 60 and data[16] & 0x01:
            _hide_columns(found, *struct.unpack_from("<II", data))
        elif kind == 176:
            top, bottom, left, right = struct.unpack_from("<IIII", data)
            found.merges.append((top, left, bottom, right))
    return found


_BINARY_ERRORS = {3, 11}
_BINARY_CELLS = {*range(2, 12), 62}


def _hide_row(found: Markup, row: int) -> None:
    found.hidden = found.hidden or f"{row + 1}:{row + 1}"


def _hide_columns(found: Markup, first: int, last: int) -> None:
    found.hidden = found.hidden or f"{letters(first)}:{letters(last)}"
