"""Records that are no data: totals (B-LAY-03), headings said again, and the notes and signatures below (B-LAY-09)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from common.contracts import Column, ColumnType
from ingest.files.grids import ROW
from ingest.tables.columns import numbers_rows
from ingest.tables.sections import Section, places
from ingest.values.numbers import NULL_WORDS

COVERS = "covers"
"""Of a total, what it is the sum of: ``all`` rows of its sheet, a ``part`` of them, or null where that is not told."""

SUMMED: frozenset[ColumnType] = frozenset({"money", "area", "integer"})
"""Columns of these types have totals."""

_COUNTED = r"共?\s*\d+\s*[户家个座栋条项件]"
_COUNT = rf"^{_COUNTED}$"
"""What a total has in place of a name."""

_END = rf"\s*(?:[(（][^()（）]*[)）])?\s*[:：]?\s*(?:{_COUNTED})?$"
"""What may follow the word of a total: its unit in brackets, a colon, a count."""

_TOTAL = rf"(?:[合小总共]\s*计|累\s*计|汇\s*总){_END}|^其\s*中"
_SUM = rf"[合小总共]\s*计{_END}"
"""A sum of rows of its sheet: 累计 may reach into other months, 其中 and 汇总 take the rows otherwise."""

_GRAND_TOTAL = rf"^(?:全[区市]|本[月期]|总)?\s*[合总共]\s*计{_END}"
_LAST_OF_TOTAL = "计"
_TOTAL_WORDS = [f"{word}{blank}{_LAST_OF_TOTAL}" for word in "合小总共" for blank in ("", " ", "\u3000")]
_SIGNATURE = (
    r"^\(?(?:填表|制表|填报|审核|复核|经办|报送|单位负责|部门负责|分管领导|负责人|单位盖章|单位\(?盖章|盖章|公章|制单)"
    r"(?:人|单位|日期|时间|部门)?(?:\(?签[字章]\)?)?\)?\s*[:：(（]"
)
_NOTE = (
    r"^(?:备\s*注|注|说\s*明|数据来源|联系人|联系电话|(?:填报|报送)?单位?[(（]?(?:盖章|公章)[)）]?|[(（]?(?:盖章|公章)[)）]?)"
    r"\s*\d*\s*(?:[:：]|$)"
)
_PLAIN_NUMBER = r"^[-+－—−△▲]?[(（]?[\s\d,，.．]*\d[)）]?\s*[%％元]?$"

_NUMBERED = r"^[(（]?(\d{1,2})[)）]?$"
_NUMBERING = rf"{_NUMBERED}|^(?:栏\s*次|序\s*号|[甲乙丙丁戊己庚辛壬癸]|[A-Z])$"
_FEW = 3

_TELLS_NOBODY: frozenset[ColumnType] = frozenset({"enum", "boolean", "date", "month", "timestamp"})
"""A key of these types does not say by itself whom a record is about."""


@dataclass(frozen=True, slots=True)
class Sorted:
    """The records of a batch: data, and what is set aside."""

    data: pl.DataFrame
    totals: pl.DataFrame
    """With COVERS."""
    headings: pl.DataFrame
    footers: pl.DataFrame


def sort_out(section: Section, body: pl.DataFrame) -> Sorted:
    """Tell data from totals, headings and footers.

    Few records look like any of these, so only those are looked at closely.
    """
    words = _first_words(body)
    is_total, covers = _totals(section, body, words)
    is_heading = ~is_total & _headings(section, body, words)
    word = pl.lit(words).str
    is_note, is_signature = pl.select(
        word.contains(_NOTE).fill_null(False).alias("note"), word.contains(_SIGNATURE).fill_null(False).alias("sign")
    )
    if is_note.any():
        nobody = _plainly(body.filter(is_note)).select(_filled(_keys(section), body) == 0).to_series()
        is_note = is_note.scatter(is_note.arg_true(), nobody)
    is_footer = ~is_total & ~is_heading & (is_note | is_signature)
    data = body.filter(~(is_total | is_heading | is_footer))
    return Sorted(data, body.filter(is_total).with_columns(covers), body.filter(is_heading), body.filter(is_footer))


def _totals(section: Section, body: pl.DataFrame, words: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Tell which records are totals, and for those COVERS.

    A total names nobody, apart from its first text (SPEC 0.1b, Forms); or a key is the word itself, as 合计 among the
    kinds of tax of an enterprise; or it is nothing but numbers in columns that have totals (SPEC 3.0).
    """
    keys = _keys(section)
    worded = body.select(pl.col(list(keys)).str.contains(_LAST_OF_TOTAL, literal=True).any())
    cells = [pl.col(place).str.strip_chars() for place in keys if worded[place].any()]
    marks = [pl.when(cell.is_in(_TOTAL_WORDS)).then(cell) for cell in cells]
    looked = body.select(mark=pl.coalesce(pl.lit(None, pl.String), *marks), word=words)
    looks = looked.select(
        pl.col("mark").is_not_null() | pl.col("word").str.contains(_TOTAL).fill_null(True)
    ).to_series()
    if not looks.any():
        return looks, pl.Series(COVERS, [], dtype=pl.String)
    close = pl.concat([_plainly(body.filter(looks)), looked.filter(looks)], how="horizontal")
    word, mark = pl.col("word"), pl.col("mark")
    names = {place: column for place, column in keys.items() if column.type not in _TELLS_NOBODY}
    kinds = {place: column for place, column in keys.items() if column.type == "enum"}
    is_led = word.str.contains(_TOTAL).fill_null(False) & (_filled(names, body) == 0)
    covers = (
        pl.when(is_led & (_filled(kinds, body) > 0)).then(pl.lit(None, pl.String))
        .when(is_led & word.str.contains(_GRAND_TOTAL)).then(pl.lit("all"))
        .when(word.is_null() | pl.coalesce(mark, word).str.contains(_SUM)).then(pl.lit("part"))
    )  # fmt: skip
    is_bare = word.is_null() & _holds_sums_alone(section, body)
    told = close.select((is_led | mark.is_not_null() | is_bare).alias("total"), covers.alias(COVERS))
    return looks.scatter(looks.arg_true(), told["total"]), told.filter("total")[COVERS]


