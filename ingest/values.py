"""Columns of text to typed columns: every value is kept, refused with a rule, or read with a note.

Plain forms are converted by polars expressions; what they do not cover is parsed once for each distinct
text, so that a rare spelling costs little and a hard rule is one small function.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from decimal import Context as Arithmetic

import polars as pl

from common.codes import is_credit_code, is_resident_number, plain_code, resembles_resident_number
from common.contracts import Column, ColumnType
from common.keys import Pseudonymiser
from common.masking import SUSPECT, Masked, is_old_resident_number, mask
from common.rules import Action
from common.text import INVISIBLE, clean, name_key, person_key
from ingest.archives import NO_RESULT
from ingest.dates import Dated, contradicted, from_zone, has_clock, parse_date, parse_time, read_declared
from ingest.numbers import NULL_WORDS, parse_capital, parse_number
from ingest.units import Unit

MONEY = pl.Decimal(20, 2)
DTYPES: Mapping[ColumnType, pl.DataType] = {
    "text": pl.String(), "free_text": pl.String(), "person": pl.String(), "code": pl.String(),
    "credit_code": pl.String(), "taxpayer": pl.String(), "enum": pl.String(), "list": pl.List(pl.String()),
    "integer": pl.Int64(), "decimal": pl.Decimal(20, 6), "percent": pl.Decimal(20, 8), "boolean": pl.Boolean(),
    "money": MONEY, "capital": MONEY, "area": pl.Decimal(14, 2), "rent": pl.Decimal(12, 4),
    "date": pl.Date(), "month": pl.Date(), "timestamp": pl.Datetime("us"),
}  # fmt: skip
"""The stored type of each type of column. Money is yuan, areas are m², rent is yuan per m² and day."""

_TRUE = {"是", "有", "√", "✓", "✔", "☑", "y", "yes", "true", "t", "1", "对", "已"}
_FALSE = {"否", "无", "没有", "×", "✗", "✘", "☐", "x", "n", "no", "false", "f", "0", "非", "未"}
_WITHHELD = {"保密", "匿名", "不详"}
CELL_ERRORS = frozenset({"#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!", "#N/A", "#SPILL!", NO_RESULT})
"""What a spreadsheet shows where it could not calculate."""

_SCIENTIFIC = r"^\d(?:\.\d+)?[eE]\+?\d+$"
_ISO_DATE = r"^(?:19|20)\d{2}-\d{2}-\d{2}$"
_ISO_TIME = r"^(?:19|20)\d{2}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$"


@dataclass(frozen=True, slots=True)
class Parsed:
    """What became of one text: its value, and the rule that refused it or that is worth a note."""

    value: object = None
    rule: str | None = None
    action: Action = "QUARANTINE"
    places: int = 1
    """In how many places of the text the rule applied."""


@dataclass(frozen=True, slots=True)
class Context:
    """What a parser may know besides the text."""

    column: Column
    unit: Unit | None
    pseudonymise: Pseudonymiser
    epoch_1904: bool = False
    missing: frozenset[str] = NULL_WORDS
    mapped: Mapping[str, str] | None = None
    """A layout's own value map, from that place's word to ours."""
    dates: tuple[str, ...] = ()
    """Forms of dates that a layout declares, as strptime writes them."""
    time_zone: str | None = None
    """The zone of times without an offset; Beijing's without it."""
    identifiers: str = "uscc"
    """Whose numbers a taxpayer's are: another scheme's are kept as they stand, behind its name."""
    currency: str = "CNY"


@dataclass(frozen=True, slots=True)
class Converted:
    """A column in its stored type, and what was found in it: the position, the rule and what is done."""

    values: pl.Series
    problems: tuple[tuple[int, str, Action], ...] = ()

    @property
    def refused(self) -> set[int]:
        """The positions whose rows must wait."""
        return {position for position, _, action in self.problems if action == "QUARANTINE"}


