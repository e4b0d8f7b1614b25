"""One grid with its header to typed rows: what is data, what is a total or a footer, what must wait.

The books balance: every non-empty record below the header is accepted, quarantined or set aside.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

import polars as pl

from common.contracts import Column, Feed, Layout
from common.keys import Pseudonymiser
from common.rules import Action, Finding, Place
from ingest.headers import Header, SourceColumn
from ingest.numbers import NULL_WORDS
from ingest.readers import Grid
from ingest.units import DEFAULT_UNITS, Unit, find_unit
from ingest.values import DTYPES, Context, convert

_TOTAL = re.compile(r"(?:合\s*计|小\s*计|总\s*计|累\s*计|汇\s*总)\s*[:：]?$|^其\s*中")
_GRAND_TOTAL = re.compile(r"^(?:全[区市]|本[月期]|总)?\s*(?:合\s*计|总\s*计)\s*[:：]?$")
_FOOTER = re.compile(
    r"^\(?(?:填表|制表|填报|审核|复核|经办|报送|单位负责|部门负责|负责人|分管领导|单位盖章|单位\(盖章|盖章|公章"
    r"|联系人|联系电话|备注|注|说明|数据来源)(?:人|单位|日期|时间|领导)?(?:签字)?\)?\s*[:：(]?"
)
_PLAIN_NUMBER = r"^[-+]?[\d,]*\.?\d+$"


@dataclass(frozen=True, slots=True)
class ControlTotal:
    """A total that the file itself gives for a column, beside the sum of its rows, in the stored unit."""

    column: str
    stated: Decimal
    summed: Decimal


@dataclass(frozen=True, slots=True)
class Table:
    """The outcome of one grid.

    ``rows`` holds the accepted rows with the columns of :func:`row_schema` from ``sheet`` on; ``read`` is
    the number of non-empty records below the header.
    """

    rows: pl.DataFrame
    findings: tuple[Finding, ...]
    read: int
    quarantined: int
    set_aside: int
    control_totals: tuple[ControlTotal, ...] = ()
    units: dict[str, str] = field(default_factory=dict)


def row_schema(feed: Feed) -> dict[str, pl.DataType]:
    """Return the columns of a feed's landed rows: address, then the contract's stored columns.

    A money column also keeps its source text, because 0.1 万元 and 1,000 元 are told apart by nothing else.
    """
    schema: dict[str, pl.DataType] = {
        "delivery_id": pl.String(), "file": pl.String(), "sheet": pl.String(), "row_no": pl.Int64(),
    }  # fmt: skip
    for column in feed.stored:
        schema[column.name] = DTYPES[column.type]
        if column.type == "money":
            schema[f"{column.name}_text"] = pl.String()
            schema[f"{column.name}_unit"] = pl.String()
    return schema


def read_table(grid: Grid, header: Header, feed: Feed, layout: Layout | None, pseudonymise: Pseudonymiser) -> Table:
    """Turn a grid into typed rows by its contract, and a layout where one applies."""
    body = _body(grid, header)
    first_text = _first_text(body)
    keyless = _keyless(body, header, feed)
    is_total = keyless & first_text.str.contains(_TOTAL.pattern).fill_null(False)
    is_footer = keyless & ~is_total & first_text.str.contains(_FOOTER.pattern).fill_null(False)
    totals, data = body.filter(is_total), body.filter(~is_total & ~is_footer)
    findings = [_at(grid, header, "B-LAY-03", "AUTO", row) for row in totals["row_no"]]
    findings += [_at(grid, header, "B-LAY-09", "AUTO", row) for row in body.filter(is_footer)["row_no"]]
    findings += _ragged(grid, header, data)
    data, filled = _fill_down(grid, header, data)
    sources = _sources(header, feed, layout, grid)
    typed, problems = _convert_all(data, sources, feed, layout, header, grid, pseudonymise)
    findings += filled + problems + _missing(typed, sources, feed, layout, grid, header, problems)
    refused = {finding.place.row for finding in findings if finding.action == "QUARANTINE"}
    grand_totals = totals.filter(first_text.filter(is_total).str.contains(_GRAND_TOTAL.pattern))
    return Table(
        typed.filter(~pl.col("row_no").is_in(list(refused))).with_columns(pl.lit(grid.sheet, pl.String).alias("sheet")),
        tuple(findings),
        read=body.height,
        quarantined=len(refused),
        set_aside=body.height - data.height,
        control_totals=tuple(_control_totals(grand_totals, typed, sources, problems)),
        units={name: source.unit.word for name, source in sources.items() if source.unit},
    )


def _body(grid: Grid, header: Header) -> pl.DataFrame:
    """Return the non-empty records below the header: ``row_no`` and one text column for each place."""
    first = header.first_data_row
    width = max([header.width, *(len(row) for row in grid.cells[first:])])
    padded = [row + [None] * (width - len(row)) for row in grid.cells[first:]]
    data = [pl.Series(str(place), [row[place] for row in padded], dtype=pl.String) for place in range(width)]
    numbers = pl.Series("row_no", range(first + 1, first + 1 + len(padded)), dtype=pl.Int64)
    return pl.DataFrame([numbers, *data]).filter(pl.any_horizontal(pl.exclude("row_no").is_not_null()))


def _words(body: pl.DataFrame) -> list[pl.Expr]:
    """Return one expression for each place: its text, or null where it is a number or empty."""
    places = [pl.col(name).str.strip_chars() for name in body.columns if name != "row_no"]
    return [pl.when(~place.str.contains(_PLAIN_NUMBER)).then(place) for place in places]


def _first_text(body: pl.DataFrame) -> pl.Series:
    return body.select(pl.coalesce(_words(body))).to_series()


def _keyless(body: pl.DataFrame, header: Header, feed: Feed) -> pl.Series:
    """Tell for each record whether its key columns are empty, apart from the first text itself (SPEC 0.1b, Forms)."""
    keys = {str(place) for name in feed.key if (source := header.columns.get(name)) for place in source.places}
    names = [name for name in body.columns if name != "row_no"]
    first_is_key = pl.lit(0)
    for name, word in reversed(list(zip(names, _words(body), strict=True))):
        first_is_key = pl.when(word.is_not_null()).then(pl.lit(int(name in keys))).otherwise(first_is_key)
    filled = pl.sum_horizontal(pl.col(name).is_not_null().cast(pl.Int32) for name in keys)
    return body.select(filled == first_is_key).to_series()


def _at(
    grid: Grid, header: Header, rule: str, action: Action, row: int | None, column: str | None = None,
    value: str | None = None, **facts: object,
) -> Finding:  # fmt: skip
    """Address a finding by sheet, row, the source's own header and the cell."""
    source = header.columns.get(column) if column else None
    cell = None
    if source and row is not None:
        name = grid.keys[source.places[0]] if grid.kind == "records" else None
        cell = f"/{row - 1}/{name}" if name else f"{_letters(source.places[0])}{row}"
    shown = source.header if source else None
    return Finding(rule, action, Place(grid.sheet, row, shown, cell), value, facts)


