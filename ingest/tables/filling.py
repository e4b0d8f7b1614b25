"""Values that are written once for several rows, carried over the cells below (B-LAY-02)."""

import polars as pl

from common.notes import Noted
from common.rows import ADDRESS, ADDRESS_SCHEMA
from common.rules import Action
from ingest.tables.sections import Section


class FillDown:
    """Fills the gaps of a section's columns, batch after batch, and tells once of every column."""

    def __init__(self, section: Section) -> None:
        self._section = section
        self._told: set[str] = set()
        self._carried: dict[str, tuple[str, str | None, str | None]] = {}
        """By place, the file and sheet of the last record and the value to be filled down."""

    def fill(self, data: pl.DataFrame) -> tuple[pl.DataFrame, list[Noted]]:
        """Return the next batch without the gaps, and what is told of them."""
        findings: list[Noted] = []
        for name, source in self._section.header.columns.items():
            if not source.column.fill_down:
                continue
            place = str(source.places[0])
            is_gappy = data[place].null_count() > 0
            merged = _merged_values(self._section, source.places[0])
            if not is_gappy and not (merged.is_empty() and data.height):
                continue
            if merged.is_empty():
                data = self._from_above(data, place)
            else:
                joined = data.join(merged, on=ADDRESS, how="left", nulls_equal=True, maintain_order="left")
                data = joined.with_columns(pl.coalesce(place, "merged").alias(place)).drop("merged")
            if is_gappy and name not in self._told:
                self._told.add(name)
                action: Action = "WARN" if merged.is_empty() else "AUTO"
                findings.append(self._section.at("B-LAY-02", action, self._section.somewhere, name, c=source.header))
        return data, findings

    def _from_above(self, data: pl.DataFrame, place: str) -> pl.DataFrame:
        """Fill the gaps of a column from above, across the edges of batches but not of sheets."""
        data = data.with_columns(pl.col(place).forward_fill().over("file", "sheet"))
        if place in self._carried:
            file, sheet, value = self._carried[place]
            goes_on = (pl.col("file") == file) & pl.col("sheet").eq_missing(pl.lit(sheet, pl.String))
            filled = pl.when(pl.col(place).is_null() & goes_on).then(pl.lit(value, pl.String)).otherwise(pl.col(place))
            data = data.with_columns(filled.alias(place))
        if data.height:
            self._carried[place] = data.select("file", "sheet", place).row(-1)
        return data


def _merged_values(section: Section, place: int) -> pl.DataFrame:
    """Return the value that each record gets from a merged cell of a column."""
    first = section.header.first_data_row
    values = [
        (file, grid.sheet, row + 1, merge.value)
        for file, grid in section.grids
        for merge in grid.merges
        if merge.left <= place <= merge.right and merge.bottom > merge.top
        for row in range(max(merge.top, first), merge.bottom + 1)
    ]
    schema = {name: ADDRESS_SCHEMA[name] for name in ADDRESS} | {"merged": pl.String()}
    return pl.DataFrame(values, schema=schema, orient="row")
