"""Grids under one header to typed rows: what is data, what is a total or a footer, what must wait.

Sheets, or pages, with the same header are one section and are read together (B-LAY-08); every record keeps
its own file, sheet and row. The books balance: each non-empty record below a header is accepted,
quarantined or set aside.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

import polars as pl

from common.codes import plain_code, resembles_resident_number
from common.contracts import Column, Feed, Layout, LayoutColumn
from common.exports import unescaped_cells
from common.keys import Pseudonymiser
from common.rules import Action, Finding, Place
from ingest.columns import check_columns
from ingest.headers import Header, SourceColumn
from ingest.layouts import garbled, unlike
from ingest.notes import Noted, counts
from ingest.numbers import NULL_WORDS
from ingest.parsers import Context
from ingest.readers import Grid
from ingest.rows import ADDRESS, Mark, check_rows
from ingest.units import DEFAULT_UNITS, Unit, find_unit
from ingest.values import DTYPES, Converted, convert

_TOTAL = r"(?:合\s*计|小\s*计|总\s*计|累\s*计|汇\s*总)\s*[:：]?$|^其\s*中"
_GRAND_TOTAL = r"^(?:全[区市]|本[月期]|总)?\s*(?:合\s*计|总\s*计)\s*[:：]?$"
_SIGNATURE = (
    r"^\(?(?:填表|制表|填报|审核|复核|经办|报送|单位负责|部门负责|分管领导|负责人|单位盖章|单位\(?盖章|盖章|公章|制单)"
    r"(?:人|单位|日期|时间|部门)?(?:\(?签[字章]\)?)?\)?\s*[:：(（]"
)
_NOTE = r"^(?:备\s*注|注|说\s*明|数据来源|联系人|联系电话|单位盖章|盖章)\s*\d*\s*(?:[:：]|$)"
_PLAIN_NUMBER = r"^[-+－—−△▲]?[(（]?[\s\d,，.．]*\d[)）]?\s*[%％元]?$"


@dataclass(frozen=True, slots=True)
class Section:
    """Grids that share a header, each with the name of its file."""

    header: Header
    grids: tuple[tuple[str, Grid], ...]

    @property
    def is_csv(self) -> bool:
        return self.grids[0][1].kind == "csv"

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of JSON records; empty for sheets and CSV."""
        return self.grids[0][1].keys


@dataclass(frozen=True, slots=True)
class ControlTotal:
    """A total that a file itself gives for a column, beside the sum of its rows, in the stored unit."""

    column: str
    stated: Decimal
    summed: Decimal


@dataclass(frozen=True, slots=True)
class Table:
    """The outcome of a section. ``rows`` holds the accepted rows: ADDRESS, then the contract's stored columns."""

    rows: pl.DataFrame
    findings: tuple[Noted, ...]
    read: int
    quarantined: int
    set_aside: int
    control_totals: tuple[ControlTotal, ...] = ()
    units: dict[str, str] = field(default_factory=dict)


def row_schema(feed: Feed) -> dict[str, pl.DataType]:
    """Return the columns of a feed's landed rows: delivery, address, then the contract's stored columns.

    A money column also keeps its source text, because 0.1 万元 and 1,000 元 are told apart by nothing else.
    """
    schema: dict[str, pl.DataType] = {"delivery_id": pl.String()}
    schema |= {"file": pl.String(), "sheet": pl.String(), "row_no": pl.Int64()}
    for column in feed.stored:
        schema[column.name] = DTYPES[column.type]
        if column.type == "money":
            schema |= {f"{column.name}_text": pl.String(), f"{column.name}_unit": pl.String()}
    return schema


def read_section(
    section: Section, feed: Feed, layout: Layout | None, pseudonymise: Pseudonymiser, received_on: date,
    unit: str | None = None,
) -> Table:  # fmt: skip
    """Turn the records of a section into typed rows by its contract, and a layout where one applies.

    ``unit`` is what somebody answered that its amounts of money are in, whatever the file says.
    """
    return _Reader(section, feed, layout, pseudonymise, received_on, unit).read()


@dataclass(frozen=True, slots=True)
class _Source:
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