def _letters(place: int) -> str:
    """Name a column as a spreadsheet does: 0 is A, 26 is AA."""
    name = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def _ragged(grid: Grid, header: Header, data: pl.DataFrame) -> list[Finding]:
    """Refuse CSV records whose cells do not match the header in number: a shifted column reads as another."""
    if grid.kind != "csv":
        return []
    odd = [row for row in data["row_no"] if len(grid.cells[row - 1]) != header.width]
    return [
        _at(grid, header, "L-LAY-RAGGED", "QUARANTINE", row, n=len(grid.cells[row - 1]), k=header.width) for row in odd
    ]


def _fill_down(grid: Grid, header: Header, data: pl.DataFrame) -> tuple[pl.DataFrame, list[Finding]]:
    """Carry values of columns that are written once for several rows over the cells below (B-LAY-02)."""
    findings = []
    for name, source in header.columns.items():
        place = source.places[0]
        if not source.column.fill_down or not data[str(place)].null_count():
            continue
        merges = [merge for merge in grid.merges if merge.left <= place <= merge.right and merge.bottom > merge.top]
        if merges:
            values = {
                row + 1: grid.cells[merge.top][merge.left]
                for merge in merges
                for row in range(max(merge.top, header.first_data_row), merge.bottom + 1)
            }
            filled = pl.Series([values.get(row) for row in data["row_no"]], dtype=pl.String)
            data = data.with_columns(pl.coalesce(pl.col(str(place)), filled).alias(str(place)))
        else:
            data = data.with_columns(pl.col(str(place)).forward_fill())
        findings.append(_at(grid, header, "B-LAY-02", "AUTO" if merges else "WARN", None, name, c=source.header))
    return data, findings


