"""Files to typed data frames: money in fen and areas in hundredths of m², so that whole numbers stay exact."""

from collections.abc import Sequence

import pandas as pd

from benchmarks.floor.reading import Delivery
from benchmarks.floor.vocabulary import Column, Feed, plain_header

HUNDREDTHS = frozenset({"money", "capital", "area"})
NUMBERS = frozenset({*HUNDREDTHS, "rent", "integer", "percent"})
DAYS = frozenset({"date", "month", "timestamp"})
WORDS = frozenset({"enum", "boolean"})
UNREAD = "unread:"
"""Before the name of a column: whether a cell holds something that is not of the column's type."""


def cells(batch: Sequence[Delivery]) -> pd.DataFrame:
    """Read files of one feed into one frame under the contract's names, with what is known of each row's delivery."""
    tables = []
    for number, one in enumerate(batch):
        table = _cells(one)
        table["delivery"] = number
        table["received_at"] = one.received_at.replace(tzinfo=None)
        table["list_on"] = pd.Timestamp(one.period) if one.feed.kind == "FULL_SNAPSHOT" else pd.NaT
        tables.append(table)
    return pd.concat(tables, ignore_index=True)


def _cells(delivery: Delivery) -> pd.DataFrame:
    if delivery.path.suffix == ".parquet":
        table = pd.read_parquet(delivery.path)
    else:
        try:
            table = _csv(delivery, "utf-8")
        except UnicodeDecodeError:
            table = _csv(delivery, "gb18030")
    meant = {header: delivery.feed.by_header.get(plain_header(header)) for header in table.columns}
    named = {header: column.name for header, column in meant.items() if column}
    return table[list(named)].rename(columns=named)


def _csv(delivery: Delivery, encoding: str) -> pd.DataFrame:
    return pd.read_csv(delivery.path, dtype="str", encoding=encoding, keep_default_na=False, na_values=[""])


def typed(feed: Feed, table: pd.DataFrame) -> pd.DataFrame:
    """Give the columns their types; beside each that can fail to have its type stands whether it did."""
    found = {}
    for column in feed.columns:
        if column.name not in table.columns:
            continue
        raw = table[column.name]
        value = _value(column, raw)
        if column.type in NUMBERS or column.type in DAYS:
            found[UNREAD + column.name] = raw.notna() & value.isna()
        elif column.type in WORDS:
            found[UNREAD + column.name] = raw
        if column.default is not None:
            value = value.fillna(column.default)
        found[column.name] = value
    for name in ("delivery", "received_at", "list_on"):
        found[name] = table[name]
    return pd.DataFrame(found)


def _value(column: Column, raw: pd.Series) -> pd.Series:
    if column.type == "boolean":
        return raw.astype("boolean") if raw.dtype == "bool" else raw.map(column.words).astype("boolean")
    if column.type == "enum":
        return raw.map(column.words).astype("category")
    if column.type in HUNDREDTHS:
        return (pd.to_numeric(raw, errors="coerce") * 100).round().astype("Int64")
    if column.type == "integer":
        number = pd.to_numeric(raw, errors="coerce")
        return number.where(number % 1 == 0).astype("Int64")
    if column.type in NUMBERS:
        return pd.to_numeric(raw, errors="coerce")
    if column.type in DAYS and not pd.api.types.is_datetime64_any_dtype(raw):
        return _moment(column, raw)
    return raw


def _moment(column: Column, raw: pd.Series) -> pd.Series:
    if raw.isna().all():
        return pd.Series(pd.NaT, index=raw.index, dtype="datetime64[us]")
    if not pd.api.types.is_string_dtype(raw):
        return pd.to_datetime(raw)
    if column.type == "month":
        return pd.to_datetime(raw.str[:7] + "-01", format="%Y-%m-%d", errors="coerce")
    form = "%Y-%m-%d %H:%M:%S" if column.type == "timestamp" else "%Y-%m-%d"
    return pd.to_datetime(raw, format=form, errors="coerce")


def received_by(rows: pd.DataFrame) -> pd.Series:
    """Return the last moment of the day on which each row came."""
    return rows["received_at"].dt.normalize() + pd.Timedelta(days=1) - pd.Timedelta(microseconds=1)
