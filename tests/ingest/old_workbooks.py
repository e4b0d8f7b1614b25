"""Workbooks of the older kinds and of OpenDocument, made record by record, so that a test says what stands in them."""

import struct
from collections.abc import Iterable

from sample.broken.containers import archive, compound

ERRORS = {"#NULL!": 0x00, "#DIV/0!": 0x07, "#VALUE!": 0x0F, "#REF!": 0x17, "#NAME?": 0x1D, "#NUM!": 0x24, "#N/A": 0x2A}


class Xls:
    """Records of an .xls ([MS-XLS]); rows and columns are counted from 0."""

    @staticmethod
    def text(row: int, column: int, text: str) -> bytes:
        return _short(0x0204, struct.pack("<HHHHB", row, column, 0, len(text), 1) + text.encode("utf-16-le"))

    @staticmethod
    def number(row: int, column: int, value: float) -> bytes:
        return _short(0x0203, struct.pack("<HHHd", row, column, 0, value))

    @staticmethod
    def error(row: int, column: int, error: str) -> bytes:
        return _short(0x0205, struct.pack("<HHHBB", row, column, 0, ERRORS[error], 1))

    @staticmethod
    def truth(row: int, column: int, value: bool) -> bytes:
        return _short(0x0205, struct.pack("<HHHBB", row, column, 0, value, 0))

    @staticmethod
    def failed_formula(row: int, column: int, error: str) -> bytes:
        result = struct.pack("<BBBBBBH", 2, 0, ERRORS[error], 0, 0, 0, 0xFFFF)
        return _short(0x0006, struct.pack("<HHH", row, column, 0) + result + struct.pack("<HIHB", 0, 0, 1, 0x16))

    @staticmethod
    def hidden_row(row: int) -> bytes:
        return _short(0x0208, struct.pack("<HHHHHHHH", row, 0, 1, 0, 0, 0, 0x0120, 0))

    @staticmethod
    def hidden_column(first: int, last: int) -> bytes:
        return _short(0x007D, struct.pack("<HHHHHH", first, last, 0, 0, 1, 0))

    @staticmethod
    def merged(top: int, left: int, bottom: int, right: int) -> bytes:
        return _short(0x00E5, struct.pack("<HHHHH", 1, top, bottom, left, right))

    @staticmethod
    def book(records: Iterable[bytes], *, is_1904: bool = False, extent: tuple[int, int] | None = None) -> bytes:
        """Return a workbook of one sheet; ``extent`` is how many rows and columns it claims to have."""
        start = _short(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0x0DBB, 0x07CC, 0, 6))
        start += _short(0x0022, struct.pack("<H", is_1904))
        name = struct.pack("<BBBB", 0, 0, len("Sheet1"), 1) + "Sheet1".encode("utf-16-le")
        offset = len(start) + 8 + len(name) + 4
        sheet = _short(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0x0DBB, 0x07CC, 0, 6))
        if extent:
            sheet += _short(0x0200, struct.pack("<IIHHH", 0, extent[0], 0, extent[1], 0))
        whole = start + _short(0x0085, struct.pack("<I", offset) + name) + _short(0x000A)
        return compound({"Workbook": whole + sheet + b"".join(records) + _short(0x000A)})


def _short(kind: int, data: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


class Xlsb:
    """Records of an .xlsb ([MS-XLSB]); cells belong to the row that begins before them."""

    @staticmethod
    def row(row: int, *, is_hidden: bool = False) -> bytes:
        return _long(0, struct.pack("<IIHBBBI", row, 0, 0, 0, 0x10 if is_hidden else 0, 0, 0))

    @staticmethod
    def text(column: int, text: str) -> bytes:
        return _long(6, _cell(column) + _wide(text))

    @staticmethod
    def number(column: int, value: float) -> bytes:
        return _long(5, _cell(column) + struct.pack("<d", value))

    @staticmethod
    def error(column: int, error: str) -> bytes:
        return _long(3, _cell(column) + bytes([ERRORS[error]]))

    @staticmethod
    def failed_formula(column: int, error: str) -> bytes:
        return _long(11, _cell(column) + bytes([ERRORS[error]]) + struct.pack("<HIBI", 0, 1, 0x16, 0))

    @staticmethod
    def hidden_column(first: int, last: int) -> bytes:
        return _long(390) + _long(60, struct.pack("<IIIIH", first, last, 0, 0, 1)) + _long(391)

    @staticmethod
    def book(
        records: Iterable[bytes], *, columns: bytes = b"", is_1904: bool = False, extent: tuple[int, int] = (1, 1),
        merges: Iterable[tuple[int, int, int, int]] = (),
    ) -> bytes:  # fmt: skip
        """Return a workbook of one sheet; ``extent`` is how many rows and columns it claims to have."""
        sheet = _long(129) + _long(148, struct.pack("<IIII", 0, extent[0] - 1, 0, extent[1] - 1)) + columns
        sheet += _long(145) + b"".join(records) + _long(146)
        ranges = [_long(176, struct.pack("<IIII", top, bottom, left, right)) for top, left, bottom, right in merges]
        sheet += _long(177, struct.pack("<I", len(ranges))) + b"".join(ranges) + _long(178) if ranges else b""
        sheet += _long(130)
        bundle = struct.pack("<II", 0, 1) + _wide("rId1") + _wide("Sheet1")
        book = _long(131) + _long(153, struct.pack("<IIH", is_1904, 0, 0))
        book += _long(143) + _long(156, bundle) + _long(144) + _long(132)
        relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"
        return archive(
            {
                "[Content_Types].xml": b"<Types/>",
                "xl/workbook.bin": book,
                "xl/_rels/workbook.bin.rels": (
                    f'<Relationships><Relationship Id="rId1" Type="{relation}" Target="worksheets/sheet1.bin"/>'
                    "</Relationships>"
                ).encode(),
                "xl/worksheets/sheet1.bin": sheet,
            }
        )


def _cell(column: int) -> bytes:
    return struct.pack("<II", column, 0)


def _wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def _long(kind: int, data: bytes = b"") -> bytes:
    return _counted(kind) + _counted(len(data)) + data


def _counted(number: int) -> bytes:
    """Write a number seven bits to the byte, the lowest first."""
    written = b""
    while number > 0x7F:
        written += bytes([number & 0x7F | 0x80])
        number >>= 7
    return written + bytes([number])


_SPACES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{space}:1.0"'
    for name, space in (("office", "office"), ("table", "table"), ("text", "text"), ("style", "style"))
)


def ods(body: str, *, start: str = "") -> bytes:
    """Return an OpenDocument spreadsheet of one sheet, of which ``body`` is the markup of columns and rows."""
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?>{start}<office:document-content {_SPACES}'
        ' xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0" office:version="1.3">'
        f'<office:body><office:spreadsheet><table:table table:name="Sheet1">{body}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    return archive(
        {
            "mimetype": kind.encode(),
            "content.xml": content.encode(),
            "META-INF/manifest.xml": b"<manifest/>",
        }
    )


def ods_row(*cells: str, attributes: str = "") -> str:
    """Return the markup of a row; a cell is markup, or the text of a cell."""
    made = (cell if cell.startswith("<") else ods_cell(cell) for cell in cells)
    return f"<table:table-row {attributes}>{''.join(made)}</table:table-row>"


def ods_cell(text: str, attributes: str = 'office:value-type="string"') -> str:
    """Return the markup of a cell that shows a text."""
    return f"<table:table-cell {attributes}><text:p>{text}</text:p></table:table-cell>"
