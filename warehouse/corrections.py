"""Values that the office corrects until their source does: data with a reason, a provider and a guard.

``config/correction.csv`` names rows by their key (``uscc=…;tax_type=VAT;treasury_month=2023-09``), the column, the
value that was found and the one that is right; columns and words may be the Chinese ones of the contract. A build reads
a corrected copy of the rows that a correction touches, identity too. Where the source no longer says what was found,
the correction has had its day, and the build fails until somebody retires it: it must never cover a mended source.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import partial
from pathlib import Path

import polars as pl

from common.clock import BEIJING
from common.contracts import Column, ColumnType, Feed, feeds
from common.files import in_place_of
from common.ledger import Ledger
from common.messages import LouyuError, Message
from common.text import clean
from review.judgement import Standing
from warehouse.config import OfficeTable, Row, overlay_at

_NAME = "correction"
_STATUSES = {"ACTIVE": True, "有效": True, "RETIRED": False, "停用": False}
_PERSONAL = ("person", "free_text")
"""Types of which only pseudonyms are kept, so that a plain value must not come in beside them."""

Value = str | int | bool | Decimal | date | datetime | None


@dataclass(frozen=True, slots=True)
class Correction:
    """One value to be corrected: of which rows, from what, to what, why and on whose word."""

    line: int
    feed: Feed
    key: tuple[tuple[str, Value], ...]
    column: str
    found: Value
    value: Value
    reason: str
    provider: str

    @property
    def is_meant(self) -> pl.Expr:
        """Whether a row is one of those that are meant."""
        return pl.all_horizontal([pl.col(name).eq_missing(pl.lit(value)) for name, value in self.key])

    @property
    def is_wrong(self) -> pl.Expr:
        """Whether a row says what was found."""
        return self.is_meant & pl.col(self.column).eq_missing(pl.lit(self.found))

    @property
    def rows(self) -> str:
        """The rows that are meant, as a person reads them."""
        return f"{self.feed.id} {';'.join(f'{name}={_said(value)}' for name, value in self.key)}"


def active_corrections(ledger: Ledger, known_at: datetime) -> list[Correction]:
    """Return the corrections in force at a moment. Raises LouyuError for one that cannot be understood."""
    return corrections_of(overlay_at(ledger, known_at))


def corrections_of(tables: Iterable[OfficeTable]) -> list[Correction]:
    """Return the corrections in force among the office's tables. Raises LouyuError for one that is not understood."""
    rows = next(table.rows for table in tables if table.name == _NAME)
    return [_correction(line, row) for line, row in enumerate(rows, 2) if _is_active(line, row)]


def write_corrected(
    standing: Sequence[Standing], corrections: Sequence[Correction], folder: Path, *, is_latest: bool = True
) -> list[Correction]:
    """Write corrected copies of the files of rows that corrections touch; returns the corrections that met no row.

    Raises LouyuError for one whose source says something else by now than what was found. A cut in the past is not
    asked: there the source may not have said it yet.
    """
    newest: dict[int, pl.Series] = {}
    for one in sorted(standing, key=lambda one: (one.landed.first_day, one.order)):
        own = [correction for correction in corrections if correction.feed.id == one.delivery.feed]
        rows = pl.scan_parquet(one.file, hive_partitioning=False)
        for correction in own:
            said = rows.filter(correction.is_meant).select(correction.column).collect().to_series()
            if said.len():
                newest[correction.line] = said
        if own and rows.filter(pl.any_horizontal([correction.is_wrong for correction in own])).head(1).collect().height:
            with in_place_of(_corrected_file(folder, one.file)) as fresh:
                rows.with_columns(_right_values(own)).cast(rows.collect_schema()).collect().write_parquet(fresh)
    for correction in corrections:
        if is_latest and correction.line in newest:
            _check(correction, newest[correction.line])
    return [correction for correction in corrections if correction.line not in newest]


def corrected_files(files: Callable[[str], Iterable[Path]], folder: Path) -> Callable[[str], list[Path]]:
    """Return the files of rows of each feed, a corrected copy in the place of its original."""

    def corrected(feed: str) -> list[Path]:
        copies = [(file, _corrected_file(folder, file)) for file in files(feed)]
        return [copy if copy.exists() else file for file, copy in copies]

    return corrected


def without_rows(unmet: Sequence[Correction]) -> Message:
    """Say which corrections corrected nothing."""
    zh = ";".join(f"第{one.line}行 {one.rows}" for one in unmet)
    en = "; ".join(f"row {one.line}, {one.rows}" for one in unmet)
    return Message(
        f"config/correction.csv 中有更正没有找到对应的数据,未起作用:{zh}。请核对行键;待处理的行请用补报表格改正。",
        f"config/correction.csv has corrections that meet no data and change nothing: {en}. Check their keys; rows "
        "that wait are mended in the workbook of louyu quarantine.",
    )


def _corrected_file(folder: Path, file: Path) -> Path:
    return folder / "corrected" / file.name


def _right_values(corrections: Sequence[Correction]) -> list[pl.Expr]:
    by_column: dict[str, pl.Expr] = {}
    for one in corrections:
        before = by_column.get(one.column, pl.col(one.column))
        by_column[one.column] = pl.when(one.is_wrong).then(pl.lit(one.value)).otherwise(before).alias(one.column)
    return list(by_column.values())


