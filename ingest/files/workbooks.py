"""Workbooks to grids: the cells of every visible sheet as text (SPEC 3.0, Formats).

The newest format comes in millions of rows and is read column by column; the older ones, and OpenDocument, are
read cell by cell.
"""

import io
import re
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date, datetime, time
from typing import Any

import fastexcel
import polars as pl
import python_calamine

from common.masking import beginning
from common.rules import Finding, Place, Refusal
from ingest.files.archives import Archive
from ingest.files.biff import Beside
from ingest.files.grids import ROW, Cell, Grid, Merge, Opened, framed_grid, text_frame
from ingest.files.xlsx import DTD, MAX_ROWS, Looked, Markup, Range, Sheet, hidden_notes, look_through, markup_of

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
OLD_MAX_ROWS = 1 << 16
_PASSWORD_RECORD = re.compile(rb"\x09\x08[\x08\x10]\x00.{8}(?:.{8})?\x2f\x00[\x04\x06\x36]\x00", re.DOTALL)
"""The old binary workbook: FilePass right after the record that begins a stream."""

_ENCRYPTED_STREAM, _MACRO_STREAM, WORD_STREAM = (
    name.encode("utf-16-le") for name in ("EncryptedPackage", "_VBA_PROJECT", "WordDocument")
)
_MANY_DECIMALS = r"^-?[0-9]{1,13}\.[0-9]{8,9}$"
"""How the parser writes a number that has more decimals than it shows, or noise of the binary number behind them."""

_CUT = r"^-?[0-9]{1,5}\."
"""Such a number with fewer than fifteen digits in all: the others are told by no text of the parser."""

_MIDNIGHT, _FIRST_DAY = " 00:00:00", "1899-12-31 "
"""What the parser adds to a day and to a time of day."""

_LOST_DIGITS = 1e15
"""A spreadsheet keeps 15 digits of a number: a longer one is shown as what it is, no code any more."""

_VISIBLE = python_calamine.SheetVisibleEnum.Visible
_WORKSHEET = python_calamine.SheetTypeEnum.WorkSheet


def is_locked(content: bytes) -> bool:
    """Tell whether an OLE file is encrypted."""
    return _ENCRYPTED_STREAM in content or _PASSWORD_RECORD.search(content) is not None


def read_workbook(archive: Archive, looked: Looked) -> Opened:
    """Read all visible sheets of an xlsx. Raises Refusal for a damaged workbook or a full sheet."""
    shown = [sheet for sheet in looked.sheets if sheet.is_visible]
    # the parser leaves the interpreter to others while it works, and opens a workbook without its worksheets
    with _guarded(), ThreadPoolExecutor(1) as beside:
        opened = beside.submit(fastexcel.read_excel, archive.content)
        declaring = [sheet for sheet in looked.sheets if look_through(archive, sheet)]
        book = opened.result()
        looks = {sheet.name: beside.submit(markup_of, archive, sheet) for sheet in shown}
        grids = tuple(_columns_grid(book, sheet.name, looks[sheet.name], looked.epoch_1904) for sheet in shown)
    notes = [*hidden_notes(looked.sheets, {name: look.result() for name, look in looks.items()}), *looked.notes]
    if declaring and DTD not in looked.notes:
        notes.append(DTD)
    if looked.epoch_1904:
        notes.append(Finding("B-DAT-03", "AUTO"))
    return Opened(grids, tuple(notes))


def read_old_workbook(content: bytes, looked: Looked, beside: Beside, max_rows: int = MAX_ROWS) -> Opened:
    """Read all visible sheets of another kind of workbook. Raises Refusal as :func:`read_workbook` does."""
    with _guarded():
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        given = book.sheets_metadata
        markup = dict(zip((sheet.name for sheet in given), beside.sheets, strict=False))
        shown = [sheet.name for sheet in given if sheet.visible == _VISIBLE and sheet.typ == _WORKSHEET]
        grids = tuple(
            _cells_grid(book, name, markup.get(name, Markup()), max_rows, beside.epoch_1904) for name in shown
        )
    notes = [*hidden_notes((Sheet(sheet.name, "", sheet.visible == _VISIBLE) for sheet in given), markup)]
    if beside.epoch_1904:
        notes.append(Finding("B-DAT-03", "AUTO"))
    if _MACRO_STREAM in content:
        notes.append(Finding("B-FIL-08", "WARN", value="VBA"))
    return Opened(grids, (*notes, *looked.notes))


@contextmanager
def _guarded() -> Iterator[None]:
    try:
        yield
    except python_calamine.PasswordError:
        raise Refusal(Finding("B-FIL-02", "REJECT")) from None
    except (KeyboardInterrupt, SystemExit, MemoryError, Refusal):
        raise
    except BaseException as error:  # a damaged workbook can panic inside the parser, which is no Exception
        raise Refusal(Finding("B-FIL-06", "REJECT", value=beginning(f"{type(error).__name__}: {error}"))) from None


def _columns_grid(book: fastexcel.ExcelReader, name: str, look: Future[Markup], epoch_1904: bool) -> Grid:
    sheet = book.load_sheet(name, header_row=None, skip_rows=0, dtypes="string")
    if not sheet.height:
        return Grid("sheet", name, [])
    places = [column.absolute_index for column in sheet.available_columns()]
    frame = _with_all_digits(book, name, sheet.to_polars(), places)
    markup = look.result()
    frame = _as_it_stands(frame, markup.has_booleans)
    frame.columns = [str(place) for place in places]
    texts = _with_shown(frame.select(_placed(frame, max(places) + 1)), markup)
    _not_full(name, texts.height, MAX_ROWS)
    merges = [Merge(*range_, _at(texts, range_[0], range_[1])) for range_ in markup.merges]
    return framed_grid("sheet", name, texts, merges=merges, epoch_1904=epoch_1904)