@dataclass(frozen=True, slots=True)
class _Reader:
    """The steps of reading one section; each works on whole columns of text."""

    section: Section
    feed: Feed
    layout: Layout | None
    pseudonymise: Pseudonymiser
    received_on: date
    unit: str | None

    def read(self) -> Table:
        body = self._body()
        first_text = body.select(pl.coalesce(_words(body))).to_series()
        keyless = self._keyless(body)
        is_total = keyless & first_text.str.contains(_TOTAL).fill_null(False)
        is_footer = first_text.str.contains(_SIGNATURE) | (keyless & first_text.str.contains(_NOTE))
        is_footer = ~is_total & is_footer.fill_null(False)
        totals, data = body.filter(is_total), body.filter(~is_total & ~is_footer)
        findings = [*self._each(totals, "B-LAY-03", "AUTO"), *self._each(body.filter(is_footer), "B-LAY-09", "AUTO")]
        findings += self._ragged(data) + self._unlike(data)
        data, filled = self._fill_down(data)
        sources = self._sources()
        typed, problems = self._convert(data, sources)
        findings += filled + problems + self._missing(typed, sources, problems)
        controls = self._controls(data)
        checked, marks = check_columns(self.feed, typed, controls)
        checked, further = check_rows(self.feed, checked, controls, self.received_on)
        findings += [self._marked(mark) for mark in (*marks, *further)]
        refused = _refused(findings)
        accepted = checked.join(refused, on=ADDRESS, how="anti", nulls_equal=True, maintain_order="left")
        grand_totals = totals.filter(first_text.filter(is_total).str.contains(_GRAND_TOTAL))
        return Table(
            accepted,
            tuple(findings),
            read=body.height,
            quarantined=typed.height - accepted.height,
            set_aside=body.height - data.height,
            control_totals=tuple(self._control_totals(grand_totals, typed, sources, problems)),
            units={name: source.unit.word for name, source in sources.items() if source.unit},
        )

    def _body(self) -> pl.DataFrame:
        """Return the non-empty records: their address and one text column for each place."""
        first = self.section.header.first_data_row
        records = [(file, grid.sheet, grid.cells[first:]) for file, grid in self.section.grids]
        width = max([self.section.header.width, *(len(row) for _, _, cells in records for row in cells)])
        padded = [
            row if len(row) == width else row + [None] * (width - len(row)) for _, _, cells in records for row in cells
        ]
        columns = list(zip(*padded, strict=True)) if padded else [()] * width
        frame = pl.DataFrame(
            [
                pl.Series("file", [file for file, _, cells in records for _ in cells], dtype=pl.String),
                pl.Series("sheet", [sheet for _, sheet, cells in records for _ in cells], dtype=pl.String),
                pl.Series(
                    "row_no", [first + 1 + n for _, _, cells in records for n in range(len(cells))], dtype=pl.Int64
                ),
                *(pl.Series(str(place), texts, dtype=pl.String) for place, texts in enumerate(columns)),
            ]
        )
        frame = frame.with_columns(unescaped_cells([name for name in frame.columns if name not in ADDRESS]))
        return frame.filter(pl.any_horizontal(pl.exclude(ADDRESS).is_not_null()))

    def _keyless(self, body: pl.DataFrame) -> pl.Series:
        """Tell for each record whether its key columns are empty, apart from its first text (SPEC 0.1b, Forms)."""
        header = self.section.header
        keys = {str(place) for name in self.feed.key if (source := header.columns.get(name)) for place in source.places}
        first_is_key = pl.lit(0)
        for name, word in reversed(list(zip(_places(body), _words(body), strict=True))):
            first_is_key = pl.when(word.is_not_null()).then(pl.lit(int(name in keys))).otherwise(first_is_key)
        filled = pl.sum_horizontal(_said(name).is_not_null().cast(pl.Int32) for name in keys)
        return body.select(filled == first_is_key).to_series()

    def _at(
        self, rule: str, action: Action, address: tuple[str, str | None, int | None], column: str | None = None,
        value: str | None = None, **facts: object,
    ) -> Noted:  # fmt: skip
        """Address a finding by file, sheet, row, the source's own header and the cell."""
        file, sheet, row = address
        source = self._headed(self.feed.by_name[column]) if column else None
        cell = None
        if source and row is not None:
            keys = self.section.keys
            cell = f"/{row - 1}/{keys[source.places[0]]}" if keys else f"{_letters(source.places[0])}{row}"
        return file, Finding(rule, action, Place(sheet, row, source.header if source else None, cell), value, facts)

    def _each(self, records: pl.DataFrame, rule: str, action: Action) -> list[Noted]:
        return [self._at(rule, action, address) for address in records.select(ADDRESS).iter_rows()]

    @property
    def _somewhere(self) -> tuple[str, str | None, None]:
        """The address of what concerns the whole section."""
        file, grid = self.section.grids[0]
        return file, grid.sheet, None

    def _ragged(self, data: pl.DataFrame) -> list[Noted]:
        """Refuse CSV records whose cells do not match the header in number: a shifted column reads as another."""
        if not self.section.is_csv:
            return []
        width, exactly = self.section.header.width, self.section.header.cells
        cells = {file: grid.cells for file, grid in self.section.grids}
        found = []
        for file, sheet, row in data.select(ADDRESS).iter_rows():
            given = cells[file][row - 1]
            # empty cells behind the last column shift nothing, unless one of them stands further to the left now
            if (len(given) != exactly) if exactly is not None else (len(given) < width or any(given[width:])):
                found.append(self._at("L-LAY-RAGGED", "QUARANTINE", (file, sheet, row), n=len(given), k=width))
        return found

    def _unlike(self, data: pl.DataFrame) -> list[Noted]:
        """Refuse records that do not look as their layout says: a shifted column may hold what this one must not."""
        is_personal = any(self.feed.class_of(column) == "S4" for column in self.feed.columns)
        found = [
            (file, Finding("L-LAY-DRIFT", "QUARANTINE", Place(sheet, row, look.name), "***" if is_personal else text))
            for position, look in unlike(data, self.section.header.looks)
            for file, sheet, row, text in [data.select(*ADDRESS, str(look.place)).row(position)]
        ]
        if self.layout and self.layout.is_damaged:
            addresses = data.select(ADDRESS)
            found += [
                self._at("B-ENC-01", "QUARANTINE", addresses.row(position), source.column.name)
                for position, source in garbled(data, self.section.header)
            ]
        return found

    def _fill_down(self, data: pl.DataFrame) -> tuple[pl.DataFrame, list[Noted]]:
        """Carry values of columns that are written once for several rows over the cells below (B-LAY-02)."""
        findings = []
        for name, source in self.section.header.columns.items():
            place = str(source.places[0])
            if not source.column.fill_down or not data[place].null_count():
                continue
            merged = self._merged_values(source.places[0])
            if merged.is_empty():
                data = data.with_columns(pl.col(place).forward_fill().over("file", "sheet"))
            else:
                joined = data.join(merged, on=ADDRESS, how="left", nulls_equal=True, maintain_order="left")
                data = joined.with_columns(pl.coalesce(place, "merged").alias(place)).drop("merged")
            action: Action = "WARN" if merged.is_empty() else "AUTO"
            findings.append(self._at("B-LAY-02", action, self._somewhere, name, c=source.header))
        return data, findings

    def _merged_values(self, place: int) -> pl.DataFrame:
        """Return the value that each record gets from a merged cell of a column."""
        first = self.section.header.first_data_row
        values = [
            (file, grid.sheet, row + 1, grid.cells[merge.top][merge.left])
            for file, grid in self.section.grids
            for merge in grid.merges
            if merge.left <= place <= merge.right and merge.bottom > merge.top
            for row in range(max(merge.top, first), merge.bottom + 1)
        ]
        schema = {"file": pl.String, "sheet": pl.String, "row_no": pl.Int64, "merged": pl.String}
        return pl.DataFrame(values, schema=schema, orient="row")

    def _sources(self) -> dict[str, _Source]:
        sources = {}
        for column in self.feed.stored:
            found = self._headed(column)
            given = self.layout.columns.get(column.name) if self.layout else None
            constant = given.constant if given else None
            is_sheet = found is None and column.name == self.feed.sheet_is
            if found is None and constant is None and not is_sheet:
                continue
            unit, assumed = self._unit(column, found, given.unit if given else None)
            header, places, separator = (found.header, found.places, found.separator) if found else (None, (), None)
            is_span = found is not None and found.column.name == column.span
            sources[column.name] = _Source(column, header, places, constant, unit, assumed, separator, is_span)
        return sources

    def _headed(self, column: Column) -> SourceColumn | None:
        """Return where a column stands: under its own header, or in a span with its counterpart."""
        columns = self.section.header.columns
        return columns.get(column.name) or (columns.get(column.span) if column.span else None)

    def _unit(self, column: Column, found: SourceColumn | None, of_layout: str | None) -> tuple[Unit | None, bool]:
        """The unit in the header wins over the unit line, that over the layout's; none means the stored unit."""
        default = DEFAULT_UNITS.get(column.type)
        if found is None or default is None:
            return (find_unit(found.header, "money") if found and column.type == "capital" else None), False
        if self.unit and column.type == "money":
            return find_unit(self.unit, "money"), False
        line = self.section.header.unit_line
        stated = (
            found.unit
            or (find_unit(line, column.type) if line else None)
            or (find_unit(of_layout, column.type) if of_layout else None)
        )
        unit = stated or default
        if self.layout and self.layout.currency != "CNY" and column.type == "money":
            return Unit(unit.word.replace("元", self.layout.currency), unit.factor), False
        return unit, stated is None and column.type == "money"

    def _convert(self, data: pl.DataFrame, sources: dict[str, _Source]) -> tuple[pl.DataFrame, list[Noted]]:
        """Return the typed columns of all data rows, and what was found in their values."""
        columns = [data[name] for name in ADDRESS]
        findings: list[Noted] = []
        for column in self.feed.stored:
            source = sources.get(column.name)
            if source is None:
                columns += _empty(column, data.height)
                continue
            texts = self._texts(data, source)
            given = self.layout.columns.get(column.name) if self.layout else None
            converted = convert(texts, self._context(column, source, given))
            default = (given.default if given else None) or column.default
            columns.append(_with_default(converted, column, default).alias(column.name))
            if column.type == "money":
                unit = pl.lit(source.unit.word if source.unit else None, pl.String)
                written = pl.when(texts.is_not_null()).then(unit).alias(f"{column.name}_unit")
                columns += [texts.alias(f"{column.name}_text"), pl.select(written).to_series()]
            findings += self._value_findings(converted, texts, data, column)
            if self.layout and self.layout.currency != "CNY" and column.type == "money":
                findings.append(
                    self._at("L-VAL-CURRENCY", "WARN", self._somewhere, column.name, n=self.layout.currency)
                )
            if source.is_unit_assumed and source.unit:
                findings.append(self._at("L-VAL-UNIT", "WARN", self._somewhere, column.name, n=source.unit.word))
        return pl.DataFrame(columns), findings

    def _controls(self, data: pl.DataFrame) -> pl.DataFrame:
        """Return the texts of the columns that are sent for comparison only, each under its name."""
        columns = self.section.header.columns
        control = {column.name: columns.get(column.name) for column in self.feed.columns if column.control}
        texts = {
            name: pl.col(str(source.places[0])) if source else pl.lit(None, pl.String)
            for name, source in control.items()
        }
        return data.with_columns(text.alias(name) for name, text in texts.items()).select(list(texts))

    def _marked(self, mark: Mark) -> Noted:
        return self._at(mark.rule, mark.action, mark.address, mark.column, mark.value, **mark.facts)

    def _context(self, column: Column, source: _Source, given: LayoutColumn | None) -> Context:
        """Return what a column's parser may know: the unit, and what the layout says of its words and times."""
        grid, layout = self.section.grids[0][1], self.layout
        context = Context(
            column, source.unit, self.pseudonymise, grid.epoch_1904,
            is_api=grid.kind == "records", edge=column.edge if source.is_span else None,
        )  # fmt: skip
        if layout is None:
            return context
        words = (*layout.missing, *(given.missing if given else ()))
        return replace(
            context,
            missing=NULL_WORDS | {word.casefold() for word in words},
            mapped=given.values if given else None,
            dates=(*(given.dates if given else ()), *layout.dates),
            time_zone=layout.time_zone, identifiers=layout.identifiers, currency=layout.currency,
        )  # fmt: skip

    def _texts(self, data: pl.DataFrame, source: _Source) -> pl.Series:
        """Return the texts of a column; several places are joined, or the first filled one counts."""
        if not source.places:
            return data["sheet"] if source.constant is None else pl.repeat(source.constant, data.height, eager=True)
        if len(source.places) == 1:
            return data[str(source.places[0])]
        parts = [pl.col(str(place)).str.strip_chars() for place in source.places]
        if source.separator is None:
            return data.select(pl.coalesce(pl.when(part != "").then(part) for part in parts)).to_series()
        joined = pl.concat_str(parts, separator=source.separator, ignore_nulls=True)
        return data.select(pl.when(joined != "").then(joined)).to_series()

    def _value_findings(
        self, converted: Converted, texts: pl.Series, data: pl.DataFrame, column: Column
    ) -> Iterator[Noted]:
        """Address every refused value and every note, which is told once with its number."""
        hide = self.feed.class_of(column) == "S4"
        for problem in converted.problems:
            text = texts[problem.position]
            is_personal = hide or resembles_resident_number(plain_code(text))
            facts = dict.fromkeys(problem.facts, "***") if is_personal else problem.facts
            counted = counts(problem.rule, problem.number, problem.form) if problem.action != "QUARANTINE" else {}
            address = data.select(ADDRESS).row(problem.position)
            shown = "***" if is_personal else text
            yield self._at(problem.rule, problem.action, address, column.name, shown, **facts, **counted)

    def _missing(self, typed: pl.DataFrame, sources: dict[str, _Source], problems: Sequence[Noted]) -> list[Noted]:
        """Refuse rows without a required value; a column that the layout calls absent is not asked for."""
        absent = {name for name, given in self.layout.columns.items() if given.absent} if self.layout else set()
        told = {(file, f.place.sheet, f.place.row, f.place.column) for file, f in problems if f.action == "QUARANTINE"}
        findings = []
        for column in self.feed.stored:
            if not column.required or column.name not in sources or column.name in absent:
                continue
            shown = sources[column.name].header or column.zh
            if not typed[column.name].null_count():
                continue
            for address in typed.filter(pl.col(column.name).is_null()).select(ADDRESS).iter_rows():
                if (*address, shown) not in told:
                    findings.append(self._at("L-VAL-MISSING", "QUARANTINE", address, column.name, c=shown))
        for names in self.feed.any_of:
            either = "/".join(self.feed.by_name[name].zh for name in names)
            empty = typed.filter(pl.all_horizontal(pl.col(name).is_null() for name in names))
            for file, sheet, row in empty.select(ADDRESS).iter_rows():
                findings.append((file, Finding("L-VAL-MISSING", "QUARANTINE", Place(sheet, row, either))))
        return findings

    def _control_totals(
        self, grand_totals: pl.DataFrame, typed: pl.DataFrame, sources: dict[str, _Source], problems: Sequence[Noted]
    ) -> Iterator[ControlTotal]:
        """Compare the last grand total of each sheet with the sum of its rows, where every row could be read."""
        if grand_totals.is_empty():
            return
        unreadable = {finding.place.column for _, finding in problems if finding.action == "QUARANTINE"}
        sheet = ("file", "sheet")
        last = grand_totals.group_by(sheet, maintain_order=True).last()
        for name, source in sources.items():
            if source.column.type not in ("money", "area", "integer") or len(source.places) != 1:
                continue
            if source.header in unreadable:
                continue
            stated = convert(last[str(source.places[0])], Context(source.column, source.unit, Pseudonymiser(0, b"")))
            sums = typed.group_by(sheet).agg(pl.col(name).sum().alias("summed"))
            beside = last.select(sheet).with_columns(stated.values.alias("stated"))
            compared = beside.join(sums, on=sheet, how="left", nulls_equal=True).drop_nulls("stated")
            for total, summed in compared.select("stated", "summed").iter_rows():
                yield ControlTotal(name, Decimal(total), Decimal(summed or 0))


