"""A list in a CSV of somebody's own: read in whatever encoding, written again with columns added, else unchanged."""

import codecs
import csv
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from common.messages import LouyuError
from common.text import clean

Answer = Callable[[Sequence[str]], Sequence[str]]
"""From the cells of the wanted columns to those of the added ones."""

_MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_CHUNK = 1 << 22


def encoding_of(file: Path) -> str:
    """Tell a text's encoding: byte order mark, strict UTF-8, strict GB18030, in this order (SPEC 3.0)."""
    with file.open("rb") as source:
        start = source.read(4)
    for mark, name in _MARKS.items():
        if start.startswith(mark):
            return name
    for name in ("utf-8", "gb18030"):
        if _decodes(file, name):
            return name
    raise LouyuError(
        f"{file} 既不是UTF-8也不是GB18030文本,请另存为UTF-8的CSV。",
        f"{file} is neither UTF-8 nor GB18030 text; save it as CSV in UTF-8.",
    )


def _decodes(file: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with file.open("rb") as source:
            while chunk := source.read(_CHUNK):
                decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def read_rows(file: Path, encoding: str) -> Iterator[list[str]]:
    """Yield the records of a CSV; a field may be of any length."""
    csv.field_size_limit(sys.maxsize)
    with file.open(encoding=encoding, newline="") as source:
        try:
            yield from csv.reader(source)
        except csv.Error as error:
            raise LouyuError(f"{file} 不是可读的CSV:{error}", f"{file} is no CSV that can be read: {error}") from None


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
    encoding = encoding_of(file)
    rows = read_rows(file, encoding)
    header = next(rows, [])
    places = [_place(file, header, name) for name in wanted]
    width, count = len(header), 0
    temporary = out.with_name(f".{out.name}.tmp")
    out.parent.mkdir(parents=True, exist_ok=True)
    try:
        with temporary.open("w", encoding="utf-8-sig" if encoding == "utf-8-sig" else "utf-8", newline="") as target:
            writer = csv.writer(target, lineterminator=_line_end(file, encoding))
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
        temporary.replace(out)
    finally:
        temporary.unlink(missing_ok=True)
    return count


_TELL_EVERY = 200_000


def _place(file: Path, header: Sequence[str], name: str) -> int:
    heads = [clean(head) for head in header]
    if clean(name) not in heads:
        listed = "、".join(heads)
        raise LouyuError(f'{file} 没有列"{name}"。现有:{listed}', f'{file} has no column "{name}". It has: {listed}')
    return heads.index(clean(name))


def _line_end(file: Path, encoding: str) -> str:
    with file.open(encoding=encoding, newline="") as source:
        return "\r\n" if source.readline().endswith("\r\n") else "\n"
