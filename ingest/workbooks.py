"""Workbooks to grids: the cells of every visible sheet as text (SPEC 3.0, Formats)."""

import io
import re
from datetime import date, datetime, time
from typing import Any

import polars as pl
import python_calamine

from common.rules import Finding, Place, Refusal
from ingest.archives import Looked
from ingest.grids import Cell, Grid, Merge, Opened, framed_grid, text_frame

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PASSWORD_RECORD = re.compile(rb"\x09\x08[\x08\x10]\x00.{8}(?:.{8})?\x2f\x00[\x04\x06\x36]\x00", re.DOTALL)
"""The old binary workbook: FilePass right after the record that begins a stream."""

_ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")
_LOST_DIGITS = 1e15
"""A spreadsheet keeps 15 digits of a number: a longer one is shown as what it is, no code any more."""

_VISIBLE = python_calamine.SheetVisibleEnum.Visible
_WORKSHEET = python_calamine.SheetTypeEnum.WorkSheet


def is_locked(content: bytes) -> bool:
    """Tell whether an OLE file is encrypted."""
    return _ENCRYPTED_STREAM in content or _PASSWORD_RECORD.search(content) is not None


def read_workbook(content: bytes, looked: Looked) -> Opened:
    """Read all visible sheets. Raises Refusal for a damaged or locked workbook."""
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        hidden = [sheet.name for sheet in book.sheets_metadata if sheet.visible != _VISIBLE]
        shown = [sheet.name for sheet in book.sheets_metadata if sheet.visible == _VISIBLE and sheet.typ == _WORKSHEET]
        grids = tuple(_sheet_grid(book, name, looked) for name in shown)
    except python_calamine.PasswordError:
        raise Refusal(Finding("B-FIL-02", "REJECT")) from None
    except (KeyboardInterrupt, SystemExit, MemoryError, Refusal):
        raise
    except BaseException as error:  # a damaged workbook can panic inside the parser, which is no Exception
        raise Refusal(Finding("B-FIL-06", "REJECT", value=f"{type(error).__name__}: {error}"[:200])) from None
    notes = [Finding("B-LAY-05", "WARN", Place(sheet=name)) for name in hidden]
    if looked.epoch_1904:
        notes.append(Finding("B-DAT-03", "AUTO"))
    return Opened(grids, tuple(notes))


def _sheet_grid(book: Any, name: str, looked: Looked) -> Grid:
    sheet = book.get_sheet_by_name(name)
    cells = [[_text(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]
    for (row, place), shown in looked.broken.get(name, {}).items():
        if row < len(cells) and place < len(cells[row]):
            cells[row][place] = shown
    texts = text_frame(cells, 1).drop("row_no")
    merges = [
        Merge(top, left, bottom, right, _at(texts, top, left))
        for (top, left), (bottom, right) in sheet.merged_cell_ranges or ()
    ]
    return framed_grid("sheet", name, texts, merges=merges, epoch_1904=looked.epoch_1904)


def _at(texts: pl.DataFrame, row: int, place: int) -> Cell:
    return texts.item(row, place) if row < texts.height and place < texts.width else None


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
