"""Findings about rows that were landed before, addressed as their file does: by its own heading and the cell (SURFACE).

Review, identity and the warehouse know canonical columns only; what the file calls them stands in its report.
"""

from collections.abc import Iterable

import polars as pl

from common.contracts import feeds
from common.deliveries import Delivery, read_report, rows_file
from common.home import Home

_COLUMN = ["delivery_id", "file", "sheet", "column"]
_HEADED = pl.Schema(dict.fromkeys([*_COLUMN, "heading", "mark"], pl.String()))


def as_headed(home: Home, found: pl.DataFrame, given: Iterable[Delivery]) -> pl.DataFrame:
    """Return findings, FINDING_SCHEMA, with the headings of their files in place of those of the contracts."""
    about = set(found["delivery_id"])
    headed = _headings(home, [delivery for delivery in given if delivery.id in about])
    row = pl.col("row_no")
    record, cell = pl.format("/{}{}", row - 1, "mark"), pl.format("{}{}", "mark", row)
    at = pl.when(pl.col("mark").str.starts_with("/")).then(record).otherwise(cell)
    return (
        found.join(headed, on=_COLUMN, how="left", nulls_equal=True)
        .with_columns(pl.coalesce("heading", "column").alias("column"), pl.coalesce("cell", at).alias("cell"))
        .select(found.columns)
    )


def _headings(home: Home, given: Iterable[Delivery]) -> pl.DataFrame:
    records = [
        (delivery.id, file, sheet, feeds()[delivery.feed].by_name[name].zh, heading, mark)
        for delivery in given
        if (report := read_report(rows_file(home, delivery))) is not None
        for part in report.headings
        for file, sheet in part.sheets
        for name, (heading, mark) in part.columns.items()
    ]
    return pl.DataFrame(records, schema=_HEADED, orient="row").unique(_COLUMN, keep="first")
