"""Parquet to batches of text, in every column the text that a person would have written (SPEC 3.0, Formats).

The values are typed and a contract says what its columns mean, so they are read like those of any other file:
decimals digit by digit, moments to the fraction of a second that they have, a whole number without a point.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import polars as pl

from common.masking import beginning
from common.rules import Finding, Refusal
from ingest.files.ahead import ahead
from ingest.files.archives import bound, not_unpacked_beyond
from ingest.files.content import Content
from ingest.files.encodings import LOST
from ingest.files.grids import BATCH_ROWS, HEAD_ROWS, Grid, Opened, numbered

if TYPE_CHECKING:
    from pyarrow.parquet import ParquetFile

MAGIC = b"PAR1"
LOCKED = b"PARE"

_BATCH_CELLS = 2_000_000
"""So many texts are in memory at a time, whatever the width of the table."""

_NAIVE, _ZONED = "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M:%S%.f%:z"


def read_parquet(content: Content, *, is_damaged: bool = False) -> Opened:
    """Open a Parquet file: one grid of records. Raises Refusal where it is damaged or unpacks to too much."""
    if content.read(0, len(LOCKED)) == LOCKED:
        raise Refusal(Finding("B-FIL-02", "REJECT"))
    with _opened(content) as file:
        names = tuple(file.schema_arrow.names)
        bound(1, len(names))
        groups = map(file.metadata.row_group, range(file.num_row_groups))
        not_unpacked_beyond(content.size, sum(group.total_byte_size for group in groups))
        first = next(_batches(file, content.size, HEAD_ROWS, is_damaged), None)

    def batches() -> Iterator[pl.DataFrame]:
        return ahead(_numbered(content, len(names), is_damaged))

    head = [list(row) for row in first.iter_rows()] if first is not None else []
    return Opened((Grid("records", None, head, batches, keys=names),))


@contextmanager
def _opened(content: Content) -> Iterator["ParquetFile"]:
    """Open the file and turn what its parser says of damage into a refusal."""
    from pyarrow import ArrowException  # only these files need it
    from pyarrow.parquet import ParquetFile

    try:
        with content.open() as source, ParquetFile(source) as file:
            yield file
    except (ArrowException, pl.exceptions.PolarsError, OSError, ValueError, NotImplementedError) as error:
        raise Refusal(Finding("B-FIL-06", "REJECT", value=beginning(str(error)))) from error


def _numbered(content: Content, width: int, is_damaged: bool) -> Iterator[pl.DataFrame]:
    row = 1
    with _opened(content) as file:
        size = max(min(BATCH_ROWS, _BATCH_CELLS // max(width, 1)), 1)
        for texts in _batches(file, content.size, size, is_damaged):
            yield numbered(texts, row)
            row += texts.height


def _batches(file: "ParquetFile", packed: int, size: int, is_damaged: bool) -> Iterator[pl.DataFrame]:
    """Give the texts of all rows. What a file says of its own size may be a lie, so what comes out is counted."""
    unpacked = 0
    for batch in file.iter_batches(size):
        texts = _texts(batch)
        unpacked += int(texts.estimated_size())
        not_unpacked_beyond(packed, unpacked)
        if not is_damaged and texts.select(pl.any_horizontal(pl.all().str.contains_any(list(LOST)).any())).item():
            raise Refusal(Finding("B-ENC-01", "REJECT"))
        yield texts


def _texts(batch: Any) -> pl.DataFrame:
    """Return a batch of Arrow as columns of text, named by their places because names may occur twice."""
    from pyarrow import Table

    # the parser takes a file at its word, and bytes that are no text would be trusted as one from here on
    batch.validate(full=True)
    places = list(map(str, range(batch.num_columns)))
    typed = pl.DataFrame(Table.from_arrays(batch.columns, names=places))
    return typed.select(_text(pl.col(place), dtype).alias(place) for place, dtype in typed.schema.items())


def _text(value: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    if isinstance(dtype, pl.Datetime):
        local = value.dt.convert_time_zone("Asia/Shanghai") if dtype.time_zone else value
        return local.dt.to_string(_ZONED if dtype.time_zone else _NAIVE)
    if dtype == pl.Boolean():
        return pl.when(value).then(pl.lit("是")).when(~value).then(pl.lit("否"))
    if isinstance(dtype, pl.Struct):
        return pl.when(value.is_not_null()).then(value.struct.json_encode())
    if isinstance(dtype, pl.List):
        return _filled(value.cast(pl.List(pl.String())).list.join("、"))
    if dtype.is_float():
        # a column of whole numbers with gaps is one of floats in many programs
        return value.cast(pl.String()).str.strip_suffix(".0")
    return _filled(value.cast(pl.String()))


def _filled(text: pl.Expr) -> pl.Expr:
    return pl.when(text.str.strip_chars() != "").then(text)