@dataclass(frozen=True, slots=True)
class _Source:
    """Where the texts of one stored column come from."""

    column: Column
    header: str | None
    places: tuple[int, ...]
    constant: str | None
    unit: Unit | None
    is_unit_assumed: bool


def _sources(header: Header, feed: Feed, layout: Layout | None, grid: Grid) -> dict[str, _Source]:
    sources = {}
    for column in feed.stored:
        found = header.columns.get(column.name)
        given = layout.columns.get(column.name) if layout else None
        unit, assumed = _unit(column, found, header, given.unit if given else None)
        constant = given.constant if given else None
        if found is None and column.name == feed.sheet_is:
            constant = grid.sheet
        if found is not None or constant is not None:
            sources[column.name] = _Source(
                column, found.header if found else None, found.places if found else (), constant, unit, assumed
            )
    return sources


def _unit(
    column: Column, found: SourceColumn | None, header: Header, of_layout: str | None
) -> tuple[Unit | None, bool]:
    """The unit in the header wins over the unit line, that over the layout's, and none means the stored unit."""
    default = DEFAULT_UNITS.get(column.type)
    if default is None or found is None:
        return (find_unit(found.header, "money") if column.type == "capital" and found else None), False
    line = find_unit(header.unit_line, column.type) if header.unit_line else None
    stated = found.unit or line or (find_unit(of_layout, column.type) if of_layout else None)
    return stated or default, stated is None and column.type == "money"


def _convert_all(
    data: pl.DataFrame,
    sources: dict[str, _Source],
    feed: Feed,
    layout: Layout | None,
    header: Header,
    grid: Grid,
    pseudonymise: Pseudonymiser,
) -> tuple[pl.DataFrame, list[Finding]]:
    """Return the typed columns of all data rows, and what was found in their values."""
    missing = NULL_WORDS | {word.casefold() for word in (layout.missing if layout else ())}
    columns = [data["row_no"]]
    findings: list[Finding] = []
    for column in feed.stored:
        source = sources.get(column.name)
        if source is None:
            columns += _empty(column, data.height)
            continue
        texts = _texts(data, source)
        given = layout.columns.get(column.name) if layout else None
        mapped = given.values if given else None
        context = Context(column, source.unit, pseudonymise, grid.epoch_1904, missing, mapped)
        converted = convert(texts, context)
        values = converted["value"].alias(column.name)
        default = (given.default if given else None) or column.default
        if default is not None:
            refused = converted["action"] == "QUARANTINE"
            filled = values.fill_null(default == "true" if column.type == "boolean" else default)
            values = pl.select(
                pl.when(refused.fill_null(False)).then(values).otherwise(filled).alias(column.name)
            ).to_series()
        columns.append(values)
        if column.type == "money":
            unit = source.unit.word if source.unit else None
            columns += [
                texts.alias(f"{column.name}_text"),
                pl.select(
                    pl.when(texts.is_not_null()).then(pl.lit(unit, pl.String)).alias(f"{column.name}_unit")
                ).to_series(),
            ]
        findings += _value_findings(converted, texts, data["row_no"], column, feed, grid, header)
        if source.is_unit_assumed and source.unit:
            findings.append(_at(grid, header, "L-VAL-UNIT", "WARN", None, column.name, n=source.unit.word))
    return pl.DataFrame(columns), findings


