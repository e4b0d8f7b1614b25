"""How a file of another place is read by its layout, and when it has drifted from it (SPEC 0.1a, 5; B-LAY-07).

A layout knows the columns of its place better than a contract knows its senders, so it is taken at its word:
every column that it maps must be there, a file without a header must have its number of columns, and every cell
must look as the layout says. What differs is refused or kept aside, never loaded shifted by a column.
"""

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path

import polars as pl

from common.contracts import Column, ColumnType, Feed, Layout, LayoutColumn, feeds
from common.rules import Finding, Place, Refusal
from ingest.files.encodings import LOST
from ingest.files.grids import GIVEN, ROW, Grid, Opened
from ingest.files.readers import open_file
from ingest.tables.headers import Header, Look, SourceColumn, title_unit
from ingest.tables.supplements import feed_named
from ingest.tables.vocabulary import exact_key, header_key
from ingest.values.units import find_unit

_SEARCHED_ROWS = 15
_JUDGED_ROWS = 10_000
"""So many rows tell whether a file is of a layout; every further row is still held against its patterns."""

_FEWEST_FITTING = 0.5
_MOSTLY = 0.9
_MOSTLY_THERE = 0.8


class Drifted(Refusal):
    """A file that is not as its layout says. ``is_recognised``: it is surely meant to be of that layout."""

    def __init__(self, finding: Finding, *, is_recognised: bool = True) -> None:
        super().__init__(finding)
        self.is_recognised = is_recognised


def bind(layout: Layout, file: str, period: str | None, told: Collection[str] = ()) -> Layout:
    """Fill in what a layout takes from the delivery: the period in the sidecar, else in the name of the file.

    Columns that are ``told`` by the rows themselves need neither. Raises Drifted where nothing tells one.
    """
    found: dict[str, LayoutColumn] = {}
    for name, column in layout.columns.items():
        if column.file_name is None or name in told:
            continue
        match = re.search(column.file_name, file)
        said = period or (match and "-".join(match[part] for part in ("year", "month", "day") if _has(match, part)))
        if not said:
            facts = {"c": feeds()[layout.feed].by_name[name].zh, "f": file, "n": layout.id}
            raise Drifted(Finding("L-PER-UNTOLD", "REJECT", facts=facts))
        found[name] = column.model_copy(update={"constant": said})
    return layout.model_copy(update={"columns": {**layout.columns, **found}})


def _has(match: re.Match[str], part: str) -> bool:
    return match.groupdict().get(part) is not None


def open_layout(content: bytes | Path, layout: Layout, name: str = "") -> Opened:
    """Open a file as its layout says. Raises Refusal for what cannot be read."""
    return open_file(
        content,
        name=name,
        encoding=layout.encoding,
        delimiter=layout.delimiter,
        records=layout.records,
        is_damaged=layout.is_damaged,
    )


class Places:
    """Where each name of a file stands; the name as written wins over one that only its unit tells apart."""

    def __init__(self, names: Sequence[str | None]) -> None:
        self._times = Counter(exact_key(name) for name in names if name)
        self._exact: dict[str, int] = {}
        self._short: dict[str, int] = {}
        for place, name in enumerate(names):
            if name:
                self._exact.setdefault(exact_key(name), place)
                self._short.setdefault(header_key(name), place)

    def repeated(self, wanted: Sequence[str]) -> list[str]:
        """Return which of some names stand more than once: only the first of them is read."""
        return [name for name in wanted if self._times[exact_key(name)] > 1]

    def find(self, name: str) -> int | None:
        """Return the place under a name."""
        found = self._exact.get(exact_key(name))
        return self._short.get(header_key(name)) if found is None else found


