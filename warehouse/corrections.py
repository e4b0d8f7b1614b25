"""Values that the office corrects until their source does: data with a reason, a provider and a guard.

``config/correction.csv`` names a row by its key (``uscc=…;tax_type=VAT;treasury_month=2023-09``), the column, the value
that was found and the one that is right. Where the source no longer says what was found, the correction has had its
day, and the build fails until somebody retires it: a correction must never overwrite a mended source.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import duckdb

from common.contracts import Feed, feeds
from common.ledger import Ledger
from common.messages import LouyuError
from warehouse.config import overlay_at

_NAME = "correction"


@dataclass(frozen=True, slots=True)
class Correction:
    """One value to be corrected: of which rows, from what, to what, why and on whose word."""

    feed: Feed
    key: tuple[tuple[str, str], ...]
    column: str
    found: str
    value: str
    reason: str
    provider: str

    @property
    def condition(self) -> str:
        """Return the rows that are meant, as SQL over a landed table."""
        return " and ".join(f"cast({name} as varchar) = {_text(value)}" for name, value in self.key)


def active_corrections(ledger: Ledger, known_at: datetime) -> list[Correction]:
    """Return the corrections in force at a moment. Raises LouyuError for one that names no feed, column or value."""
    rows = next(table.rows for table in overlay_at(ledger, known_at) if table.name == _NAME)
    return [_correction(number, row) for number, row in enumerate(rows, 2) if row["status"].upper() == "ACTIVE"]


def corrected(feed: Feed, corrections: Sequence[Correction]) -> str:
    """Return the ``replace`` clause of a landed table that carries its corrections; empty without any."""
    by_column: dict[str, list[str]] = {}
    for one in corrections:
        if one.feed.id == feed.id:
            said = f"cast({one.column} as varchar) = {_text(one.found)}" if one.found else f"{one.column} is null"
            by_column.setdefault(one.column, []).append(f"when {one.condition} and {said} then {_text(one.value)}")
    clauses = [f"case {' '.join(cases)} else {column} end as {column}" for column, cases in by_column.items()]
    return f" replace ({', '.join(clauses)})" if clauses else ""


def check_corrections(connection: duckdb.DuckDBPyConnection, corrections: Sequence[Correction]) -> None:
    """Raise LouyuError for a correction whose source says something else by now than what was found."""
    for one in corrections:
        newest = connection.execute(
            f"select cast({one.column} as varchar) from landing.{one.feed.id.lower()} as landed "
            "inner join ledger.delivery as delivery using (delivery_id) "
            f"where {one.condition} order by version desc, ordered_at desc, sha256 desc limit 1"
        ).fetchone()
        if newest is None or (newest[0] or "") == one.found:
            continue
        key = ";".join(f"{name}={value}" for name, value in one.key)
        raise LouyuError(
            f'更正已过期:{one.feed.id} {key} 的 {one.column} 现为"{newest[0]}",不再是"{one.found}"'
            f"(更正理由:{one.reason};提供者:{one.provider})。请在 config/correction.csv 中将其状态改为 RETIRED。",
            f'A correction has had its day: {one.column} of {one.feed.id} {key} is now "{newest[0]}" and no longer '
            f'"{one.found}" (reason: {one.reason}; provider: {one.provider}). '
            "Set its status to RETIRED in config/correction.csv.",
        )


def _correction(number: int, row: dict[str, str]) -> Correction:
    feed = feeds().get(row["feed"])
    key = tuple(_key(row["row_key"], feed)) if feed else ()
    names = [row["column_name"], *(name for name, _ in key)]
    stored = {column.name for column in feed.stored} if feed else set()
    if feed is None or not key or not set(names) <= stored or not row["reason"] or not row["provider"]:
        raise LouyuError(
            f"config/correction.csv 第{number}行:须写明已有的数据源、行键(列=值;列=值)、列名、理由与提供者。",
            f"config/correction.csv, row {number}: name a known feed, a row key (column=value;column=value), a column, "
            "a reason and a provider.",
        )
    return Correction(
        feed, key, row["column_name"], _canonical(feed, row["column_name"], row["found_value"]),
        _canonical(feed, row["column_name"], row["value"]), row["reason"], row["provider"],
    )  # fmt: skip


def _key(text: str, feed: Feed) -> Iterator[tuple[str, str]]:
    for part in text.split(";"):
        name, mark, value = part.partition("=")
        if mark and name.strip() in feed.by_name:
            yield name.strip(), _canonical(feed, name.strip(), value.strip())
        elif part.strip():
            yield part.strip(), ""


def _canonical(feed: Feed, column: str, value: str) -> str:
    """Spell a value as the warehouse does: a month by its first day, money with two decimals."""
    known = feed.by_name.get(column)
    if known is None or not value:
        return value
    if known.type == "month" and len(value) == len("2023-09"):
        return f"{value}-01"
    if known.type in ("money", "area", "capital"):
        return str(Decimal(value).quantize(Decimal("0.01")))
    return value


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