def convert(texts: pl.Series, context: Context) -> Converted:
    """Convert a column of texts to its stored type; a value with a problem is null or read with a note."""
    fast = None if context.mapped else _FAST.get(context.column.type)
    word = pl.col("text").str.strip_chars().str.to_lowercase()
    said = pl.when(~word.is_in([*context.missing, *(error.lower() for error in CELL_ERRORS)]))
    quick = texts.to_frame("text").select(said.then(fast(context))).to_series() if fast else None
    if quick is not None and quick.null_count() == texts.null_count():
        return Converted(quick)
    parse = _parser(context)
    given = texts.to_list()
    values = quick.to_list() if quick is not None else [None] * len(given)
    known = {text: Parsed(rule="B-DAT-02") for text in contradicted(filter(None, given), context.dates)}
    problems = []
    for position, text in enumerate(given):
        if text is None or values[position] is not None:
            continue
        parsed = known.get(text)
        if parsed is None:
            parsed = known[text] = parse(text)
        values[position] = parsed.value
        if parsed.rule:
            problems += [(position, parsed.rule, parsed.action)] * parsed.places
    return Converted(pl.Series(values, dtype=DTYPES[context.column.type], strict=False), tuple(problems))


def _parser(context: Context) -> Callable[[str], Parsed]:
    """Return the parser of a column, with empty words and the layout's value map applied first."""
    parse = _PARSERS[context.column.type]
    mapped = {name_key(word): value for word, value in (context.mapped or {}).items()}
    keep_words = context.column.type in {"boolean", "enum", "free_text"}

    def parse_text(text: str) -> Parsed:
        if mapped:
            text = mapped.get(name_key(text), text)
        if text.strip().upper() in CELL_ERRORS:
            return Parsed(rule="B-LAY-06")
        if not keep_words and clean(text).casefold() in context.missing:
            return Parsed()
        return parse(text, context)

    return parse_text


def _parse_text(text: str, context: Context) -> Parsed:
    del context
    masked = mask(text, is_prose=False)
    return _noted(clean(masked.text) or None, masked)


def _parse_person(text: str, context: Context) -> Parsed:
    """A name, telephone or identity number: one person's is one pseudonym, however it is written."""
    key = person_key(text)
    return Parsed(context.pseudonymise(key) if key and key not in _WITHHELD else None)


def _parse_free_text(text: str, context: Context) -> Parsed:
    """Equal texts stay equal and nothing else of them is kept; what the text told of persons is counted."""
    key = name_key(text)
    return _noted(context.pseudonymise(key), mask(text)) if key and key not in _WITHHELD else Parsed()


def _noted(value: object, masked: Masked) -> Parsed:
    return Parsed(value, "B-BIZ-13", "AUTO", masked.places) if masked.places else Parsed(value)


def _parse_code(text: str, context: Context) -> Parsed:
    del context
    plain = clean(text).replace(" ", "").upper()
    return Parsed(rule="B-NUM-07") if _is_scientific(plain) else Parsed(plain or None)


def _is_scientific(text: str) -> bool:
    head, _, exponent = text.partition("E")
    return exponent.lstrip("+").isdigit() and head.replace(".", "", 1).isdigit() and len(exponent) < 4


def _parse_credit_code(text: str, context: Context) -> Parsed:
    """Read a code in its one spelling; whether it is somebody's, and whose, the register says later."""
    plain = plain_code(text)
    if context.identifiers != "uscc":
        is_personal = resembles_resident_number(plain)
        return Parsed(context.pseudonymise(plain) if is_personal else f"{context.identifiers}:{clean(text)}")
    if _is_scientific(plain):
        return Parsed(rule="B-NUM-07")
    # one in thirty numbers of natural persons also has the check symbol of a credit code
    if is_resident_number(plain[:18]) or is_old_resident_number(plain):
        return Parsed(context.pseudonymise(person_key(plain[:18])))
    if is_credit_code(plain):
        return Parsed(plain)
    # a mistyped number of a natural person is still personal: it must not be stored as somebody's code
    return Parsed(rule="B-IDN-01") if resembles_resident_number(plain) else Parsed(plain or None)


def _parse_integer(text: str, context: Context) -> Parsed:
    del context
    number = parse_number(text)
    if number is None or number.value != number.value.to_integral_value() or abs(number.value) >= 2**62:
        return Parsed(rule="B-NUM-03")
    return Parsed(int(number.value), "B-NUM-03" if number.is_approximate else None, "AUTO")


