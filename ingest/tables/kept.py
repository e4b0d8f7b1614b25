"""Accepted rows on their way to a Parquet file: few in memory, many already in the file.

What needs the whole delivery is kept beside them as one number for each row, so that duplicates are found
without holding the rows (B-DUP-03).
"""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from itertools import chain
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

import polars as pl

from common.contracts import Feed
from common.files import in_place_of
from common.rows import ADDRESS, ADDRESS_SCHEMA
from ingest.values.convert import DTYPES

if TYPE_CHECKING:
    from pyarrow import Table
    from pyarrow.parquet import ParquetWriter

_HELD_ROWS = 100_000
"""So many rows are held in memory before the first of them are written."""

_REPEATED = 20
"""So often, or more, the values of a column occur that are worth a dictionary."""

_LOOKED_AT = 10_000
"""So many rows tell which columns those are."""


def row_schema(feed: Feed) -> dict[str, pl.DataType]:
    """Return the columns of a feed's landed rows: delivery, address, then the contract's stored columns.

    A money column also keeps its source text, because 0.1 万元 and 1,000 元 are told apart by nothing else.
    """
    schema: dict[str, pl.DataType] = dict(ADDRESS_SCHEMA)
    for column in feed.stored:
        schema[column.name] = DTYPES[column.type]
        if column.type == "money":
            schema |= {f"{column.name}_text": pl.String(), f"{column.name}_unit": pl.String()}
    return schema


def no_rows(feed: Feed) -> pl.DataFrame:
    """Return an empty frame with the columns of a feed's landed rows."""
    return pl.DataFrame(schema=row_schema(feed))