def _with_all_digits(
    book: fastexcel.ExcelReader, name: str, frame: pl.DataFrame, places: Sequence[int]
) -> pl.DataFrame:
    """Show numbers with the fifteen digits that a spreadsheet keeps, where nine decimals are too few or show noise.

    The parser cuts every number behind its ninth decimal, which is ten fen of 亿元. Only columns in which a number was
    cut are read once more.
    """
    found = frame.select(pl.all().str.contains(_MANY_DECIMALS).any()).row(0)
    by_name = {text: place for text, place, is_one in zip(frame.columns, places, found, strict=True) if is_one}
    if not by_name:
        return frame
    long = frame.select(pl.when(pl.col(text).str.contains(_MANY_DECIMALS)).then(pl.col(text)) for text in by_name)
    is_cut = long.select(pl.all().str.contains(_CUT).any()).row(0)
    numbers = long.cast(pl.Float64)
    if cut := [place for place, is_one in zip(by_name.values(), is_cut, strict=True) if is_one]:
        again = book.load_sheet(name, header_row=None, skip_rows=0, use_columns=cut, dtypes="float").to_polars()
        numbers = numbers.with_columns(pl.when(numbers[text].is_not_null()).then(again[text]) for text in again.columns)
    shown = numbers.select(pl.all().round_sig_figs(15).cast(pl.String).str.strip_suffix(".0"))
    return frame.with_columns(pl.coalesce(shown[text], text) for text in by_name)


def _as_it_stands(frame: pl.DataFrame, has_booleans: bool) -> pl.DataFrame:
    """Write dates and times as short as they are, truth as a word, and blank cells as empty.

    Most columns hold nothing of the kind, and to look is cheaper than to write every cell again.
    """
    text = pl.all()
    is_moment = text.str.ends_with(_MIDNIGHT) | text.str.starts_with(_FIRST_DAY)
    found = frame.select(
        is_moment.any().name.suffix(" moment"), text.str.contains(r"^\s*$").any().name.suffix(" blank")
    ).row(0)
    shown = []
    for name, has_moments, has_blanks in zip(frame.columns, found[: frame.width], found[frame.width :], strict=True):
        said = pl.col(name)
        if has_moments:
            said = said.str.strip_suffix(_MIDNIGHT).str.strip_prefix(_FIRST_DAY)
        if has_booleans:
            said = said.replace({"true": "是", "false": "否"})
        shown.append(pl.when(~pl.col(name).str.contains(r"^\s*$")).then(said) if has_blanks else said)
    return frame.select(shown)


def _placed(frame: pl.DataFrame, width: int) -> list[pl.Expr]:
    """Put columns where they stand in the sheet; a sheet need not begin in column A."""
    there = set(frame.columns)
    return [
        pl.col(name) if (name := str(place)) in there else pl.lit(None, pl.String).alias(name) for place in range(width)
    ]


def _with_shown(texts: pl.DataFrame, markup: Markup) -> pl.DataFrame:
    """Put what the parser leaves out where it stands; below its last row too, for a row of errors is a row."""
    by_place: dict[int, dict[int, str]] = {}
    for (row, place), shown in markup.shown.items():
        by_place.setdefault(place, {})[row] = shown
    lacking = max((row for row, _ in markup.shown), default=-1) + 1 - texts.height
    if lacking > 0:
        texts = pl.concat([texts, texts.clear(lacking)])
    for place, cells in sorted(by_place.items()):
        for missing in range(texts.width, place + 1):
            texts = texts.with_columns(pl.lit(None, pl.String).alias(str(missing)))
        column = texts[str(place)].scatter(list(cells), list(cells.values()))
        texts = texts.with_columns(column.alias(str(place)))
    return texts


def _not_full(name: str, rows: int, limit: int) -> None:
    """Refuse a sheet that reaches down to its last row: nobody knows what did not fit (B-LAY-10)."""
    if rows >= limit:
        raise Refusal(Finding("B-LAY-10", "REJECT", Place(sheet=name), facts={"n": limit}))


def _at(texts: pl.DataFrame, row: int, place: int) -> Cell:
    return texts.item(row, place) if row < texts.height and place < texts.width else None


def _cells_grid(book: Any, name: str, markup: Markup, max_rows: int, epoch_1904: bool) -> Grid:
    sheet = book.get_sheet_by_name(name)
    rows = text_frame([[_text(value) for value in row] for row in sheet.to_python(skip_empty_area=False)], 1)
    _not_full(name, rows.height, max_rows)
    texts = _with_shown(rows.drop(ROW), markup)
    ranges: list[Range] = [
        (top, left, bottom, right) for (top, left), (bottom, right) in sheet.merged_cell_ranges or ()
    ]
    merges = [Merge(*range_, _at(texts, range_[0], range_[1])) for range_ in ranges or markup.merges]
    return framed_grid("sheet", name, texts, merges=merges, epoch_1904=epoch_1904)


def _text(value: Any) -> Cell:
    """Write a cell's value the way it stands in the cell; numbers as their shortest exact decimal."""
    writer = _WRITERS.get(type(value))
    return writer(value) if writer else None if value is None else str(value)


def _number(value: float) -> str:
    if abs(value) >= _LOST_DIGITS:
        return f"{value:e}"
    return str(int(value)) if value.is_integer() else f"{value:.15g}"


_WRITERS: dict[type, Callable[[Any], Cell]] = {
    str: lambda value: value if value and not value.isspace() else None,
    float: _number,
    bool: lambda value: "是" if value else "否",
    datetime: lambda value: value.isoformat(" "),
    date: date.isoformat,
    time: time.isoformat,
}
