"""A list in a CSV of somebody's own: read in whatever encoding, written again with columns added, else unchanged."""

import csv
import io
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from common.files import in_place_of
from common.messages import LouyuError
from common.rules import Refusal
from common.text import clean
from ingest.files.content import Content
from ingest.files.encodings import Encoded

Answer = Callable[[Sequence[str]], Sequence[str]]
"""From the cells of the wanted columns to those of the added ones."""


def text_of(file: Path) -> Encoded:
    """Open a text in the encoding that it is in: byte order mark, UTF-8, GB18030 (SPEC 3.0)."""
    try:
        return Encoded.of(Content(file), is_damaged=True)
    except Refusal:
        raise _unreadable(file) from None


def read_rows(file: Path) -> Iterator[list[str]]:
    """Yield the records of a CSV; a field may be of any length."""
    csv.field_size_limit(sys.maxsize)
    try:
        yield from csv.reader(_lines(file))
    except csv.Error as error:
        raise LouyuError(f"{file} 不是可读的CSV:{error}", f"{file} is no CSV that can be read: {error}") from None


def _lines(file: Path) -> Iterator[str]:
    try:
        for piece in text_of(file).pieces():
            if piece.odd:
                raise _unreadable(file)
            yield from io.StringIO(piece.text.decode(), newline="")
    except Refusal:
        raise _unreadable(file) from None


def _unreadable(file: Path) -> LouyuError:
    return LouyuError(
        f"{file} 既不是UTF-8也不是GB18030文本,请另存为UTF-8的CSV。",
        f"{file} is neither UTF-8 nor GB18030 text; save it as CSV in UTF-8.",
    )


def extend(
    file: Path,
    out: Path,
    wanted: Sequence[str],
    added: Sequence[str],
    answer: Answer,
    progress: Callable[[int], None] = lambda _: None,
) -> int:
    """Write ``file`` to ``out`` with the columns ``added`` after its own, and return the number of records.

    Other cells and the order of the rows stay as they are; the text is UTF-8, with a byte order mark exactly where the
    source has one. A column is found by its header, width and outer blanks aside. ``out`` appears when it is complete.
    Raises LouyuError where a column is missing or the text cannot be read.
    """  # fmt: skip
    rows = read_rows(file)
    header = next(rows, [])
    places = [_place(file, header, name) for name in wanted]
    width, count = len(header), 0
    given = text_of(file)
    written = "utf-8-sig" if given.encoding == "utf-8" and given.mark else "utf-8"
    end = "\r\n" if given.head().partition("\n")[0].endswith("\r") else "\n"
    with in_place_of(out) as fresh, fresh.open("w", encoding=written, newline="") as target:
        writer = csv.writer(target, lineterminator=end)
        writer.writerow([*header, *added])
        for row in rows:
            if not row and width > 1:
                writer.writerow(row)
                continue
            cells = [*row, *[""] * (width - len(row))]
            # what stands beyond the header stays beyond the added columns
            writer.writerow([*cells[:width], *answer([cells[place] for place in places]), *cells[width:]])
            count += 1
            if count % _TELL_EVERY == 0:
                progress(count)
    return count


_TELL_EVERY = 200_000


def _place(file: Path, header: Sequence[str], name: str) -> int:
    heads = [clean(head) for head in header]
    if clean(name) not in heads:
        listed = "、".join(heads)
        raise LouyuError(f'{file} 没有列"{name}"。现有:{listed}', f'{file} has no column "{name}". It has: {listed}')
    return heads.index(clean(name))
