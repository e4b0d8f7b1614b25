"""Files to rows with the contract's types, without the rows that must wait (SPEC parts 3 and 5)."""

import hashlib
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from pathlib import Path

import polars as pl

from benchmarks.floor.vocabulary import Column, Feed, feeds, plain_header, unit_of

_NUMBERS: Mapping[str, pl.DataType] = {
    "money": pl.Decimal(20, 2), "capital": pl.Decimal(20, 2), "rent": pl.Decimal(14, 4), "area": pl.Decimal(14, 2),
    "integer": pl.Int64(),
    "percent": pl.Decimal(18, 6),
}  # fmt: skip
_UNITS = {"amount_total": {"元"}, "amount_district": {"元"}, "leased_area_m2": {"m2"}, "rentable_area_m2": {"m2"}}
"""Units in which the floor adds up; of any other it says that it does not know it."""

DELIVERY = ("delivery", "received_at", "list_on")
"""Columns beside those of the contract: which of a batch's deliveries a row is of, when that came, the list's day."""

_BATCH_BYTES = 8 << 20


@dataclass(frozen=True, slots=True)
class Delivery:
    """One file of an inbox, with what its sidecar says."""

    feed: Feed
    path: Path
    received_at: datetime
    version: int
    period: str


def deliveries(inbox: Path) -> list[Delivery]:
    """List the files of an inbox by the order in which they supersede each other.

    Of a feed that replaces a period or a list only the last delivery of each period is listed.
    """
    found = [
        _delivery(feed, path)
        for feed in feeds().values() if (inbox / feed.id).is_dir()
        for path in sorted((inbox / feed.id).iterdir()) if not path.name.endswith(".meta.json")
    ]  # fmt: skip
    found.sort(key=lambda one: (one.version, one.received_at))
    last: dict[tuple[str, str], Delivery] = {}
    for one in found:
        claimed = one.period or str(one.path)
        key = (one.feed.id, claimed if one.feed.kind in ("PERIOD_REPLACE", "FULL_SNAPSHOT") else str(one.path))
        before = last.get(key)
        if before and (before.version, before.received_at) == (one.version, one.received_at):
            one = max(before, one, key=lambda twin: hashlib.sha256(twin.path.read_bytes()).hexdigest())
        last[key] = one
    return list(last.values())


def batches(found: Sequence[Delivery]) -> Iterator[list[Delivery]]:
    """Put small deliveries of one feed together: a table costs as much as some thousand of its rows."""
    for _, of_feed in groupby(sorted(found, key=lambda one: one.feed.id), key=lambda one: one.feed.id):
        batch: list[Delivery] = []
        size = 0
        for one in of_feed:
            size += one.path.stat().st_size
            if batch and size > _BATCH_BYTES:
                yield batch
                batch, size = [], one.path.stat().st_size
            batch.append(one)
        yield batch


def cells(batch: Sequence[Delivery]) -> pl.DataFrame:
    """Read files of one feed into one table, with what is known of each row's delivery in ``DELIVERY``."""
    tables = [
        _cells(one).with_columns(
            pl.lit(number).alias("delivery"), pl.lit(one.received_at.replace(tzinfo=None)).alias("received_at"),
            pl.lit(one.period if one.feed.kind == "FULL_SNAPSHOT" else None, pl.String).str.to_date().alias("list_on"),
        )
        for number, one in enumerate(batch)
    ]  # fmt: skip
    return pl.concat(tables, how="diagonal") if len(tables) > 1 else tables[0]


def _cells(delivery: Delivery) -> pl.DataFrame:
    """Read a file under the names of the contract's columns; what the contract does not name is left out."""
    if delivery.path.suffix == ".parquet":
        table = pl.read_parquet(delivery.path)
    else:
        content = delivery.path.read_bytes()
        try:
            content.decode()
        except UnicodeDecodeError:
            content = content.decode("gb18030").encode()
        table = pl.read_csv(io.BytesIO(content), infer_schema=False)
    named = {}
    for header in table.columns:
        column = delivery.feed.by_header.get(plain_header(header))
        if column is None:
            continue
        if unit_of(header) not in _UNITS.get(column.name, {unit_of(header)}):
            raise ValueError(f"{delivery.path}: the floor does not know the unit of {header}")
        named[header] = column.name
    return table.select(list(named)).rename(named)


