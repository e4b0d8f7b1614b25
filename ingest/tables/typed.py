"""Data records of a section to typed columns: values, defaults, what is refused and what is missing."""

from collections.abc import Iterator, Mapping, Sequence

import polars as pl

from common.codes import plain_code, resembles_resident_number
from common.contracts import Column
from common.keys import Pseudonymiser
from common.machine import side_by_side
from common.notes import Noted, counts
from common.rows import ADDRESS
from common.rules import Finding, Place
from ingest.tables.sections import Section
from ingest.tables.sources import Source, context_of
from ingest.values.convert import DTYPES, Converted, convert

_MANY_ROWS = 20_000
"""So many are worth the start of threads."""


def typed_columns(
    section: Section, sources: Mapping[str, Source], data: pl.DataFrame, pseudonymise: Pseudonymiser
) -> tuple[pl.DataFrame, list[Noted]]:
    """Return the address and the stored columns of all data rows, and what was found in their values.

    A money column also keeps its source text, because 0.1 万元 and 1,000 元 are told apart by nothing else.
    """

    def converted_of(source: Source) -> tuple[pl.Series, Converted]:
        texts = source.texts(data)
        return texts, convert(texts, context_of(section, source, pseudonymise), source.moments(data))

    each = side_by_side if data.height >= _MANY_ROWS else map
    made = dict(zip(sources, each(converted_of, sources.values()), strict=True))
    columns = [data[name] for name in ADDRESS]
    findings: list[Noted] = []
    for column in section.feed.stored:
        source = sources.get(column.name)
        if source is None:
            columns += _empty(column, data.height)
            continue
        texts, converted = made[column.name]
        given = section.layout.columns.get(column.name) if section.layout else None
        default = (given.default if given else None) or column.default
        if column.required and default == column.default:
            findings += _default_note(section, converted, data, column)
        columns.append(_with_default(converted, column, default).alias(column.name))
        if column.type == "money":
            unit = pl.lit(source.unit.word if source.unit else None, pl.String)
            written = pl.when(texts.is_not_null()).then(unit).alias(f"{column.name}_unit")
            columns += [texts.alias(f"{column.name}_text"), pl.select(written).to_series()]
        findings += _value_findings(section, converted, texts, data, column)
    return pl.DataFrame(columns), findings


def missing_values(
    section: Section, typed: pl.DataFrame, sources: Mapping[str, Source], problems: Sequence[Noted]
) -> list[Noted]:
    """Refuse rows without a required value; a column that the layout calls absent is not asked for."""
    layout, feed = section.layout, section.feed
    absent = {name for name, given in layout.columns.items() if given.absent} if layout else set()
    told = {(file, f.place.sheet, f.place.row, f.place.column) for file, f in problems if f.action == "QUARANTINE"}
    findings = []
    for column in feed.stored:
        if not column.required or column.name not in sources or column.name in absent:
            continue
        shown = sources[column.name].header or column.zh
        if not typed[column.name].null_count():
            continue
        for address in typed.filter(pl.col(column.name).is_null()).select(ADDRESS).iter_rows():
            if (*address, shown) not in told:
                findings.append(section.at("L-VAL-MISSING", "QUARANTINE", address, column.name, c=shown))
    for names in feed.any_of:
        either = "/".join(feed.by_name[name].zh for name in names)
        empty = typed.filter(pl.all_horizontal(pl.col(name).is_null() for name in names))
        for file, sheet, row in empty.select(ADDRESS).iter_rows():
            findings.append((file, Finding("L-VAL-MISSING", "QUARANTINE", Place(sheet, row, either))))
    return findings


def control_texts(section: Section, data: pl.DataFrame) -> pl.DataFrame:
    """Return the texts of the columns that are sent for comparison only, each under its name."""
    columns = section.header.columns
    control = {column.name: columns.get(column.name) for column in section.feed.columns if column.control}
    texts = {
        name: pl.col(str(source.places[0])) if source else pl.lit(None, pl.String) for name, source in control.items()
    }
    return data.with_columns(text.alias(name) for name, text in texts.items()).select(list(texts))


def _value_findings(
    section: Section, converted: Converted, texts: pl.Series, data: pl.DataFrame, column: Column
) -> Iterator[Noted]:
    """Address every refused value and every note, which is told once with its number."""
    hide = section.feed.class_of(column) == "S4"
    for problem in converted.problems:
        text = texts[problem.position]
        is_personal = hide or resembles_resident_number(plain_code(text))
        facts = dict.fromkeys(problem.facts, "***") if is_personal else problem.facts
        counted = counts(problem.rule, problem.number, problem.form) if problem.action != "QUARANTINE" else {}
        address = data.select(ADDRESS).row(problem.position)
        shown = "***" if is_personal else text
        yield section.at(problem.rule, problem.action, address, column.name, shown, **facts, **counted)


def _default_note(section: Section, converted: Converted, data: pl.DataFrame, column: Column) -> Iterator[Noted]:
    """Tell where a required value was left to what the contract assumes (SPEC 3.3, B01: 默认是, with a warning)."""
    refused = converted.refused
    empty = [place for place in converted.values.is_null().arg_true() if place not in refused]
    if column.default is not None and empty:
        meant = column.values[column.default]
        address, counted = data.select(ADDRESS).row(empty[0]), counts("L-VAL-DEFAULT", len(empty))
        yield section.at("L-VAL-DEFAULT", "WARN", address, column.name, None, d=f"{meant.zh}/{meant.en}", **counted)


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
    dtypes = {column.name: DTYPES[column.type]}
    if column.type == "money":
        dtypes |= {f"{column.name}_{what}": pl.String() for what in ("text", "unit")}
    return pl.DataFrame(schema=dtypes).clear(height).get_columns()