def _parse_quantity(text: str, context: Context) -> Parsed:
    """Read money, an area or a rent in its unit; money that is only about so much is refused (B-NUM-03)."""
    number = parse_number(text)
    kind = context.column.type
    if number is None or (kind == "money" and number.is_approximate):
        return Parsed(rule="B-NUM-03")
    factor = Decimal(1) if context.unit is None or number.is_absolute else context.unit.factor
    exact = _EXACT.multiply(number.value, factor)
    value = exact.quantize(_STEPS[kind], rounding=ROUND_HALF_EVEN, context=_EXACT)
    if abs(value) >= _LIMITS[kind]:
        return Parsed(rule="B-NUM-03")
    if number.is_approximate:
        return Parsed(value, "B-NUM-03", "AUTO")
    return Parsed(value, "B-NUM-07" if kind == "money" and value != exact else None, "AUTO")


_STEPS: Mapping[ColumnType, Decimal] = {
    "money": Decimal("0.01"), "area": Decimal("0.01"), "rent": Decimal("0.0001"), "decimal": Decimal("0.000001"),
    "percent": Decimal("0.00000001"),
}  # fmt: skip
_EXACT = Arithmetic(prec=200)
_LIMITS: Mapping[ColumnType, Decimal] = {
    "money": Decimal(10) ** 15, "area": Decimal(10) ** 12, "rent": Decimal(10) ** 8, "decimal": Decimal(10) ** 14,
    "percent": Decimal(10) ** 12,
}  # fmt: skip
"""What is not below is a slip, and would not fit the stored type."""


def _parse_capital(text: str, context: Context) -> Parsed:
    found = parse_capital(text)
    if found is None:
        return Parsed(rule="B-NUM-03")
    value, currency = found
    has_unit = any(word in clean(text) for word in ("万", "亿", "元", "币"))
    factor = context.unit.factor if context.unit and not has_unit else Decimal(1)
    yuan = _EXACT.multiply(value, factor).quantize(_STEPS["money"], rounding=ROUND_HALF_EVEN, context=_EXACT)
    if abs(yuan) >= _LIMITS["money"]:
        return Parsed(rule="B-NUM-03")
    return Parsed(yuan if currency == "CNY" and (has_unit or context.currency == "CNY") else None)


def _parse_date(text: str, context: Context) -> Parsed:
    return _dated(_read_date(text, context), lambda found: found.date())


def _parse_month(text: str, context: Context) -> Parsed:
    dated = _read_date(text, context)
    return Parsed(dated.value.date().replace(day=1)) if dated.value else _dated(dated, lambda found: found.date())


def _parse_time(text: str, context: Context) -> Parsed:
    dated = read_declared(text, context.dates) or parse_time(text, epoch_1904=context.epoch_1904)
    return _dated(from_zone(dated, text, context.time_zone), lambda found: found)


def _read_date(text: str, context: Context) -> Dated:
    """Read a date; in another zone the time of day decides which day it is in Beijing."""
    dated = read_declared(text, context.dates)
    if dated is None:
        parse = parse_time if context.time_zone and has_clock(text) else parse_date
        dated = parse(text, epoch_1904=context.epoch_1904)
    return from_zone(dated, text, context.time_zone)


def _dated(dated: Dated, stored: Callable[..., object]) -> Parsed:
    if dated.problem:
        return Parsed(rule=dated.problem)
    if dated.is_placeholder:
        return Parsed(rule="B-DAT-04", action="WARN")
    if dated.value is None:
        return Parsed()
    return Parsed(stored(dated.value), "B-DAT-01" if dated.is_month_only else None, "AUTO")


def _parse_boolean(text: str, context: Context) -> Parsed:
    word = clean(text).casefold()
    own = {
        name_key(spelling): code == "true"
        for code, value in context.column.values.items()
        for spelling in (value.zh, value.en, *value.also)
    }
    if name_key(word) in own:
        return Parsed(own[name_key(word)])
    if word in _TRUE:
        return Parsed(True)
    if word in _FALSE:
        return Parsed(False)
    return Parsed() if word in context.missing else Parsed(rule="L-VAL-BOOL")


