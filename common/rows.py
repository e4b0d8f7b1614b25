"""Where a row stands: the columns by which landed rows, findings and the xref tables speak of the same row."""

from collections.abc import Iterable, Mapping

import polars as pl

ADDRESS = ("file", "sheet", "row_no")
"""What tells a row within its delivery."""

ADDRESS_SCHEMA: Mapping[str, pl.DataType] = {
    "delivery_id": pl.String(), "file": pl.String(), "sheet": pl.String(), "row_no": pl.Int64(),
}  # fmt: skip
FULL_ADDRESS = tuple(ADDRESS_SCHEMA)
"""What tells a row of any delivery."""

PLACE_SCHEMA = {name: ADDRESS_SCHEMA[name] for name in ADDRESS}


def at_places(rows: pl.DataFrame, places: Iterable[tuple[str, str | None, int | None]]) -> pl.DataFrame:
    """Return the rows of a delivery that stand at some places: file, sheet, row."""
    wanted = pl.DataFrame(list(set(places)), schema=PLACE_SCHEMA, orient="row")
    return rows.join(wanted, on=ADDRESS, how="semi", nulls_equal=True)
