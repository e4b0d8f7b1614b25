"""Parquet to batches of text, in every column the text that a person would have written (SPEC 3.0, Formats).

The values are typed and a contract says what its columns mean, so they are read like those of any other file:
decimals digit by digit, moments to the fraction of a second that they have, a whole number without a point.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

import polars as pl

from common.masking import beginning
from common.rules import Finding, Refusal
from ingest.files.ahead import ahead
from ingest.files.archives import bound, not_unpacked_beyond
from ingest.files.content import Content
from ingest.files.encodings import LOST
from ingest.files.grids import BATCH_ROWS, HEAD_ROWS, MOMENT, Grid, Opened, numbered, only_cells

if TYPE_CHECKING:
    from pyarrow.parquet import ParquetFile

MAGIC = b"PAR1"
LOCKED = b"PARE"

_BATCH_CELLS = 2_000_000
"""So many texts are in memory at a time, whatever the width of the table."""

_THIS_TIME = datetime(1900, 2, 1), datetime(2100, 1, 1)
"""Earlier and later moments stand for none, or are none."""

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
        repeating = [one.name for one in file.schema_arrow if _is_text(one.type) and names.count(one.name) == 1]
        first = next(_batches(file, content.size, HEAD_ROWS, is_damaged), None)

    def batches() -> Iterator[pl.DataFrame]:
        return ahead(_numbered(content, names, repeating, is_damaged))

    head = [list(row) for row in only_cells(first).iter_rows()] if first is not None else []
    return Opened((Grid("records", None, head, batches, keys=names),))


@contextmanager
def _opened(content: Content, repeating: Sequence[str] = ()) -> Iterator["ParquetFile"]:
    """Open the file and turn what its parser says of damage into a refusal."""
    from pyarrow import ArrowException  # only these files need it
    from pyarrow.parquet import ParquetFile

    try:
        with content.open() as source, ParquetFile(source, read_dictionary=list(repeating)) as file:
            yield file
    except (ArrowException, pl.exceptions.PolarsError, OSError, ValueError, NotImplementedError) as error:
        raise Refusal(Finding("B-FIL-06", "REJECT", value=beginning(str(error)))) from error


def _numbered(
    content: Content, names: Sequence[str], repeating: Sequence[str], is_damaged: bool
) -> Iterator[pl.DataFrame]:
    """Give the texts of all rows with their numbers; of columns that repeat their texts each text is looked at once.

    What would be refused for that is read again, cell by cell, from where it stands.
    """
    size, row = max(min(BATCH_ROWS, _BATCH_CELLS // max(len(names), 1)), 1), 1
    try:
        with _opened(content, repeating) as file:
            for texts in _sized(_batches(file, content.size, size, is_damaged), size):
                yield numbered(texts, row)
                row += texts.height
        return
    except Refusal:
        # a text that no row holds may be what is wrong with the texts of a group of rows
        pass
    with _opened(content) as file:
        read = 0
        for texts in _batches(file, content.size, size, is_damaged):
            if read + 1 >= row:
                yield numbered(texts, read + 1)
            read += texts.height


def _sized(frames: Iterator[pl.DataFrame], size: int) -> Iterator[pl.DataFrame]:
    """Cut what comes in frames of any heights, as the groups of rows of a file, into frames of one height."""
    held: list[pl.DataFrame] = []
    for frame in frames:
        held.append(frame)
        if sum(one.height for one in held) >= size:
            whole = pl.concat(held)
            full = whole.height // size * size
            yield from (whole.slice(start, size) for start in range(0, full, size))
            held = [whole.slice(full)]
    if any(one.height for one in held):
        yield pl.concat(held)


def _batches(file: "ParquetFile", packed: int, size: int, is_damaged: bool) -> Iterator[pl.DataFrame]:
    """Give the texts of all rows. What a file says of its own size may be a lie, so what comes out is counted."""
    unpacked = 0
    repeated: dict[str, _Repeated] = {}
    # whoever reads several files at a time has no processor left for more threads
    for batch in file.iter_batches(size, use_threads=False):
        # the parser takes a file at its word, and bytes that are no text would be trusted as one from here on
        batch.validate(full=True)
        texts, moments, suspect = _texts(batch, repeated)
        unpacked += int(texts.estimated_size())
        not_unpacked_beyond(packed, unpacked)
        lost = pl.any_horizontal(pl.lit(False), pl.col(suspect).str.contains_any(list(LOST)).any())
        if not is_damaged and suspect and texts.select(lost).item():
            raise Refusal(Finding("B-ENC-01", "REJECT"))
        yield texts.with_columns(moments)


class _Repeated(NamedTuple):
    """The different texts of a column in a group of rows: as they come, and as they are read."""

    dictionary: Any
    texts: pl.Series
    is_suspect: bool
    """Whether one of them holds a lost character."""


def _texts(batch: Any, repeated: dict[str, _Repeated]) -> tuple[pl.DataFrame, list[pl.Series], list[str]]:
    """Return a batch of Arrow as columns of text, as MOMENT where they are, and in which characters may be lost.

    Columns are named by their places, because names may occur twice. ``repeated`` holds what is known of texts that
    repeat, by these names.
    """
    from pyarrow.types import is_dictionary

    typed: list[pl.Series] = []
    columns: dict[str, pl.Series] = {}
    suspect: list[str] = []
    for place, values in enumerate(batch.columns):
        name = str(place)
        if is_dictionary(values.type) and _is_text(values.type.value_type):
            known = repeated.get(name)
            if known is None or not _is_same(known.dictionary, values.dictionary):
                known = repeated[name] = _repeated(values.dictionary)
            columns[name] = known.texts.gather(pl.Series(pl.from_arrow(values.indices))).alias(name)
            suspect += [name] if known.is_suspect else []
        else:
            typed.append(pl.Series(name, pl.from_arrow(values)))
            suspect += [] if typed[-1].dtype.is_temporal() or typed[-1].dtype.is_numeric() else [name]
    written = pl.DataFrame(typed).select(_text(pl.col(one.name), one.dtype).alias(one.name) for one in typed)
    columns |= {one.name: one for one in written}
    texts = pl.DataFrame([columns[str(place)] for place in range(batch.num_columns)], height=batch.num_rows)
    moments = [one for one in typed if isinstance(one.dtype, pl.Datetime) and one.dtype.time_zone is None]
    return texts, pl.DataFrame(moments).select(map(_moment, moments)).get_columns(), suspect


def _repeated(dictionary: Any) -> _Repeated:
    texts = pl.Series("text", pl.from_arrow(dictionary), dtype=pl.String).to_frame().select(_filled(pl.col("text")))
    return _Repeated(dictionary, texts["text"], bool(texts["text"].str.contains_any(list(LOST)).any()))


def _moment(values: pl.Series) -> pl.Expr:
    """Return the moments that nobody writes in more than one way: of this time, and to the second."""
    value = pl.col(values.name)
    is_plain = value.is_between(*_THIS_TIME, closed="left") & (value.dt.truncate("1s") == value)
    return pl.when(is_plain).then(value).cast(pl.Datetime("us")).alias(values.name + MOMENT)


def _is_same(one: Any, other: Any) -> bool:
    """Tell whether two dictionaries lie in the same memory, as those of one group of rows do."""
    places = [[buffer and (buffer.address, buffer.size) for buffer in array.buffers()] for array in (one, other)]
    return len(one) == len(other) and one.offset == other.offset and places[0] == places[1]


def _is_text(dtype: Any) -> bool:
    from pyarrow.types import is_large_string, is_string

    return bool(is_string(dtype) or is_large_string(dtype))


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