def _places(body: pl.DataFrame) -> list[str]:
    return [name for name in body.columns if name not in ADDRESS]


def _words(body: pl.DataFrame) -> list[pl.Expr]:
    """Return one expression for each place: its text, or null where it is a number, empty or crossed out."""
    return [pl.when(~_said(name).str.contains(_PLAIN_NUMBER)).then(_said(name)) for name in _places(body)]


def _said(place: str) -> pl.Expr:
    """Return what stands in a place; null where nothing does, or only a dash."""
    text = pl.col(place).str.strip_chars()
    return pl.when(~text.is_in(sorted(NULL_WORDS))).then(text)


def _letters(place: int) -> str:
    """Name a column as a spreadsheet does: 0 is A, 26 is AA."""
    name = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def _refused(findings: Iterable[Noted]) -> pl.DataFrame:
    """Return the addresses of the rows that must wait, each once."""
    places = {(file, f.place.sheet, f.place.row) for file, f in findings if f.action == "QUARANTINE"}
    return pl.DataFrame(list(places), schema={"file": pl.String, "sheet": pl.String, "row_no": pl.Int64}, orient="row")


def _with_default(converted: Converted, column: Column, default: str | None) -> pl.Series:
    """Fill empty cells with the contract's default; a refused value stays empty."""
    values = converted.values
    if default is None or not values.null_count():
        return values
    meant = default == "true" if column.type == "boolean" else default
    refused = converted.refused
    filled = [meant if value is None and n not in refused else value for n, value in enumerate(values)]
    return pl.Series(filled, dtype=values.dtype)


def _empty(column: Column, height: int) -> list[pl.Series]:
    """Return a stored column that the source does not have."""
    empty = [pl.Series(column.name, [None] * height, dtype=DTYPES[column.type])]
    if column.type == "money":
        empty += [pl.Series(f"{column.name}_{what}", [None] * height, dtype=pl.String) for what in ("text", "unit")]
    return empty
