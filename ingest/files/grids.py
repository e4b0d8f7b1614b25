"""What every reader hands over: grids of text, a first glance in Python and the whole in batches.

A header is looked for in the first rows, cell by cell; everything below it is only ever handled as whole
columns, a batch at a time, so that a file may be larger than the memory.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import polars as pl

from common.rules import Finding

Cell = str | None
GridKind = Literal["sheet", "csv", "records"]

HEAD_ROWS = 20
"""As many rows as a header is looked for in, and a few of what follows it."""

ROW = "row_no"
"""The 1-based number of a record: sheet row, CSV record, array index."""

GIVEN = "given"
"""How many cells a CSV record has; sheets and records of JSON cannot be ragged."""

ODD = "odd"
"""Whether a CSV record was in another encoding than the rest; there only where some were."""

CUT = "cut"
"""Whether a CSV record is the last and no line end follows it; there only where one is."""

MOMENT = " as a moment"
"""Behind the name of a place: what its texts say, where the file holds moments; null where a text needs a look."""

BATCH_ROWS = 200_000


def only_cells(batch: pl.DataFrame) -> pl.DataFrame:
    """Return a batch without what is told about its rows."""
    return batch.select(name for name in batch.columns if name.isdigit())


@dataclass(frozen=True, slots=True)
class Merge:
    """A merged range, zero-based and inclusive, and what is written in it."""

    top: int
    left: int
    bottom: int
    right: int
    value: Cell = None


def _nothing() -> Iterator[pl.DataFrame]:
    return iter(())


@dataclass(frozen=True, slots=True)
class Grid:
    """Cells of one sheet, one CSV file or one array of records, as the text that stands in them.

    ``head`` holds the first rows as lists; row number 1 is the first. ``batches`` gives all rows from the first
    on as frames with ROW, for CSV also GIVEN, then one text column for each place, named 0, 1, …; frames may
    differ in width, and may say beside a text which MOMENT it is. Of JSON records the keys are ``keys`` and the
    values are rows 1, 2, …
    """

    kind: GridKind
    sheet: str | None
    head: Sequence[Sequence[Cell]]
    batches: Callable[[], Iterator[pl.DataFrame]] = _nothing
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


def numbered_rows(grid: Grid) -> Iterator[tuple[int, Sequence[Cell]]]:
    """Yield the rows of a grid with their numbers, from the first on."""
    yield from enumerate(grid.head, start=1)
    if len(grid.head) < HEAD_ROWS:
        return
    for batch in grid.batches():
        below = batch.filter(pl.col(ROW) > len(grid.head))
        yield from zip(below[ROW], only_cells(below).iter_rows(), strict=True)


def text_frame(rows: Sequence[Sequence[Cell]], first: int, width: int | None = None) -> pl.DataFrame:
    """Return rows of any lengths as a batch whose first row has the number ``first``."""
    wide = max(max(map(len, rows), default=0) if width is None else width, 1)
    padded = [row if len(row) == wide else [*row, *[None] * (wide - len(row))] for row in rows]
    columns = list(zip(*padded, strict=True)) if padded else [()] * wide
    texts = [pl.Series(str(place), column, dtype=pl.String) for place, column in enumerate(columns)]
    return numbered(pl.DataFrame(texts, height=len(rows)), first)


def numbered(texts: pl.DataFrame, first: int) -> pl.DataFrame:
    """Return text columns as a batch whose first row has the number ``first``."""
    numbers = pl.int_range(first, first + texts.height, dtype=pl.Int64, eager=True).alias(ROW)
    return texts.select(numbers, pl.all())


def framed_grid(
    kind: GridKind, sheet: str | None, texts: pl.DataFrame, *, merges: Iterable[Merge] = (),
    keys: tuple[str, ...] = (), epoch_1904: bool = False,
) -> Grid:  # fmt: skip
    """Return a grid whose cells are all at hand; the columns of ``texts`` are its places."""

    def batches() -> Iterator[pl.DataFrame]:
        for start in range(0, texts.height, BATCH_ROWS):
            yield numbered(texts.slice(start, BATCH_ROWS), start + 1)

    head = [list(row) for row in texts.head(HEAD_ROWS).iter_rows()]
    return Grid(kind, sheet, head, batches, tuple(merges), keys, epoch_1904)
