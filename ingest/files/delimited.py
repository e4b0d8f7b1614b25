"""Delimited text to batches, with the strict semantics of Python's csv module at the speed of polars.

A part of a file without quotes whose records all have the same number of cells means the same to both, so
polars reads it; any other part is read by the csv module, record by record.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice

import numpy as np
import polars as pl

from common.rules import Finding, Place, Refusal
from ingest.files.ahead import ahead
from ingest.files.archives import bound
from ingest.files.encodings import ODD_LINE, Encoded, Piece
from ingest.files.grids import BATCH_ROWS, CUT, GIVEN, HEAD_ROWS, ODD, Cell, Grid, Opened, numbered, text_frame

_DELIMITERS = ",\t;|"
_BLANK = b"\t\x0b\x0c\x1c\x1d\x1e\x1f \xc2\xe1\xe2\xe3"
"""How a blank begins in UTF-8; some other characters begin so too."""

csv.field_size_limit(1 << 30)


def read_delimited(encoded: Encoded, delimiter: str | None) -> Opened:
    """Open delimited text: one grid. Raises Refusal where its first records break off inside a quote."""
    head = encoded.head()
    found = delimiter or _delimiter(head)
    records = islice((record for record, _ in _Records(encoded.pieces(), found)), HEAD_ROWS)
    first = [_cells(record) for record in records]
    bound(len(first), max(map(len, first), default=0))

    def batches() -> Iterator[pl.DataFrame]:
        return ahead(_batches(encoded, found))

    notes = [Finding("B-ENC-01", "AUTO", value="→".join(encoded.turned))] if encoded.turned else []
    return Opened((Grid("csv", None, first, batches),), tuple(notes))


def _delimiter(text: str) -> str:
    """Find what separates the cells: most records hold it equally often. A title above the table holds none."""
    lines = [line for line in text.splitlines()[:HEAD_ROWS] if line.strip()]

    def weight(mark: str) -> tuple[int, int]:
        counts = Counter(number for line in lines if (number := line.count(mark)))
        return max((number * times for number, times in counts.items()), default=0), -_DELIMITERS.index(mark)

    return max(_DELIMITERS, key=weight)


class _Records:
    """Records of the csv module over pieces of text, each with whether a piece of the text ends with it.

    ``is_cut`` tells whether no line end followed the last one.
    """

    def __init__(self, pieces: Iterator[Piece], delimiter: str, row: int = 0) -> None:
        self._pieces = pieces
        self._lines: list[str] = []
        self._next = 0
        self._reader = csv.reader(self._fed(), delimiter=delimiter, strict=True)
        self._row = row
        self.is_cut = False

    def _fed(self) -> Iterator[str]:
        for piece in self._pieces:
            self._lines, self._next = list(io.StringIO(piece.text.decode(), newline="")), 0
            while self._next < len(self._lines):
                self._next += 1
                line = self._lines[self._next - 1]
                self.is_cut = not line.endswith(("\n", "\r"))
                yield line

    def __iter__(self) -> Iterator[tuple[list[str], bool]]:
        return self

    def __next__(self) -> tuple[list[str], bool]:
        self._row += 1
        try:
            return next(self._reader), self._next >= len(self._lines)
        except csv.Error as error:
            raise Refusal(Finding("B-FIL-06", "REJECT", Place(row=self._row), value=str(error))) from None


def _batches(encoded: Encoded, delimiter: str) -> Iterator[pl.DataFrame]:
    row = 1
    pieces = encoded.pieces()
    for piece in pieces:
        fast = None if piece.odd else _regular(piece.text, delimiter)
        if fast is not None:
            bound(fast.height, fast.width)
            yield _with_given(numbered(fast, row), fast.width)
            row += fast.height
            continue
        for records, is_cut in _irregular(piece, pieces, delimiter, row):
            yield _ragged(records, row, is_cut)
            row += len(records)


def _irregular(
    piece: Piece, following: Iterator[Piece], delimiter: str, row: int
) -> Iterator[tuple[list[list[str]], bool]]:
    """Give the records of a piece, and of what follows as long as a record goes on there, in lists of some length.

    With each list comes whether no line end follows its last record.
    """

    def fed() -> Iterator[Piece]:
        yield piece
        yield from following

    gathered: list[list[str]] = []
    reader = _Records(fed(), delimiter, row - 1)
    for record, is_end in reader:
        gathered.append(record)
        if is_end or len(gathered) == BATCH_ROWS:
            yield gathered, reader.is_cut
            gathered = []
        if is_end:
            return


def _ragged(records: list[list[str]], row: int, is_cut: bool) -> pl.DataFrame:
    """Return records of any lengths as a batch; what was in another encoding is marked in ODD, an open end in CUT."""
    bound(len(records), max(map(len, records), default=0))
    lengths = pl.Series(GIVEN, list(map(len, records)), dtype=pl.UInt32)
    odd = [any(cell.endswith(ODD_LINE) for cell in record[-1:]) for record in records]
    batch = text_frame([_cells(_unmarked(record)) for record in records], row).insert_column(1, lengths)
    batch = batch.insert_column(2, pl.Series(ODD, odd)) if any(odd) else batch
    last = pl.int_range(pl.len()) == pl.len() - 1
    return batch.with_columns(last.alias(CUT)) if is_cut else batch


def _unmarked(record: list[str]) -> list[str]:
    return [*record[:-1], record[-1].removesuffix(ODD_LINE)] if record else record


def _cells(record: list[str]) -> list[Cell]:
    return [cell if cell and not cell.isspace() else None for cell in record]


def _with_given(batch: pl.DataFrame, width: int) -> pl.DataFrame:
    return batch.insert_column(1, pl.repeat(width, batch.height, dtype=pl.UInt32, eager=True).alias(GIVEN))


def _regular(text: bytes, delimiter: str) -> pl.DataFrame | None:
    """Read a text without quotes whose records are all of one length; None where it is not like that."""
    mark = delimiter.encode()
    if b'"' in text:
        return None
    width = text[: text.find(b"\n")].count(mark) + 1
    if width == 1:
        return None
    bound(1, width)
    # the parser takes either line end, but only one of them
    if b"\r" in text and not _ends_lines_alike(text):
        text = text.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    ended = text if text.endswith(b"\n") else text + b"\n"
    height = ended.count(b"\n")
    # the parser refuses a record that is too long; if none is, a short one would be missed in the sum
    if ended.count(mark) != height * (width - 1):
        return None
    names = [str(place) for place in range(width)]
    try:
        cells = pl.read_csv(
            ended, has_header=False, separator=delimiter, quote_char=None, schema=dict.fromkeys(names, pl.String)
        )
    except pl.exceptions.PolarsError:
        return None
    if cells.height != height:
        return None
    if _begins_with_blanks(ended, mark):
        cells = cells.select(pl.when(pl.all().str.strip_chars() != "").then(pl.all()))
    return cells


def _ends_lines_alike(text: bytes) -> bool:
    """Tell whether each carriage return stands before a line feed, and each but the last line ends with both."""
    symbols = np.frombuffer(text, dtype=np.uint8)
    returns = np.flatnonzero(symbols == ord("\r")) + 1
    is_paired = returns[-1] < len(symbols) and bool((symbols[returns] == ord("\n")).all())
    return is_paired and len(returns) == text.count(b"\n")


def _begins_with_blanks(text: bytes, mark: bytes) -> bool:
    """Tell whether a cell may begin with a blank. Single bytes are found fast, and most of these are nowhere."""
    blanks = b"".join(blank for blank in map(int.to_bytes, _BLANK) if blank in text and blank != mark)
    if not blanks:
        return False
    begins = b"[" + re.escape(blanks) + b"]"
    return any(re.search(before + begins, text) for before in (re.escape(mark), b"\n", b"^"))