def map_header(grid: Grid, feed: Feed, layout: Layout) -> Header | None:
    """Find a layout's columns in a grid; None where the grid names none of them.

    Rows that were mended stand under headings, whatever the place's own files do; by hand nobody writes as a program
    does, so how the cells of those look tells nothing.

    Raises Drifted naming the first column that is gone (B-LAY-07), or the one that does not look like it should.
    """
    is_mended = feed_named(grid) is not None
    top, names = names_in(grid, layout)
    places = Places(names)
    wanted = {name for given in layout.columns.values() for name in given.sources}
    found = sum(places.find(name) is not None for name in wanted)
    if not found and wanted:
        return None
    try:
        columns = {
            name: source
            for name, given in layout.columns.items()
            if (source := _source(grid, feed.by_name[name], given, places, top)) is not None
        }
        if is_mended:
            columns |= _told_by_row(feed, layout, places)
        _require(grid, feed, layout, columns, top)
    except Drifted as gone:
        raise Drifted(gone.finding, is_recognised=found >= _MOSTLY_THERE * len(wanted)) from None
    said = {place for name in layout.sources if (place := places.find(name)) is not None}
    unmapped = tuple(
        name for place, name in enumerate(names) if name and place not in said and places.find(name) == place
    )
    titles = [cell for row in grid.head[: max(top, 0)] for cell in row if cell]
    above = Place(grid.sheet, max(top, 0) + 1)
    notes = [Finding("B-LAY-07", "WARN", replace(above, column=name)) for name in places.repeated(layout.sources)]
    cells = len(names) if top < 0 else len(grid.head[top])
    header = Header(
        columns, top + 1, " ".join(titles), title_unit(titles), len(names), unmapped, tuple(notes),
        tuple((name,) if name else () for name in names), () if is_mended else _looks(layout, places), cells,
    )  # fmt: skip
    _recognise(grid, header, layout)
    return header


def _looks(layout: Layout, places: Places) -> tuple[Look, ...]:
    """Return what a layout says about the cells of the columns that a grid has."""
    said = [(name, pattern, True) for name, pattern in layout.patterns.items()]
    said += [(name, pattern, False) for name, pattern in layout.mostly.items()]
    return tuple(
        Look(place, name, pattern, always) for name, pattern, always in said if (place := places.find(name)) is not None
    )


def names_in(grid: Grid, layout: Layout) -> tuple[int, Sequence[str | None]]:
    """Return the row of the names, -1 where no row holds them, and the names from left to right."""
    if grid.kind == "records":
        return -1, grid.keys
    if layout.fields and feed_named(grid) is None:
        return -1, layout.fields
    known = {key for name in layout.sources for key in (exact_key(name), header_key(name))}
    rows = grid.head[:_SEARCHED_ROWS]
    hits = [sum(text is not None and header_key(text) in known for text in row) for row in rows]
    top = max(range(len(rows)), key=lambda row: (hits[row], -row), default=0)
    names = [" ".join(text.split()) if text else None for text in (rows[top] if rows else [])]
    while names and names[-1] is None:
        names.pop()
    return top, names


def _source(grid: Grid, column: Column, given: LayoutColumn, places: Places, top: int) -> SourceColumn | None:
    """Return where a column is read from; None for one that is not read, or optional and not there."""
    headed = [name for name in given.headers if places.find(name) is not None][:1]
    names = tuple(headed or given.parts or given.first_of)
    found = tuple(place for name in names if (place := places.find(name)) is not None)
    if len(found) < len(names) or (given.headers and not names):
        if given.optional:
            return None
        gone = next((name for name in names if places.find(name) is None), given.headers[0] if given.headers else "")
        raise Drifted(Finding("B-LAY-07", "REJECT", Place(grid.sheet, max(top, 0) + 1, gone)))
    if not names:
        return None
    separator = None if given.first_of and not headed else given.separator
    text = " / ".join(names) if separator is None else separator.join(names)
    return SourceColumn(column, found, text, find_unit(text, column.type), separator)


def _told_by_row(feed: Feed, layout: Layout, places: Places) -> dict[str, SourceColumn]:
    """Find what a layout takes from the file's name: mended rows have left their file and say it themselves."""
    headings = {name: feed.by_name[name].zh for name, given in layout.columns.items() if given.file_name is not None}
    return {
        name: SourceColumn(feed.by_name[name], (place,), heading, None)
        for name, heading in headings.items()
        if (place := places.find(heading)) is not None
    }


def _require(grid: Grid, feed: Feed, layout: Layout, columns: dict[str, SourceColumn], top: int) -> None:
    """Refuse a draft that forgets a required column: an absent one is called absent."""
    given = {name for name, column in layout.columns.items() if column.is_given} | {feed.sheet_is}
    needed: list[tuple[tuple[str, ...], str]] = [
        ((column.name,), column.zh) for column in feed.columns if column.required
    ]
    needed += [(names, "/".join(feed.by_name[name].zh for name in names)) for names in feed.any_of]
    for names, shown in needed:
        if not given & set(names) and not set(columns) & set(names):
            raise Drifted(Finding("B-LAY-07", "REJECT", Place(grid.sheet, max(top, 0) + 1, shown)))