def _empty(column: Column, height: int) -> list[pl.Series]:
    empty = [pl.Series(column.name, [None] * height, dtype=DTYPES[column.type])]
    if column.type == "money":
        empty += [pl.Series(f"{column.name}_{what}", [None] * height, dtype=pl.String) for what in ("text", "unit")]
    return empty


def _texts(data: pl.DataFrame, source: _Source | None) -> pl.Series:
    """Return the texts of a column; the parts of a path are joined with ``->``."""
    if source is None or not source.places:
        return pl.Series([source.constant if source else None] * data.height, dtype=pl.String)
    if len(source.places) == 1:
        return data[str(source.places[0])]
    joined = pl.concat_str(
        [pl.col(str(place)).str.strip_chars() for place in source.places], separator="->", ignore_nulls=True
    )
    return data.select(pl.when(joined != "").then(joined)).to_series()


def _value_findings(
    converted: pl.DataFrame, texts: pl.Series, rows: pl.Series, column: Column, feed: Feed, grid: Grid, header: Header
) -> list[Finding]:
    """Address every refused value; notes of one rule on one column are told once, with their number."""
    noted = converted.with_columns(texts.alias("text"), rows.alias("row_no")).filter(pl.col("rule").is_not_null())
    if noted.is_empty():
        return []
    hide = feed.class_of(column) == "S4"
    findings = [
        _at(grid, header, rule, "QUARANTINE", row, column.name, "***" if hide else text)
        for rule, row, text in noted.filter(action="QUARANTINE").select("rule", "row_no", "text").iter_rows()
    ]
    for (rule, action), group in noted.filter(pl.col("action") != "QUARANTINE").group_by(
        "rule", "action", maintain_order=True
    ):
        value = "***" if hide else group["text"][0]
        findings.append(_at(grid, header, str(rule), action, group["row_no"][0], column.name, value, n=group.height))
    return findings


def _missing(
    typed: pl.DataFrame,
    sources: dict[str, _Source],
    feed: Feed,
    layout: Layout | None,
    grid: Grid,
    header: Header,
    problems: list[Finding],
) -> list[Finding]:
    """Refuse rows without a required value; a column that the layout calls absent is not asked for."""
    absent = {name for name, given in layout.columns.items() if given.absent} if layout else set()
    refused = {(finding.place.row, finding.place.column) for finding in problems if finding.action == "QUARANTINE"}
    findings = []
    for column in feed.stored:
        if not column.required or column.name not in sources or column.name in absent:
            continue
        shown = header.columns[column.name].header if column.name in header.columns else column.zh
        for row in typed.filter(pl.col(column.name).is_null())["row_no"]:
            if (row, shown) not in refused:
                findings.append(_at(grid, header, "L-VAL-MISSING", "QUARANTINE", row, column.name, c=shown))
    for names in feed.any_of:
        either = "/".join(feed.by_name[name].zh for name in names)
        for row in typed.filter(pl.all_horizontal(pl.col(name).is_null() for name in names))["row_no"]:
            findings.append(Finding("L-VAL-MISSING", "QUARANTINE", Place(grid.sheet, row, either)))
    return findings


def _control_totals(
    grand_totals: pl.DataFrame, typed: pl.DataFrame, sources: dict[str, _Source], problems: list[Finding]
) -> Iterable[ControlTotal]:
    """Compare the last grand total of the sheet with the sum of its rows, where every row could be read."""
    if grand_totals.is_empty():
        return
    unreadable = {finding.place.column for finding in problems if finding.action == "QUARANTINE"}
    for name, source in sources.items():
        if source.column.type not in ("money", "area", "integer") or len(source.places) != 1:
            continue
        texts = grand_totals[str(source.places[0])].tail(1)
        if texts[0] is None or source.header in unreadable:
            continue
        stated = convert(texts, Context(source.column, source.unit, Pseudonymiser(0, b"")))["value"][0]
        if stated is not None:
            yield ControlTotal(name, Decimal(stated), Decimal(typed[name].sum() or 0))