@dataclass
class Kept:
    """The accepted rows of one delivery in the order of its files, with the columns of ``row_schema``.

    Without a folder all rows stay in memory. Use it as a context: what lies in the folder is removed at its end,
    unless :meth:`write` took it.
    """

    feed: Feed
    delivery_id: str
    folder: Path | None = None
    month: date | None = None
    """What stands for the period of every row, whatever it says."""
    height: int = 0
    _held: list[pl.DataFrame] = field(default_factory=list)
    _hashes: list[pl.Series] = field(default_factory=list)
    _parts: list[pl.DataFrame] = field(default_factory=list)
    """Which periods and parts of the feed occur; they are asked for whenever rows were kept."""
    _writer: "ParquetWriter | None" = None
    _thread: ThreadPoolExecutor | None = None
    _writing: Future[None] | None = None
    """What is on its way to the file while the next rows are made."""
    _dropped: pl.DataFrame | None = None
    months: set[date] = field(default_factory=set)
    """The months that the rows themselves say they are of."""

    def __enter__(self) -> "Kept":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.clear()

    @property
    def _spool(self) -> Path:
        if self.folder is None:
            raise ValueError("rows are kept in memory only")
        return self.folder / f".{self.delivery_id}.parquet.tmp"

    def append(self, accepted: pl.DataFrame) -> None:
        """Take further rows; columns that they lack are the delivery's."""
        if accepted.is_empty():
            return
        schema = row_schema(self.feed)
        if self.feed.kind == "PERIOD_REPLACE" and self.feed.period:
            self.months |= set(accepted[self.feed.period].cast(pl.Date).dt.month_start().drop_nulls().unique())
        if self.month and self.feed.period:
            accepted = accepted.with_columns(pl.lit(self.month).alias(self.feed.period))
        rows = accepted.with_columns(pl.lit(self.delivery_id).alias("delivery_id")).select(list(schema))
        self._hashes.append(_hashed(rows, self.feed))
        self._parts.append(rows.select(_parts(self.feed)).unique())
        self._held.append(rows)
        self.height += rows.height
        if self.folder is not None and sum(part.height for part in self._held) >= _HELD_ROWS:
            self._spill()

    def _spill(self) -> None:
        self._written()
        self._thread = self._thread or ThreadPoolExecutor(1)
        self._writing = self._thread.submit(self._put, self._held)
        self._held = []

    def _put(self, held: list[pl.DataFrame]) -> None:
        for rows in held:
            self._writer = self._writer or _writer_for(rows, self._spool)
            self._writer.write_table(_arrow(rows))

    def _written(self) -> None:
        """Wait for what is on its way to the file. Raises OSError where it could not be written."""
        writing, self._writing = self._writing, None
        if writing is not None:
            writing.result()

    def repeated(self) -> pl.Series:
        """Return the positions of the rows that may repeat others: they share a key, or without one everything."""
        hashes = pl.concat(self._hashes) if self._hashes else pl.Series(dtype=pl.UInt64)
        if hashes.n_unique() == hashes.len():
            return pl.Series(dtype=pl.UInt32)
        return hashes.is_duplicated().arg_true()

    def at(self, positions: pl.Series) -> pl.DataFrame:
        """Return the rows at some positions, in their order."""
        found, start = [no_rows(self.feed)], 0
        wanted = positions.implode()
        for rows in self._batches():
            numbered = rows.with_row_index("n", start)
            found.append(numbered.filter(pl.col("n").is_in(wanted)).drop("n"))
            start += rows.height
        return pl.concat(found)

    def drop(self, addresses: pl.DataFrame) -> None:
        """Leave the rows at some addresses out."""
        if not addresses.is_empty():
            self._dropped = addresses if self._dropped is None else pl.concat([self._dropped, addresses])
            self.height -= addresses.height

    def distinct(self, *columns: str) -> pl.DataFrame:
        """Return the distinct values of some columns of all rows."""
        wanted = list(columns)
        if self._dropped is None and set(wanted) <= set(_parts(self.feed)):
            return pl.concat([no_rows(self.feed), *self._parts], how="diagonal").select(wanted).unique()
        return pl.concat([no_rows(self.feed).select(wanted), *(part.unique() for part in self._left(wanted))]).unique()

    def clear(self) -> None:
        """Let go of all rows."""
        try:
            self._close()
        finally:
            if self.folder is not None:
                self._spool.unlink(missing_ok=True)
        self._held, self._hashes, self._parts, self._dropped, self.height = [], [], [], None, 0

    def rows(self) -> pl.DataFrame:
        """Return all rows."""
        return pl.concat([no_rows(self.feed), *self._left()])

    def write(self, path: Path) -> None:
        """Write all rows to a file that appears whole or not at all."""
        self._written()
        with in_place_of(path) as fresh:
            if self._writer is None:
                self.rows().write_parquet(fresh)
            elif self._dropped is None:
                self._spill()
                self._close()
                self._spool.replace(fresh)
            else:
                left = self._left()
                first = next(left, no_rows(self.feed))
                with _writer_for(first, fresh) as writer:
                    for rows in chain([first], left):
                        writer.write_table(_arrow(rows))

    def _close(self) -> None:
        self._written()
        if self._thread is not None:
            self._thread.shutdown()
            self._thread = None
        if self._writer is not None:
            self._writer.close()

    def _left(self, columns: list[str] | None = None) -> Iterator[pl.DataFrame]:
        if self._dropped is None:
            yield from self._batches(columns)
            return
        for rows in self._batches():
            left = rows.join(self._dropped, on=ADDRESS, how="anti", nulls_equal=True, maintain_order="left")
            yield left.select(columns or pl.all())

    def _batches(self, columns: list[str] | None = None) -> Iterator[pl.DataFrame]:
        """Give all rows that were taken, or some columns of them, first those in the file."""
        self._written()
        if self._writer is not None:
            from pyarrow.parquet import ParquetFile

            self._spill()
            self._close()
            with ParquetFile(self._spool) as file:
                for group in range(file.num_row_groups):
                    yield pl.DataFrame(file.read_row_group(group, columns=columns))
        yield from (rows.select(columns or pl.all()) for rows in self._held)


def _writer_for(rows: pl.DataFrame, path: Path) -> "ParquetWriter":
    """Open a file for rows like these. Dictionaries and statistics pay only for columns that repeat their values."""
    from pyarrow.parquet import ParquetWriter  # only large files need it

    some = rows.head(_LOOKED_AT)
    repeating = [name for name in rows.columns if _REPEATED * some[name].n_unique() <= some.height]
    schema = _arrow(rows.clear()).schema
    return ParquetWriter(path, schema, compression="lz4", use_dictionary=repeating, write_statistics=repeating)


def _arrow(rows: pl.DataFrame) -> "Table":
    return rows.to_arrow(compat_level=pl.CompatLevel.oldest())


def _parts(feed: Feed) -> list[str]:
    return [feed.period, *feed.scope] if feed.period else []


def _hashed(rows: pl.DataFrame, feed: Feed) -> pl.Series:
    said = list(feed.unique) or [name for name in rows.columns if name not in ADDRESS]
    texts = [pl.col(name).list.join("、") if isinstance(rows.schema[name], pl.List) else pl.col(name) for name in said]
    return rows.select(texts).hash_rows(seed=0)
