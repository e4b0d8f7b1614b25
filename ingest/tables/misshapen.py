"""Records that cannot be what their header or layout says: cells too many or too few, another encoding, other looks."""

import polars as pl

from common.notes import Noted
from common.rows import ADDRESS
from common.rules import Finding, Place, Refusal
from ingest.files.grids import CUT, GIVEN, ODD, ROW
from ingest.tables.layouts import garbled, unlike
from ingest.tables.sections import Section, places


def misshapen(section: Section, data: pl.DataFrame) -> list[Noted]:
    """Refuse the records of a batch whose cells may stand in the wrong columns, or hold what is no text.

    Raises Refusal where the file was cut in its last record (B-FIL-06).
    """
    return [*_ragged(section, data), *_odd(section, data), *_unlike(section, data)]


def _ragged(section: Section, data: pl.DataFrame) -> list[Noted]:
    """Refuse CSV records whose cells do not match the header in number: a shifted column reads as another."""
    if section.first.kind != "csv" or GIVEN not in data.columns:
        return []
    width, exactly = section.header.width, section.header.cells
    beyond = [name for name in places(data) if int(name) >= width and not _is_unnamed(section, data[name], int(name))]
    # empty cells behind the last column shift nothing, unless one of them stands further to the left now
    shifted = pl.any_horizontal(pl.col(GIVEN) < width, *(pl.col(name).is_not_null() for name in beyond))
    if exactly is not None:
        shifted = pl.col(GIVEN) != exactly
    if CUT in data.columns:
        cut = data.filter(CUT, pl.col(GIVEN) < width).select("sheet", ROW, GIVEN).rows()
        for sheet, row, given in cut:
            raise Refusal(Finding("B-FIL-06", "REJECT", Place(sheet, row), f"{given} < {width}"))
    return [
        section.at("L-LAY-RAGGED", "QUARANTINE", (file, sheet, row), n=given, k=width)
        for file, sheet, row, given in data.filter(shifted).select(*ADDRESS, GIVEN).iter_rows()
    ]


def _is_unnamed(section: Section, cells: pl.Series, place: int) -> bool:
    """Tell whether a place is a column that nobody gave a heading: the header has a cell for it, and most rows do."""
    first = section.header.first_data_row
    named = len(section.first.head[first - 1]) if 0 < first <= len(section.first.head) else 0
    return place < named and 2 * cells.null_count() < len(cells)


def _odd(section: Section, data: pl.DataFrame) -> list[Noted]:
    """Refuse CSV records that are in another encoding than the rest of their file (B-ENC-02)."""
    return section.each(data.filter(ODD), "B-ENC-02", "QUARANTINE") if ODD in data.columns else []


def _unlike(section: Section, data: pl.DataFrame) -> list[Noted]:
    """Refuse records that do not look as their layout says: a shifted column may hold what this one must not."""
    is_personal = any(section.feed.class_of(column) == "S4" for column in section.feed.columns)
    found = [
        (file, Finding("L-LAY-DRIFT", "QUARANTINE", Place(sheet, row, look.name), "***" if is_personal else text))
        for position, look in unlike(data, section.header.looks)
        for file, sheet, row, text in [data.select(*ADDRESS, str(look.place)).row(position)]
    ]
    if section.first.kind == "sheet" or (section.layout and section.layout.is_damaged):
        addresses = data.select(ADDRESS)
        found += [
            section.at("B-ENC-01", "QUARANTINE", addresses.row(position), source.column.name)
            for position, source in garbled(data, section.header)
        ]
    return found