def _parse_enum(text: str, context: Context) -> Parsed:
    column = context.column
    spellings = {
        name_key(word): code
        for code, value in column.values.items()
        for word in (code, value.zh, value.en, *value.also)
    }
    key = name_key(text)
    bare = name_key(clean(text).partition("(")[0])
    code = spellings.get(key) or spellings.get(bare)
    if code:
        return Parsed(code)
    if clean(text).casefold() in context.missing:
        return Parsed()
    return Parsed("OTHER", "L-VAL-ENUM", "WARN") if "OTHER" in column.values else Parsed(rule="L-VAL-ENUM")


def _parse_list(text: str, context: Context) -> Parsed:
    del context
    masked = mask(text)
    plain = clean(masked.text)
    for mark in "，,;；/|\n":
        plain = plain.replace(mark, "、")
    return _noted([item for part in plain.split("、") if (item := part.strip())] or None, masked)


_PARSERS: Mapping[ColumnType, Callable[[str, Context], Parsed]] = {
    "text": _parse_text, "free_text": _parse_free_text, "person": _parse_person, "code": _parse_code,
    "credit_code": _parse_credit_code, "taxpayer": _parse_credit_code, "integer": _parse_integer,
    "decimal": _parse_quantity, "percent": _parse_quantity, "money": _parse_quantity, "area": _parse_quantity,
    "rent": _parse_quantity, "capital": _parse_capital, "date": _parse_date, "month": _parse_month,
    "timestamp": _parse_time, "boolean": _parse_boolean, "enum": _parse_enum, "list": _parse_list,
}  # fmt: skip


def _fast_money(context: Context) -> pl.Expr:
    """Plain decimals that are exact to the fen in their unit; the digits shift, nothing is computed in floats."""
    factor = context.unit.factor if context.unit else Decimal(1)
    shift = len(str(int(factor))) - 1 if factor >= 1 else 0
    text = pl.col("text").str.strip_chars()
    plain = text.str.contains(rf"^-?\d{{1,{max(13 - shift, 1)}}}(?:\.\d{{1,{2 + shift}}})?$")
    exact = pl.when(plain).then(text).cast(pl.Decimal(38, 2 + shift))
    return (exact * pl.lit(10**shift).cast(pl.Decimal(38, 0))).cast(MONEY)


def _fast_integer(context: Context) -> pl.Expr:
    del context
    text = pl.col("text").str.strip_chars()
    return pl.when(text.str.contains(r"^-?\d{1,15}$")).then(text).cast(pl.Int64)


def _fast_date(context: Context) -> pl.Expr:
    del context
    text = pl.col("text")
    plausible = text.str.contains(_ISO_DATE) & ~text.str.contains("^1900-01")
    return pl.when(plausible).then(text).str.to_date("%Y-%m-%d", strict=False)


def _fast_time(context: Context) -> pl.Expr:
    text = pl.col("text")
    plausible = text.str.contains(_ISO_TIME) & ~text.str.contains("^1900-01")
    read = pl.when(plausible).then(text).str.to_datetime("%Y-%m-%d %H:%M:%S", time_unit="us", strict=False)
    if context.time_zone is None:
        return read
    there = read.dt.replace_time_zone(context.time_zone, ambiguous="earliest", non_existent="null")
    return there.dt.convert_time_zone("UTC").dt.replace_time_zone(None) + pl.duration(hours=_HOURS_AHEAD)


_HOURS_AHEAD = 8
"""Beijing, the only zone in which a day or a month is meant here, without the summer time of 1986 to 1991."""


def _fast_text(context: Context) -> pl.Expr:
    text = pl.col("text").str.normalize("NFKC").str.replace_all(INVISIBLE, "")
    text = text.str.replace_all(r"\s+", " ").str.strip_chars()
    is_word = (text != "") & ~text.str.to_lowercase().is_in(list(context.missing))
    return pl.when(is_word & ~text.str.contains(SUSPECT)).then(text)


def _fast_code(context: Context) -> pl.Expr:
    del context
    text = pl.col("text")
    return pl.when(text.str.contains(r"^[0-9A-Z][0-9A-Z_./-]*$") & ~text.str.contains(_SCIENTIFIC)).then(text)


_FAST: Mapping[ColumnType, Callable[[Context], pl.Expr]] = {
    "text": _fast_text,
    "code": _fast_code,
    "money": _fast_money, "integer": _fast_integer, "date": _fast_date, "timestamp": _fast_time,
}  # fmt: skip
