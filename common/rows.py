"""Where a row stands: the columns by which landed rows, findings and the xref tables speak of the same row."""

from collections.abc import Mapping

import polars as pl

ADDRESS = ("file", "sheet", "row_no")
"""What tells a row within its delivery."""

ADDRESS_SCHEMA: Mapping[str, pl.DataType] = {
    "delivery_id": pl.String(), "file": pl.String(), "sheet": pl.String(), "row_no": pl.Int64(),
}  # fmt: skip
FULL_ADDRESS = tuple(ADDRESS_SCHEMA)
"""What tells a row of any delivery."""