def check(feed: Feed, table: pl.DataFrame) -> pl.DataFrame:
    """Give the columns their types, and leave out the rows that a rule over their own columns refuses.

    Raises ValueError where a required column is not there.
    """
    present = [column for column in feed.columns if column.name in table.columns]
    if absent := {column.name for column in feed.columns if column.is_required} - set(table.columns):
        raise ValueError(f"{feed.id} lacks {', '.join(sorted(absent))}")
    values = {column.name: _value(column, table.schema[column.name]) for column in present}
    refused = [
        pl.col(column.name).is_not_null() & values[column.name].is_null()
        for column in present if column.type in _NUMBERS or column.type in _TYPED
    ]  # fmt: skip
    typed = table.lazy().select(
        *(_defaulted(column, values[column.name]).alias(column.name) for column in present), *DELIVERY,
        pl.any_horizontal(pl.lit(False), *refused).alias("refused"),
    ).collect()  # fmt: skip
    missing = [pl.col(column.name).is_null() for column in present if column.is_required]
    future = [
        pl.col(column.name).cast(pl.Date) > pl.col("received_at").dt.date()
        for column in present if column.type in ("date", "month", "timestamp") and not column.may_be_future
    ]  # fmt: skip
    broken = [rule for rule in _RULES.get(feed.id, ()) if set(rule.meta.root_names()) <= set(typed.columns)]
    wrong = pl.any_horizontal("refused", *missing, *(rule.fill_null(False) for rule in (*future, *broken)))
    rows = _once(typed.filter(~wrong).drop("refused"), feed)
    return _in_one_unit_once(rows) if feed.id == "O01" else rows


def _once(rows: pl.DataFrame, feed: Feed) -> pl.DataFrame:
    """Keep one of a delivery's identical rows, and none of those of one key that differ (B-DUP-03)."""
    key = ["delivery", *(name for name in feed.unique if name in rows.columns)] if feed.unique else rows.columns
    if not rows.select(key).is_duplicated().any():
        return rows
    rows = rows.unique(maintain_order=True)
    return rows.filter(~rows.select(key).is_duplicated()) if feed.unique else rows


def _in_one_unit_once(rows: pl.DataFrame) -> pl.DataFrame:
    """Leave out where an enterprise is in a unit from a second day on while it is there already (B-BIZ-02)."""
    who = ["delivery", "building_name", "unit_no", pl.coalesce("uscc", "enterprise_name")]
    until = pl.col("moved_out_on").fill_null(date.max)
    ordered = rows.sort("moved_in_on", maintain_order=True)
    is_again = pl.col("moved_in_on") < until.cum_max().shift().over(who).dt.offset_by("-1d")
    return ordered.filter(~(is_again & pl.col("unit_no").is_not_null()).fill_null(False))


_TYPED = frozenset({"enum", "boolean", "date", "month", "timestamp"})


def _value(column: Column, dtype: pl.DataType) -> pl.Expr:
    cell = pl.col(column.name)
    if column.type in ("enum", "boolean"):
        if dtype == pl.Boolean:
            return cell
        codes = list(dict.fromkeys(column.words.values()))
        kind = pl.Boolean() if column.type == "boolean" else pl.Enum(codes)
        return cell.replace_strict(list(column.words), list(column.words.values()), default=None, return_dtype=kind)
    if dtype != pl.String:
        return cell.cast(_NUMBERS[column.type]) if column.type in _NUMBERS else cell
    if column.type == "date":
        return cell.str.to_date("%Y-%m-%d", strict=False)
    if column.type == "month":
        return (cell.str.head(7) + "-01").str.to_date("%Y-%m-%d", strict=False)
    if column.type == "timestamp":
        return cell.str.to_datetime("%Y-%m-%d %H:%M:%S", strict=False)
    return cell.cast(_NUMBERS[column.type], strict=False) if column.type in _NUMBERS else cell


def _defaulted(column: Column, value: pl.Expr) -> pl.Expr:
    return value if column.default is None else value.fill_null(column.default)


_total, _district, _refunded = pl.col("amount_total"), pl.col("amount_district"), pl.col("is_refund").fill_null(False)
_leased, _employed, _gross = pl.col("leased_area_m2"), pl.col("employees"), pl.col("gross_area_m2")
_RULES: Mapping[str, tuple[pl.Expr, ...]] = {
    "T01": (
        ~_refunded & (((_total >= 0) & ((_district > _total) | (_district < 0))) | ((_total < 0) & (_district > 0))),
    ),
    "O01": (
        (_leased < 1) | (_leased > 500_000),
        ((_leased > 0) & (_employed * 2 > _leased)) | (_employed < 0) | (_employed >= 1_000_000),
        pl.col("moved_out_on") < pl.col("moved_in_on"),
    ),
    "B01": (
        (_gross < 500) | (_gross > 500_000),
        (pl.col("rentable_area_m2") < 0) | (pl.col("rentable_area_m2") > _gross),
        pl.col("vacant_area_m2") < 0,
    ),
    "A01": ((pl.col("status") == "HELD") & (pl.col("attendance") <= 0),),
}  # fmt: skip
"""What refuses a row by its own columns: B-NUM-06, 09, 10 and 11, B-BIZ-04."""


def _delivery(feed: Feed, path: Path) -> Delivery:
    said = {}
    with suppress(FileNotFoundError):
        said = json.loads(path.with_name(f"{path.name}.meta.json").read_bytes())
    return Delivery(
        feed, path, datetime.fromisoformat(said["received_at"]), int(said.get("version") or 0),
        said.get("period") or "",
    )  # fmt: skip