def _check(correction: Correction, newest: pl.Series) -> None:
    if newest.eq_missing(pl.Series([correction.found], dtype=newest.dtype)).any():
        return
    says = "、".join(sorted({_said(value) for value in newest}))
    raise LouyuError(
        f"config/correction.csv 第{correction.line}行:更正已过期,{correction.rows} 的 {correction.column} 现为 {says},"
        f"不再是 {_said(correction.found)}(更正理由:{correction.reason};提供者:{correction.provider})。"
        "来源已改正的,请将其状态改为 RETIRED;原值写错的,请改正 found_value。",
        f"config/correction.csv, row {correction.line}: this correction has had its day, {correction.column} of "
        f"{correction.rows} is now {says} and no longer {_said(correction.found)} (reason: {correction.reason}; "
        f"provider: {correction.provider}). If the source was mended set the status to RETIRED, else correct "
        "found_value.",
    )


def _said(value: Value) -> str:
    return "—" if value is None else str(value)


def _is_active(line: int, row: Row) -> bool:
    status = clean(row["status"]).upper()
    if status not in _STATUSES:
        known = "、".join(_STATUSES)
        raise _refused(line, f'状态"{status}"应为 {known} 之一', f'the status "{status}" is none of {known}')
    return _STATUSES[status]


def _correction(line: int, row: Row) -> Correction:
    feed = feeds().get(clean(row["feed"]))
    if feed is None or not row["row_key"].strip() or not row["reason"].strip() or not row["provider"].strip():
        raise _refused(
            line, "须写明已有的数据源、行键(列=值;列=值)、理由与提供者",
            "name a known feed, a row key (column=value;column=value), a reason and a provider",
        )  # fmt: skip
    column = _column(line, feed, row["column_name"])
    if column.name == feed.period or column.name in feed.scope:
        raise _refused(
            line, f"{column.zh} 决定该行属于哪一期报送,不能逐值更正,请由报送单位重报",
            f"{column.name} decides which delivery the row belongs to; have the delivery sent again",
        )  # fmt: skip
    key = []
    for part in clean(row["row_key"]).split(";"):
        if part.strip():
            name, _, text = part.partition("=")
            known = _column(line, feed, name)
            key.append((known.name, _value(line, known, text)))
    return Correction(
        line, feed, tuple(key), column.name, _value(line, column, row["found_value"]),
        _value(line, column, row["value"]), row["reason"], row["provider"],
    )  # fmt: skip


def _column(line: int, feed: Feed, name: str) -> Column:
    """Find a column by its name, or by what offices write above it."""
    said = clean(name)
    column = next((column for column in feed.stored if said in column.all_headers), None)
    if column is None:
        listed = "、".join(f"{column.name}({column.zh})" for column in feed.stored)
        raise _refused(line, f'{feed.id} 没有列"{said}"。可用:{listed}', f'{feed.id} has no column "{said}": {listed}')
    if column.type in _PERSONAL or column.type == "list":
        raise _refused(
            line, f"{column.zh} 为个人信息、自由文本或列表,不能逐值更正,请由报送单位重报",
            f"{column.name} holds personal data, free text or a list; have the row sent again",
        )  # fmt: skip
    return column


def _value(line: int, column: Column, text: str) -> Value:
    """Read a value as its column stores it."""
    said = clean(text)
    if not said:
        return None
    try:
        return _READERS.get(column.type, str)(said) if not column.values else _word(column, said)
    except (ValueError, InvalidOperation, KeyError):
        raise _refused(
            line, f'"{said}"不能作为 {column.name}({column.zh})的值', f'"{said}" is no value of {column.name}'
        ) from None


def _word(column: Column, said: str) -> Value:
    words = {
        word.casefold(): code
        for code, value in column.values.items()
        for word in (code, value.zh, value.en, *value.also)
    }  # fmt: skip
    if column.type == "boolean":
        return _truth(words.get(said.casefold(), said))
    return words[said.casefold()]


def _truth(said: str) -> bool:
    return {"true": True, "是": True, "yes": True, "false": False, "否": False, "no": False}[said.casefold()]


def _number(said: str, places: int) -> Decimal:
    return Decimal(said.replace(",", "")).quantize(Decimal(1).scaleb(-places))


def _month(said: str) -> date:
    return date.fromisoformat(said if len(said) > len("2023-09") else f"{said}-01").replace(day=1)


def _moment(said: str) -> datetime:
    moment = datetime.fromisoformat(said)
    return moment.astimezone(BEIJING).replace(tzinfo=None) if moment.tzinfo else moment


_READERS: Mapping[ColumnType, Callable[[str], Value]] = {
    "integer": int, "decimal": partial(_number, places=6), "percent": partial(_number, places=8),
    "money": partial(_number, places=2), "capital": partial(_number, places=2), "area": partial(_number, places=2),
    "rent": partial(_number, places=4), "date": date.fromisoformat, "month": _month, "timestamp": _moment,
    "boolean": _truth, "credit_code": str.upper, "taxpayer": str.upper,
}  # fmt: skip


def _refused(line: int, zh: str, en: str) -> LouyuError:
    return LouyuError(f"config/correction.csv 第{line}行:{zh}。", f"config/correction.csv, row {line}: {en}.")
