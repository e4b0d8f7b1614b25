"""Rules over a whole column of a batch: ids that only number the rows, percentages written in several ways."""

import polars as pl

from common.contracts import Column, Feed
from common.notes import counts
from common.rows import ADDRESS
from ingest.tables.rows import Mark
from ingest.tables.vocabulary import header_key

_ROW_NUMBERS = {header_key(name) for name in ("row_no", "序号", "序", "行号", "项次", "No.", "No", "№", "#")}
_NEAR = 0.005
"""A rate of change is printed with two or three digits."""


def numbers_rows(header: str) -> bool:
    """Tell whether a header stands above the numbers of the rows."""
    return header_key(header) in _ROW_NUMBERS


def check_columns(feed: Feed, typed: pl.DataFrame, controls: pl.DataFrame) -> tuple[pl.DataFrame, list[Mark]]:
    """Empty ids that only number the rows (B-IDN-10) and note percentages in several notations (B-NUM-08)."""
    marks = []
    for column in feed.stored:
        if column.may_number_rows and (first := _first_numbered(typed, column.name)) is not None:
            typed = typed.with_columns(pl.lit(None, pl.String).alias(column.name))
            marks.append(_mark("B-IDN-10", typed, first, column.name))
    for column in feed.columns:
        if column.type == "percent" and column.control and len(_notations(typed, controls, column)) > 1:
            marks.append(_mark("B-NUM-08", typed, 0, column.name))
    return typed, marks


def _mark(rule: str, rows: pl.DataFrame, row: int, column: str) -> Mark:
    return Mark(rule, "AUTO", rows.select(ADDRESS).row(row), column, None, counts(rule, 1))


def _first_numbered(rows: pl.DataFrame, name: str) -> int | None:
    """Return the first row whose id is but its number: all are short numbers that only rise down each sheet.

    A number of this kind names another thing in the next file. One that is the office's own names the same thing
    there, and the content of the row says that too.
    """
    given = rows.with_row_index("n").filter(pl.col(name).is_not_null())
    number = pl.col(name).cast(pl.Int64, strict=False)
    is_short = pl.col(name).str.contains(r"^[1-9][0-9]{0,3}$")
    rises = (number > number.shift(1).over("file", "sheet")).fill_null(True)
    if given.is_empty() or not given.select((is_short & rises).all()).item():
        return None
    return int(given["n"][0])


def _notations(typed: pl.DataFrame, controls: pl.DataFrame, column: Column) -> set[str]:
    """Return how a control column writes percentages: 81%, 81 or 0.81, where the amounts beside it tell."""
    text = pl.col(column.name).str.strip_chars().str.replace("％", "%")
    bare = controls.filter(~text.str.ends_with("%"), _number(text) != 0)
    found = {"81%"} if bare.height < controls.select(_number(text) != 0).sum().item() else set()
    before, now = f"{column.of}_ly", f"{column.of}_text"
    if before not in controls.columns or controls[before].null_count() == controls.height:
        return found | ({"bare"} if bare.height else set())
    growth = _number(pl.col(now)) / _number(pl.col(before)) - 1
    rows = controls.with_columns(typed[now]).filter(~text.str.ends_with("%"))
    rows = rows.filter(growth.abs() > 10 * _NEAR)
    for notation, factor in (("81", 100), ("0.81", 1)):
        if rows.select(((_number(text) - growth * factor).abs() <= _NEAR * factor).any()).item():
            found.add(notation)
    return found


def _number(text: pl.Expr) -> pl.Expr:
    """Read a number for a comparison that nothing depends on."""
    return text.str.replace_all("[,，%]", "").cast(pl.Float64, strict=False)