def _recognise(grid: Grid, header: Header, layout: Layout) -> None:
    """Refuse a file whose rows are not as wide as the layout, or do not look as it says."""
    rows = _sample(grid, header)
    if header.first_data_row == 0 and layout.fields:
        fitting = rows.filter("fits")
        if fitting.height < _FEWEST_FITTING * rows.height:
            facts = {"n": layout.id, "k": header.width, "p": rows["given"][0]}
            raise Drifted(Finding("L-LAY-WIDTH", "REJECT", Place(grid.sheet), facts=facts), is_recognised=False)
        rows = fitting
    counts = [(look, int((~look.fits(rows[str(look.place)])).sum())) for look in header.looks]
    # of a handful of rows a single odd one is more than a tenth
    broken = [
        (look, count)
        for look, count in counts
        if count > (1 - (_FEWEST_FITTING if look.always else _MOSTLY)) * rows.height
        and (count > 1 or 2 * count > rows.height)
    ]
    if broken:
        look, count = broken[0]
        facts = {"n": layout.id, "p": round(100 * count / rows.height)}
        finding = Finding("L-LAY-DRIFT", "REJECT", Place(grid.sheet, column=look.name), facts=facts)
        raise Drifted(finding, is_recognised=not layout.fields or 2 * len(broken) <= len(counts))


def _sample(grid: Grid, header: Header) -> pl.DataFrame:
    """Return the first records: how many cells each has, whether these fit the header, and their texts by place."""
    columns = {str(place): pl.String() for place in range(header.width)}
    parts, height = [pl.DataFrame(schema={ROW: pl.Int64(), **columns})], 0
    for batch in grid.batches():
        parts.append(batch.filter(pl.col(ROW) > header.first_data_row))
        height += parts[-1].height
        if height >= _JUDGED_ROWS:
            break
    rows = pl.concat(parts, how="diagonal").head(_JUDGED_ROWS)
    places = [name for name in rows.columns if name.isdigit()]
    rows = rows.filter(pl.any_horizontal(pl.col(places).is_not_null()))
    if grid.kind == "csv":
        given = pl.col(GIVEN).cast(pl.Int64) if GIVEN in rows.columns else pl.lit(0, pl.Int64)
        fits = given == header.width
    else:
        # empty cells behind the last filled one are no cells of a sheet
        given = pl.max_horizontal(pl.when(pl.col(name).is_not_null()).then(int(name) + 1) for name in places)
        fits = given <= header.width
    return rows.select(given.alias("given"), fits.alias("fits"), *columns)


def unlike(data: pl.DataFrame, looks: Sequence[Look]) -> list[tuple[int, Look]]:
    """Return the rows of ``data`` that do not look as a layout says, each with the first column that tells.

    ``data`` has one text column for each place, named by its number. One column that looks unusual is a rarity; two
    in one row are a pair that changed places.
    """
    told: dict[int, Look] = {}
    unusual: set[int] = set()
    for look in looks:
        for position in (~look.fits(data[str(look.place)])).arg_true():
            if look.always or position in unusual:
                told.setdefault(position, look)
            unusual |= set() if look.always else {position}
    return sorted(told.items(), key=lambda found: found[0])


_WORDED: frozenset[ColumnType] = frozenset({"text", "free_text", "person", "list", "enum", "code"})
"""What a column of these types holds can be lost without being unreadable."""


def garbled(data: pl.DataFrame, header: Header) -> list[tuple[int, SourceColumn]]:
    """Return the rows of ``data`` whose characters were lost in a column that is read, with the first such column."""
    sources = {
        str(place): source
        for source in header.columns.values() if source.column.type in _WORDED for place in source.places
    }  # fmt: skip
    is_lost = pl.col(list(sources)).str.contains_any(list(LOST)).fill_null(False)
    if not sources or not data.select(pl.any_horizontal(is_lost.any())).item():
        return []
    told: dict[int, SourceColumn] = {}
    for place, lost in data.select(is_lost).to_dict().items():
        told |= {position: told.get(position, sources[place]) for position in lost.arg_true()}
    return sorted(told.items(), key=lambda found: found[0])
