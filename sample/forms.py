"""The forms in which an office writes: workbooks, comma-separated text, pages of an interface.

A form is a value; ``encode`` turns it into the same bytes on every machine.
"""

import csv
import io
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sample import xlsx

Cell = xlsx.Cell
Row = Sequence[Cell]
Heading = str | tuple[str, str]
"""What stands above a column: one text, or a group and what stands below it."""


class Total(tuple[Cell, ...]):
    """A row that adds up others, and is no record."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: lines above the header, the header in one or two rows, the body, the signatures below.

    In the columns ``merged``, equal texts below each other are one merged cell.
    """

    feed: str
    name: str
    lines: Sequence[str]
    header: Sequence[Heading]
    rows: Sequence[Row]
    merged: Sequence[int] = ()
    signatures: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Workbook:
    """An xlsx file."""

    sheets: Sequence[Sheet]

    @property
    def rows(self) -> Counter[str]:
        """Count the records by feed."""
        counted: Counter[str] = Counter()
        for sheet in self.sheets:
            counted[sheet.feed] += sum(not isinstance(row, Total) for row in sheet.rows)
        return counted

    def encode(self) -> bytes:
        """Return the file's bytes."""
        strings: dict[str, int] = {}
        return xlsx.encode([_fill_in(xlsx.Page(sheet.name, strings), sheet) for sheet in self.sheets], strings)


def _fill_in(page: xlsx.Page, sheet: Sheet) -> xlsx.Page:
    for line in sheet.lines:
        page.row((line,), xlsx.TITLE if page.height == 0 else xlsx.PLAIN)
        page.merge(page.height, 0, page.height, len(sheet.header) - 1)
    _write_header(page, sheet.header)
    _write_body(page, sheet.rows, sheet.merged)
    page.row(())
    page.row([cell for signature in sheet.signatures for cell in (signature, None)])
    return page


def _write_header(page: xlsx.Page, header: Sequence[Heading]) -> None:
    """Write the header: a group stands above its columns, a single heading reaches down beside it."""
    groups = [heading if isinstance(heading, str) else heading[0] for heading in header]
    page.row([None if at and group == groups[at - 1] else group for at, group in enumerate(groups)], xlsx.HEADING)
    if groups == list(header):
        return
    top, column = page.height, 0
    page.row([None if isinstance(heading, str) else heading[1] for heading in header], xlsx.HEADING)
    for group, run in groupby(groups):
        width = len(list(run))
        page.merge(top, column, top + (header[column] == group), column + width - 1)
        column += width


def _write_body(page: xlsx.Page, rows: Sequence[Row], merged: Sequence[int]) -> None:
    """Write the rows; in a merged column a text that stands above already is left out."""
    starts = dict.fromkeys(merged, page.height + 1)
    above: dict[int, Cell] = dict.fromkeys(merged)
    for row in rows:
        cells = list(row)
        for column in merged:
            if row[column] is not None and row[column] == above[column]:
                cells[column] = None
                continue
            page.merge(starts[column], column, page.height, column)
            above[column], starts[column] = row[column], page.height + 1
        page.row(cells)
    for column in merged:
        page.merge(starts[column], column, page.height, column)


@dataclass(frozen=True, slots=True)
class Table:
    """Comma-separated text with CRLF and every text quoted: as Chinese office software exports it, in GB18030."""

    feed: str
    header: Sequence[str]
    body: Sequence[Row]
    encoding: str = "gb18030"

    @property
    def rows(self) -> Counter[str]:
        """Count the records by feed."""
        return Counter({self.feed: len(self.body)})

    def encode(self) -> bytes:
        """Return the file's bytes."""
        text = io.StringIO(newline="")
        writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
        writer.writerow(self.header)
        writer.writerows(self.body)
        return text.getvalue().encode(self.encoding)


@dataclass(frozen=True, slots=True)
class Pages:
    """One pull of an interface: a folder of JSON pages that all name the number of rows of the whole pull."""

    feed: str
    records: Sequence[Mapping[str, Any]]
    size: int = 200

    @property
    def rows(self) -> Counter[str]:
        """Count the records by feed."""
        return Counter({self.feed: len(self.records)})

    def encode(self) -> Iterator[tuple[str, bytes]]:
        """Yield the pages' names and bytes; a pull without rows is one page without rows."""
        for page, start in enumerate(range(0, max(len(self.records), 1), self.size), 1):
            answer = {"total": len(self.records), "page": page, "rows": self.records[start : start + self.size]}
            yield f"page_{page:03d}.json", (json.dumps(answer, ensure_ascii=False) + "\n").encode()