def _headings(section: Section, body: pl.DataFrame, words: pl.Series) -> pl.Series:
    """Tell which records say again what stands above the data, as on every printed page, or only number the columns."""
    first = section.header.first_data_row
    above: dict[str, set[str]] = {}
    for _, grid in section.grids:
        for row in grid.head[:first]:
            for place, cell in enumerate(row):
                if cell:
                    above.setdefault(str(place), set()).add(cell)
    found = words.is_in(sorted(set().union(*above.values()))).fill_null(False)
    if found.any():
        same = [pl.col(p).is_null() | pl.col(p).is_in(sorted(above.get(p, set()))) for p in places(body)]
        found = found.scatter(found.arg_true(), body.filter(found).select(pl.all_horizontal(same)).to_series())
    if above:
        at = (body[ROW] == first + 1).arg_true()
        numbering = [_is_numbering(cells) for cells in body.select(places(body))[at].rows()]
        found = found.scatter(at.filter(pl.Series(numbering, dtype=pl.Boolean)), True)
    return found


def _is_numbering(cells: tuple[str | None, ...]) -> bool:
    """Tell whether cells only number the columns: 栏次, 甲, 乙, 1, 2, 3."""
    filled = [cell.strip() for cell in cells if cell]
    numbers = [int(match[1]) for cell in filled if (match := re.match(_NUMBERED, cell))]
    rises = bool(numbers) and numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    return rises and len(filled) >= _FEW and all(re.match(_NUMBERING, cell) for cell in filled)


def _keys(section: Section) -> dict[str, Column]:
    """Return the key columns of a section by their places."""
    sources = (source for name in section.feed.key if (source := section.header.columns.get(name)))
    return {str(place): source.column for source in sources for place in source.places}


def _filled(keys: Iterable[str], body: pl.DataFrame) -> pl.Expr:
    """Count the cells of some columns in which something stands, apart from the first text of the record.

    The cells are as :func:`_plainly` gives them.
    """
    first = pl.coalesce(
        pl.lit(None, pl.String),
        *(pl.when(~pl.col(place).str.contains(_PLAIN_NUMBER)).then(pl.lit(place)) for place in places(body)),
    )
    others = [~pl.col(place).str.contains(_COUNT).fill_null(True) & first.ne_missing(pl.lit(place)) for place in keys]
    return pl.sum_horizontal(pl.lit(0), *(filled.cast(pl.Int32) for filled in others))


def _holds_sums_alone(section: Section, body: pl.DataFrame) -> pl.Expr:
    """Tell whether nothing stands in a record but numbers in columns that have totals, and beside them.

    The cells are as :func:`_plainly` gives them.
    """
    header = section.header
    mapped = {str(place): source.column.type for source in header.columns.values() for place in source.places}
    free = {str(place) for place, path in enumerate(header.paths) if path and not numbers_rows(path[-1])}
    sums = [place for place, kind in mapped.items() if kind in SUMMED]
    others = [p for p in places(body) if p not in sums and (p not in free or mapped.get(p, "percent") != "percent")]
    if section.first.kind == "records" or not sums:
        return pl.lit(False)
    nothing_else = pl.all_horizontal(pl.lit(True), *(pl.col(place).is_null() for place in others))
    return nothing_else & pl.any_horizontal(*(pl.col(place).is_not_null() for place in sums))


def _first_words(body: pl.DataFrame) -> pl.Series:
    """Return the first text of each record. Most have one in their first columns, so the others are spared."""
    first, *others = places(body)
    found = _words(body[first])
    for place in others:
        waiting = found.is_null().arg_true()
        if waiting.is_empty():
            break
        found = found.scatter(waiting, _words(body[place].gather(waiting)))
    return found


def _plainly(body: pl.DataFrame) -> pl.DataFrame:
    """Return the cells of records, without what only looks filled."""
    return body.select(_said(place) for place in places(body))


def _words(cells: pl.Series) -> pl.Series:
    """Return the texts of some cells, or null where one is a number, empty or crossed out."""
    said = cells.to_frame().select(_said(cells.name))
    return said.select(pl.when(~pl.col(cells.name).str.contains(_PLAIN_NUMBER)).then(cells.name)).to_series()


def _said(place: str) -> pl.Expr:
    """Return what stands in a place; null where nothing does, or only a dash."""
    text = pl.col(place).str.strip_chars()
    return pl.when(~text.is_in(sorted(NULL_WORDS))).then(text)
