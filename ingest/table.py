"""Grids under one header to typed rows: what is data, what is a total or a footer, what must wait.

Sheets, or pages, with the same header are one section and are read together (B-LAY-08); every record keeps
its own file, sheet and row. The books balance: each non-empty record below a header is accepted,
quarantined or set aside.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

import polars as pl

from common.codes import plain_code, resembles_resident_number
from common.contracts import Column, Feed, Layout, LayoutColumn
from common.exports import unescaped_cells
from common.keys import Pseudonymiser
from common.rules import Action, Finding, Place, Refusal
from ingest.columns import check_columns
from ingest.grids import BATCH_ROWS, CUT, GIVEN, ODD, ROW, Grid
from ingest.headers import Header, SourceColumn
from ingest.layouts import garbled, unlike
from ingest.notes import Noted, counts, told_once
from ingest.numbers import NULL_WORDS
from ingest.parsers import Context
from ingest.rows import ADDRESS, Mark, check_rows
from ingest.units import DEFAULT_UNITS, Unit, find_unit
from ingest.values import DTYPES, Converted, convert
from ingest.xlsx import letters

_SUMMED = ("money", "area", "integer")

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
    """The outcome of a section, apart from the rows, which went to where they are kept."""

    findings: tuple[Noted, ...]
    read: int
    seen: int
    """All records below the header, empty ones too."""
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
    keep: Callable[[pl.DataFrame], None], unit: str | None = None,
) -> Table:  # fmt: skip
    """Turn the records of a section into typed rows by its contract, and a layout where one applies.

    The accepted rows are handed to ``keep`` batch by batch: ADDRESS, then the contract's stored columns.
    ``unit`` is what somebody answered that its amounts of money are in, whatever the file says.
    """
    return _Reader(section, feed, layout, pseudonymise, received_on, keep, unit).read()


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


@dataclass(slots=True)
class _Tally:
    """What a section knows of the batches read so far."""

    read: int = 0
    seen: int = 0
    """All records, empty ones too."""
    quarantined: int = 0
    set_aside: int = 0
    findings: list[Noted] = field(default_factory=list)
    once: set[tuple[str, str]] = field(default_factory=set)
    """Rules that were told for a column and are not told again."""
    carried: dict[str, tuple[str, str | None, str | None]] = field(default_factory=dict)
    """By place, the file and sheet of the last record and the value to be filled down."""
    grand_totals: list[pl.DataFrame] = field(default_factory=list)
    sums: list[pl.DataFrame] = field(default_factory=list)
    unreadable: set[str | None] = field(default_factory=set)
    """Headers of columns in which a value was refused: their sum is not the sum of the file."""


@dataclass(frozen=True, slots=True)
class _Reader:
    """The steps of reading one section; each works on whole columns of text, a batch at a time."""

    section: Section
    feed: Feed
    layout: Layout | None
    pseudonymise: Pseudonymiser
    received_on: date
    keep: Callable[[pl.DataFrame], None]
    unit: str | None

    def read(self) -> Table:
        tally = _Tally()
        sources = self._sources()
        for body in self._bodies(tally):
            self._take(body, sources, tally)
        return Table(
            tuple(told_once(tally.findings)),
            tally.read,
            tally.seen,
            tally.quarantined,
            tally.set_aside,
            tuple(self._control_totals(sources, tally)),
            {name: source.unit.word for name, source in sources.items() if source.unit},
        )

    def _bodies(self, tally: _Tally) -> Iterator[pl.DataFrame]:
        """Give the non-empty records below the header: their address and one text column for each place.

        Small grids, such as the pages of a pull, are put together, because every batch has its fixed cost.
        """
        first, gathered = self.section.header.first_data_row, list[pl.DataFrame]()
        for file, grid in self.section.grids:
            where = [pl.lit(file).alias("file"), pl.lit(grid.sheet, pl.String).alias("sheet")]
            for batch in grid.batches():
                records = batch.filter(pl.col(ROW) > first) if batch.item(0, ROW) <= first else batch
                tally.seen += records.height
                gathered.append(records.select(*where, pl.all()))
                if sum(part.height for part in gathered) >= BATCH_ROWS // 2:
                    yield self._body(gathered)
                    gathered = []
        yield self._body(gathered)

    def _body(self, parts: Sequence[pl.DataFrame]) -> pl.DataFrame:
        texts = ["file", "sheet", *map(str, range(self.section.header.width))]
        none = pl.DataFrame(schema={name: pl.String() for name in texts} | {ROW: pl.Int64()}).select(
            *ADDRESS, *texts[2:]
        )
        body = pl.concat([none, *parts], how="diagonal")
        places = _places(body)
        if body.select(pl.any_horizontal(pl.col(places).str.starts_with("'").any())).item():
            body = body.with_columns(unescaped_cells(places))
        filled = pl.any_horizontal(pl.col(places).is_not_null())
        return body.filter(filled) if not body.select(filled.all()).item() else body

    def _take(self, body: pl.DataFrame, sources: dict[str, _Source], tally: _Tally) -> None:
        """Read one batch of records: hand over the good rows, note the rest."""
        first_text = _first_words(body)
        is_total, is_footer = self._asides(body, first_text)
        totals, data = body.filter(is_total), body.filter(~(is_total | is_footer))
        findings = [*self._each(totals, "B-LAY-03", "AUTO"), *self._each(body.filter(is_footer), "B-LAY-09", "AUTO")]
        findings += [*self._ragged(data), *self._odd(data), *self._unlike(data)]
        data, filled = self._fill_down(data, tally)
        typed, problems = self._convert(data, sources, tally)
        tally.unreadable |= {finding.place.column for _, finding in problems if finding.action == "QUARANTINE"}
        findings += filled + problems + self._missing(typed, sources, problems)
        controls = self._controls(data)
        checked, marks = check_columns(self.feed, typed, controls)
        checked, further = check_rows(self.feed, checked, controls, self.received_on)
        findings += [self._marked(mark) for mark in (*marks, *further)]
        refused, accepted = _refused(findings), checked
        if not refused.is_empty():
            accepted = checked.join(refused, on=ADDRESS, how="anti", nulls_equal=True, maintain_order="left")
        self.keep(accepted)
        tally.findings += findings
        tally.read += body.height
        tally.quarantined += typed.height - accepted.height
        tally.set_aside += body.height - data.height
        tally.grand_totals.append(totals.filter(first_text.filter(is_total).str.contains(_GRAND_TOTAL)))
        summed = [name for name, source in sources.items() if source.column.type in _SUMMED]
        if summed:
            tally.sums.append(typed.group_by("file", "sheet", maintain_order=True).agg(pl.col(summed).sum()))

    def _asides(self, body: pl.DataFrame, first_text: pl.Series) -> tuple[pl.Series, pl.Series]:
        """Tell which records are totals and which are footers.

        A total or a note has no key, apart from its first text; few records look like either, so only these are
        looked at closely.
        """
        looks_total = first_text.str.contains(_TOTAL).fill_null(False)
        looks_note = first_text.str.contains(_NOTE).fill_null(False)
        keyless = looks_total | looks_note
        if keyless.any():
            close = self._keyless(body.filter(keyless))
            keyless = keyless.scatter(keyless.arg_true(), close)
        is_total = keyless & looks_total
        is_signed = first_text.str.contains(_SIGNATURE).fill_null(False)
        return is_total, ~is_total & (is_signed | (keyless & looks_note))

    def _keyless(self, body: pl.DataFrame) -> pl.Series:
        """Tell for each record whether its key columns are empty, apart from its first text (SPEC 0.1b, Forms)."""
        header = self.section.header
        keys = {str(place) for name in self.feed.key if (source := header.columns.get(name)) for place in source.places}
        first_is_key = pl.lit(0)
        for name, word in reversed([(name, _word(name)) for name in _places(body)]):
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
            cell = f"/{row - 1}/{keys[source.places[0]]}" if keys else f"{letters(source.places[0])}{row}"
        return file, Finding(rule, action, Place(sheet, row, source.header if source else None, cell), value, facts)

    def _each(self, records: pl.DataFrame, rule: str, action: Action) -> list[Noted]:
        return [self._at(rule, action, address) for address in records.select(ADDRESS).iter_rows()]

    @property
    def _somewhere(self) -> tuple[str, str | None, None]:
        """The address of what concerns the whole section."""
        file, grid = self.section.grids[0]
        return file, grid.sheet, None

    def _ragged(self, data: pl.DataFrame) -> list[Noted]:
        """Refuse CSV records whose cells do not match the header in number: a shifted column reads as another.

        Raises Refusal where the last record lacks cells and its line end: the file was cut there (B-FIL-06).
        """
        if not self.section.is_csv or GIVEN not in data.columns:
            return []
        width, exactly = self.section.header.width, self.section.header.cells
        beyond = [name for name in _places(data) if int(name) >= width]
        # empty cells behind the last column shift nothing, unless one of them stands further to the left now
        shifted = pl.any_horizontal(pl.col(GIVEN) < width, *(pl.col(name).is_not_null() for name in beyond))
        if exactly is not None:
            shifted = pl.col(GIVEN) != exactly
        if CUT in data.columns:
            cut = data.filter(CUT, pl.col(GIVEN) < width).select("sheet", "row_no", GIVEN).rows()
            for sheet, row, given in cut:
                raise Refusal(Finding("B-FIL-06", "REJECT", Place(sheet, row), f"{given} < {width}"))
        return [
            self._at("L-LAY-RAGGED", "QUARANTINE", (file, sheet, row), n=given, k=width)
            for file, sheet, row, given in data.filter(shifted).select(*ADDRESS, GIVEN).iter_rows()
        ]

    def _odd(self, data: pl.DataFrame) -> list[Noted]:
        """Refuse CSV records that are in another encoding than the rest of their file (B-ENC-02)."""
        return self._each(data.filter(ODD), "B-ENC-02", "QUARANTINE") if ODD in data.columns else []

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

    def _fill_down(self, data: pl.DataFrame, tally: _Tally) -> tuple[pl.DataFrame, list[Noted]]:
        """Carry values of columns that are written once for several rows over the cells below (B-LAY-02)."""
        findings: list[Noted] = []
        for name, source in self.section.header.columns.items():
            if not source.column.fill_down:
                continue
            place = str(source.places[0])
            is_gappy = data[place].null_count() > 0
            merged = self._merged_values(source.places[0])
            if not is_gappy and not (merged.is_empty() and data.height):
                continue
            if merged.is_empty():
                data = _filled_from_above(data, place, tally)
            else:
                joined = data.join(merged, on=ADDRESS, how="left", nulls_equal=True, maintain_order="left")
                data = joined.with_columns(pl.coalesce(place, "merged").alias(place)).drop("merged")
            if is_gappy and ("B-LAY-02", name) not in tally.once:
                tally.once.add(("B-LAY-02", name))
                action: Action = "WARN" if merged.is_empty() else "AUTO"
                findings.append(self._at("B-LAY-02", action, self._somewhere, name, c=source.header))
        return data, findings

    def _merged_values(self, place: int) -> pl.DataFrame:
        """Return the value that each record gets from a merged cell of a column."""
        first = self.section.header.first_data_row
        values = [
            (file, grid.sheet, row + 1, merge.value)
            for file, grid in self.section.grids
            for merge in grid.merges
            if merge.left <= place <= merge.right and merge.bottom > merge.top
            for row in range(max(merge.top, first), merge.bottom + 1)
        ]
        schema = {"file": pl.String, "sheet": pl.String, ROW: pl.Int64, "merged": pl.String}
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

    def _convert(
        self, data: pl.DataFrame, sources: dict[str, _Source], tally: _Tally
    ) -> tuple[pl.DataFrame, list[Noted]]:
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
            foreign = self.layout.currency if self.layout and self.layout.currency != "CNY" else None
            if foreign and column.type == "money" and ("L-VAL-CURRENCY", column.name) not in tally.once:
                tally.once.add(("L-VAL-CURRENCY", column.name))
                findings.append(self._at("L-VAL-CURRENCY", "WARN", self._somewhere, column.name, n=foreign))
            if source.is_unit_assumed and source.unit and ("L-VAL-UNIT", column.name) not in tally.once:
                tally.once.add(("L-VAL-UNIT", column.name))
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

    def _control_totals(self, sources: dict[str, _Source], tally: _Tally) -> Iterator[ControlTotal]:
        """Compare the last grand total of each sheet with the sum of its rows, where every row could be read."""
        grand_totals = pl.concat(tally.grand_totals, how="diagonal")
        if grand_totals.is_empty():
            return
        sheet = ("file", "sheet")
        last = grand_totals.group_by(sheet, maintain_order=True).last()
        for name, source in sources.items():
            if source.column.type not in _SUMMED or len(source.places) != 1 or source.header in tally.unreadable:
                continue
            stated = convert(last[str(source.places[0])], Context(source.column, source.unit, Pseudonymiser(0, b"")))
            sums = pl.concat(tally.sums).group_by(sheet).agg(pl.col(name).sum().alias("summed"))
            beside = last.select(sheet).with_columns(stated.values.alias("stated"))
            compared = beside.join(sums, on=sheet, how="left", nulls_equal=True).drop_nulls("stated")
            for total, summed in compared.select("stated", "summed").iter_rows():
                yield ControlTotal(name, Decimal(total), Decimal(summed or 0))


def _places(body: pl.DataFrame) -> list[str]:
    return [name for name in body.columns if name.isdigit()]


def _word(place: str) -> pl.Expr:
    """Return the text of a place, or null where it is a number, empty or crossed out."""
    return pl.when(~_said(place).str.contains(_PLAIN_NUMBER)).then(_said(place))


def _first_words(body: pl.DataFrame) -> pl.Series:
    """Return the first text of each record. Most have one in their first columns, so the others are spared."""
    found = pl.repeat(None, body.height, dtype=pl.String, eager=True)
    waiting = pl.int_range(body.height, eager=True, dtype=pl.get_index_type())
    for place in _places(body):
        if waiting.is_empty():
            break
        words = body.select(pl.col(place).gather(waiting)).select(_word(place)).to_series()
        found = words if words.len() == found.len() else found.scatter(waiting, words)
        waiting = waiting.filter(words.is_null())
    return found


def _filled_from_above(data: pl.DataFrame, place: str, tally: _Tally) -> pl.DataFrame:
    """Fill the gaps of a column from above, across the edges of batches but not of sheets."""
    data = data.with_columns(pl.col(place).forward_fill().over("file", "sheet"))
    if place in tally.carried:
        file, sheet, value = tally.carried[place]
        goes_on = (pl.col("file") == file) & pl.col("sheet").eq_missing(pl.lit(sheet, pl.String))
        filled = pl.when(pl.col(place).is_null() & goes_on).then(pl.lit(value, pl.String)).otherwise(pl.col(place))
        data = data.with_columns(filled.alias(place))
    if data.height:
        tally.carried[place] = data.select("file", "sheet", place).row(-1)
    return data


def _said(place: str) -> pl.Expr:
    """Return what stands in a place; null where nothing does, or only a dash."""
    text = pl.col(place).str.strip_chars()
    return pl.when(~text.is_in(sorted(NULL_WORDS))).then(text)


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
