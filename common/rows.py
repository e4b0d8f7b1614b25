"""Where a row stands: the columns by which landed rows, findings and the xref tables speak of the same row."""

from collections.abc import Collection, Iterable, Mapping

import polars as pl

ADDRESS = ("file", "sheet", "row_no")
"""What tells a row within its delivery."""

ADDRESS_SCHEMA: Mapping[str, pl.DataType] = {
    "delivery_id": pl.String(), "file": pl.String(), "sheet": pl.String(), "row_no": pl.Int64(),
}  # fmt: skip
FULL_ADDRESS = tuple(ADDRESS_SCHEMA)
"""What tells a row of any delivery."""

PLACE_SCHEMA = {name: ADDRESS_SCHEMA[name] for name in ADDRESS}


RowAddress = tuple[str, str | None, int | None]
"""A row of a delivery: file, sheet, row."""


def at_places(rows: pl.DataFrame, places: Iterable[RowAddress]) -> pl.DataFrame:
    """Return the rows of a delivery that stand at some places."""
    return rows.join(_placed(places), on=ADDRESS, how="semi", nulls_equal=True)


def without_places(rows: pl.DataFrame, places: Collection[RowAddress]) -> pl.DataFrame:
    """Return the rows of a delivery that stand elsewhere, in their order."""
    if not places:
        return rows
    # few other rows have the same numbers, and numbers are compared fast
    near = rows["row_no"].is_in([row for *_, row in places], nulls_equal=True)
    at = near.arg_true()
    there = (
        rows.select(ADDRESS)[at]
        .with_columns(at.alias("at"))
        .join(_placed(places), on=ADDRESS, how="semi", nulls_equal=True)
    )
    return rows.filter(~near.scatter(at, False).scatter(there["at"], True)) if there.height else rows


def _placed(places: Iterable[RowAddress]) -> pl.DataFrame:
    return pl.DataFrame(list(set(places)), schema=PLACE_SCHEMA, orient="row")
