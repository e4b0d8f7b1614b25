"""Where the texts of each stored column come from, in which unit, and what its parser may know."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import polars as pl

from common.contracts import Column
from common.keys import Pseudonymiser
from common.notes import Noted
from ingest.files.grids import MOMENT
from ingest.tables.headers import SourceColumn
from ingest.tables.sections import Section
from ingest.values.numbers import NULL_WORDS
from ingest.values.parsers import Context
from ingest.values.units import DEFAULT_UNITS, Unit, answered_unit, find_unit

_SHEET_NUMBER, _SHEET_COPY = (
    r"^\s*[(（]?(?:\d{1,3}|[一二三四五六七八九十]{1,3})[)）]?[、.．]\s*",
    r"\s+[(（]\d+[)）]\s*$",
)
"""What stands before and behind a name in the tab of a sheet: 1、甲大厦, and 甲大厦 (2) where it goes on."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where the texts of one stored column come from."""

    column: Column
    header: str | None
    places: tuple[int, ...]
    constant: str | None
    unit: Unit | None
    is_unit_assumed: bool
    separator: str | None = "->"
    is_span: bool = False
    """The texts hold this column and its counterpart."""

    def texts(self, data: pl.DataFrame) -> pl.Series:
        """Return the texts of a batch; several places are joined, or the first filled one counts."""
        if not self.places and self.constant is not None:
            return pl.repeat(self.constant, data.height, eager=True)
        if not self.places:
            return data["sheet"].str.replace(_SHEET_NUMBER, "").str.replace(_SHEET_COPY, "")
        if len(self.places) == 1:
            return data[str(self.places[0])]
        parts = [pl.col(str(place)).str.strip_chars() for place in self.places]
        if self.separator is None:
            return data.select(pl.coalesce(pl.when(part != "").then(part) for part in parts)).to_series()
        joined = pl.concat_str(parts, separator=self.separator, ignore_nulls=True)
        return data.select(pl.when(joined != "").then(joined)).to_series()

    def moments(self, data: pl.DataFrame) -> pl.Series | None:
        """Return what moments the texts say, where the file itself holds moments."""
        name = f"{self.places[0]}{MOMENT}" if len(self.places) == 1 else None
        return data[name] if name in data.columns else None


def sources_of(section: Section, answered: str | None) -> dict[str, Source]:
    """Return the source of each stored column that has one, by name.

    ``answered`` is the unit that somebody answered amounts, or areas, to be in, whatever the file says.
    """
    sources = {}
    for column in section.feed.stored:
        found = section.headed(column)
        given = section.layout.columns.get(column.name) if section.layout else None
        constant = given.constant if given else None
        is_sheet = found is None and column.name == section.feed.sheet_is
        if found is None and constant is None and not is_sheet:
            continue
        unit, assumed = _unit(section, column, found, answered)
        header, places, separator = (found.header, found.places, found.separator) if found else (None, (), None)
        is_span = found is not None and found.column.name == column.span
        sources[column.name] = Source(column, header, places, constant, unit, assumed, separator, is_span)
    return sources


def unit_notes(section: Section, sources: Mapping[str, Source]) -> Iterator[Noted]:
    """Tell of amounts that nobody named the unit of, and of those in another currency."""
    foreign = _foreign_currency(section)
    for name, source in sources.items():
        if foreign and source.column.type == "money":
            yield section.at("L-VAL-CURRENCY", "WARN", section.somewhere, name, n=foreign)
        if source.is_unit_assumed and source.unit:
            yield section.at("L-VAL-UNIT", "WARN", section.somewhere, name, n=source.unit.word)


def context_of(section: Section, source: Source, pseudonymise: Pseudonymiser) -> Context:
    """Return what a column's parser may know: the unit, and what the layout says of its words and times."""
    grid, layout = section.first, section.layout
    context = Context(
        source.column, source.unit, pseudonymise, grid.epoch_1904,
        is_api=grid.kind == "records", edge=source.column.edge if source.is_span else None,
    )  # fmt: skip
    if layout is None:
        return context
    given = layout.columns.get(source.column.name)
    words = (*layout.missing, *(given.missing if given else ()))
    return replace(
        context,
        missing=NULL_WORDS | {word.casefold() for word in words},
        mapped=given.values if given else None,
        dates=(*(given.dates if given else ()), *layout.dates),
        time_zone=layout.time_zone, identifiers=layout.identifiers, currency=layout.currency,
    )  # fmt: skip


def _foreign_currency(section: Section) -> str | None:
    currency = section.layout.currency if section.layout else "CNY"
    return None if currency == "CNY" else currency


def _unit(
    section: Section, column: Column, found: SourceColumn | None, answered: str | None
) -> tuple[Unit | None, bool]:
    """The unit in the header wins over the unit line, that over the layout's; none means the stored unit."""
    if found and answered and (unit := answered_unit(answered, column.type)):
        return unit, False
    if found is None or column.type not in (*DEFAULT_UNITS, "capital"):
        return None, False
    line = section.header.unit_line
    given = section.layout.columns.get(column.name) if section.layout else None
    stated = (
        found.unit
        or (find_unit(line, column.type) if line else None)
        or (find_unit(given.unit, column.type) if given and given.unit else None)
    )
    unit = stated or DEFAULT_UNITS.get(column.type)
    foreign = _foreign_currency(section)
    if foreign and unit and column.type == "money":
        return Unit(unit.word.replace("元", foreign), unit.factor), False
    return unit, stated is None and column.type == "money"
