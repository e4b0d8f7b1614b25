"""One text to one value of its column's type: read, refused with a rule, or read with a remark.

Each kind of column has one small function; :mod:`ingest.values.convert` calls it once for each distinct text.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import ROUND_HALF_EVEN, Decimal
from decimal import Context as Arithmetic
from typing import Literal
from zoneinfo import ZoneInfo

import polars as pl

from common.clock import BEIJING
from common.codes import is_credit_code, is_resident_number, plain_code, resembles_resident_number
from common.contracts import Column, ColumnType
from common.keys import Pseudonymiser
from common.masking import Masked, is_old_resident_number, mask, plain_places
from common.script import simplified
from common.text import clean, cleaned, name_key, name_keys, person_key, person_keys, without_mark
from ingest.values.cell_errors import CELL_ERRORS
from ingest.values.characters import Remark
from ingest.values.dates import Dated, from_zone, has_clock, parse_date, parse_time, read_declared, written_form
from ingest.values.numbers import NULL_WORDS, Number, parse_capital, parse_number, proposal
from ingest.values.spans import parse_span
from ingest.values.units import Unit, find_unit

_TRUE = {"是", "有", "√", "✓", "✔", "☑", "y", "yes", "true", "t", "1", "对", "已", "是的", "v"}
_FALSE = {"否", "无", "没有", "×", "✗", "✘", "☐", "x", "n", "no", "false", "f", "0", "非", "未", "不是", "错"}
_WITHHELD = {"保密", "匿名", "不详"}
_HIDDEN = re.compile(r"[+(]?\d[\d() -]*(?:×|[xX*●•■_]){2,}[\d() xX×*●•■_-]*")
"""A telephone or number of which some digits are not shown: 138××××0000."""
_PERHAPS_HIDDEN = "[×xX*●•■_]{2}"
ASKED = "?"
"""Stands before a word of an enumeration that could mean two of its codes, until its row has decided."""

_CONVERTED = Remark("B-DAT-06", "AUTO")
NO_ZONE = Remark("B-DAT-06", "WARN")
"""A time of an interface that does not say in which zone it is."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """What became of one text: its value, or the rule that refused it; and what is worth a note."""

    value: object = None
    refused: str | None = None
    remarks: tuple[Remark, ...] = ()
    facts: tuple[tuple[str, object], ...] = ()
    """What the rule that refused it tells besides the text."""


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
    is_api: bool = False
    """The texts come from an interface, where a time should say its zone (B-DAT-06)."""
    edge: Literal["first", "last"] | None = None
    """The texts are spans of which this column is the first or the last day."""


def parser_of(context: Context) -> Callable[[str], Parsed]:
    """Return the parser of a column, with empty words and the layout's value map applied first."""
    parse = _PARSERS[context.column.type]
    mapped = {name_key(word): value for word, value in (context.mapped or {}).items()}
    keep_words = context.column.type in {"boolean", "enum", "free_text"}

    def parse_text(text: str) -> Parsed:
        if mapped:
            text = mapped.get(name_key(text), text)
        if text.strip().upper() in CELL_ERRORS:
            return Parsed(refused="B-LAY-06")
        if not keep_words and clean(text).casefold() in context.missing:
            return Parsed()
        return parse(text, context)

    return parse_text


def _parse_text(text: str, context: Context) -> Parsed:
    del context
    masked = mask(text, is_prose=False)
    return _noted(clean(masked.text) or None, masked)


def _parse_person(text: str, context: Context) -> Parsed:
    """A name, telephone or identity number: one person's is one pseudonym, however it is written.

    One with its middle hidden is shared by many and tells nobody apart.
    """
    if _HIDDEN.fullmatch(clean(text)):
        return Parsed()
    key = person_key(text)
    return Parsed(context.pseudonymise(key) if key and key not in _WITHHELD else None)


def _parse_free_text(text: str, context: Context) -> Parsed:
    """Equal texts stay equal and nothing else of them is kept; what the text told of persons is counted."""
    key = name_key(text)
    return _noted(context.pseudonymise(key), mask(text)) if key and key not in _WITHHELD else Parsed()


def hide_plain(texts: pl.Series, context: Context) -> pl.DataFrame:
    """Read free texts, or names and numbers of persons, together where they are plain.

    Returns value, places: the pseudonym, and in how many places a free text tells of somebody. Both are null for a
    text to be read by itself.
    """
    plain = cleaned(texts)
    if context.column.type == "free_text":
        keys, places = name_keys(plain), plain_places(plain)
        is_read = places.is_not_null()
    else:
        keys, places = person_keys(name_keys(plain)), pl.repeat(0, len(texts), dtype=pl.Int64, eager=True)
        is_read = ~plain.str.contains(_PERHAPS_HIDDEN) & ~plain.str.to_lowercase().is_in(sorted(context.missing))
    is_read &= (keys != "") & ~keys.is_in(sorted(_WITHHELD)) & ~plain.str.to_uppercase().is_in(sorted(CELL_ERRORS))
    read = pl.DataFrame({"key": keys, "places": places}).select(pl.when(is_read).then(pl.all()))
    return read.select(pl.Series("value", context.pseudonymise.each(read["key"]), dtype=pl.String), "places")


def _noted(value: object, masked: Masked) -> Parsed:
    return Parsed(value, remarks=(Remark("B-BIZ-13", "AUTO", places=masked.places),) if masked.places else ())


def _parse_code(text: str, context: Context) -> Parsed:
    """Read a code; one that tells of a person is hidden, and its pseudonym still tells apart what it told apart."""
    plain = without_mark(clean(text)).replace(" ", "").upper()
    if _is_scientific(plain):
        return Parsed(refused="B-NUM-07")
    masked = mask(text, is_prose=False)
    return _noted(context.pseudonymise(plain), masked) if masked.places else Parsed(plain or None)


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
        return Parsed(refused="B-NUM-07")
    # one in thirty numbers of natural persons also has the check symbol of a credit code
    if is_resident_number(plain[:18]) or is_old_resident_number(plain):
        return Parsed(context.pseudonymise(person_key(plain[:18])))
    if is_credit_code(plain):
        return Parsed(plain)
    # a mistyped number of a natural person is still personal: it must not be stored as somebody's code
    if resembles_resident_number(plain):
        return Parsed(refused="B-IDN-01")
    masked = mask(text, is_prose=False)
    return _noted(context.pseudonymise(plain), masked) if masked.places else Parsed(plain or None)


def _parse_integer(text: str, context: Context) -> Parsed:
    kind = context.column.type
    number = parse_number(text)
    if number is None or number.unit in _NOT_COUNTED or find_unit(number.unit, "rent"):
        return _no_number(text, kind)
    if number.value != number.value.to_integral_value() or abs(number.value) >= 2**62:
        return _no_number(text, kind)
    return Parsed(int(number.value), remarks=_as_read(number, int(number.value)))


def _parse_quantity(text: str, context: Context) -> Parsed:
    """Read money, an area or a rent in its unit; money that is only about so much is refused (B-NUM-03)."""
    number = parse_number(text)
    kind = context.column.type
    if number is None or not _fits(number, kind) or (kind == "money" and number.is_approximate):
        return _no_number(text, kind)
    exact = _EXACT.multiply(number.value, _factor(number, context))
    value = exact.quantize(_STEPS[kind], rounding=ROUND_HALF_EVEN, context=_EXACT)
    if abs(value) >= _LIMITS[kind]:
        return _no_number(text, kind)
    rounded = (Remark("B-NUM-07", "AUTO"),) if kind == "money" and value != exact else ()
    return Parsed(value, remarks=rounded + _as_read(number, value))


_MONEY_UNITS = frozenset({"元", "元整", "人民币", "元人民币"})
_AREA_UNITS = frozenset({"m2", "M2", "平方米", "平米", "公顷"})
_NOT_COUNTED = _MONEY_UNITS | _AREA_UNITS | {"%", "个百分点"}


def _no_number(text: str, kind: ColumnType) -> Parsed:
    """Refuse what is no number, with a proposal where it looks like one, else with an example (SPEC 3.2, Numbers)."""
    meant = proposal(text) or Decimal("50" if kind == "integer" else "1234.5")
    return Parsed(refused="B-NUM-03", facts=(("p", f"{meant.normalize(_EXACT):f}"),))


def _fits(number: Number, kind: ColumnType) -> bool:
    """Tell whether a number's own unit is one of its column: 81% is no amount, and 500元 no area."""
    if kind == "rent" and find_unit(number.unit, "rent"):
        return True
    units = {"money": _MONEY_UNITS, "rent": _MONEY_UNITS, "area": _AREA_UNITS}.get(kind)
    return units is None or not number.unit or number.unit in units


def _factor(number: Number, context: Context) -> Decimal:
    """Return what one of a cell's numbers is: in the unit behind it, else in that of its column.

    A scale word stands in place of the column's, but says nothing of the time that a rent is for.
    """
    kind = context.column.type
    if own := find_unit(number.unit, kind):
        return own.factor
    if context.unit is None or (number.has_scale and kind != "rent"):
        return Decimal(1)
    return context.unit.factor


def _as_read(number: Number, value: object) -> tuple[Remark, ...]:
    """Tell as what a number was read that is more than a sign and digits (B-NUM-03)."""
    if number.is_plain:
        return ()
    return (Remark("B-NUM-03", "AUTO", "about" if number.is_approximate else "exact", (("n", value),)),)


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
    """Read registered capital with its currency; what the cell does not say of its unit, the column's says."""
    has_unit = any(word in clean(text) for word in ("万", "亿", "元", "币"))
    found = parse_capital(text if has_unit or context.unit is None else text + context.unit.word)
    if found is None:
        return _no_number(text, "capital")
    value, currency = found
    yuan = value.quantize(_STEPS["money"], rounding=ROUND_HALF_EVEN, context=_EXACT)
    if abs(yuan) >= _LIMITS["money"]:
        return _no_number(text, "capital")
    if currency == "CNY" and not has_unit:
        currency = context.currency
    if currency == "CNY":
        return Parsed(yuan)
    # no rate of exchange is known here, and an amount in another currency is no number of yuan
    return Parsed(remarks=(Remark("B-NUM-03", "AUTO", "currency", (("n", f"{currency} {yuan} → NULL"),)),))


def _parse_date(text: str, context: Context) -> Parsed:
    if context.edge is None:
        return _dated(text, _read_date(text, context), lambda found: found.date())
    span = parse_span(text)
    if span is None:
        return Parsed(refused="B-DAT-02")
    day = span[0] if context.edge == "first" else span[1]
    return Parsed(day, remarks=(_read_as(written_form(text) or "9-9-9", day.isoformat()),))


def _parse_month(text: str, context: Context) -> Parsed:
    return _dated(text, _read_date(text, context), lambda found: found.date().replace(day=1), "%Y-%m")


def _parse_time(text: str, context: Context) -> Parsed:
    dated = read_declared(text, context.dates) or parse_time(text, epoch_1904=context.epoch_1904)
    dated = from_zone(dated, text, context.time_zone)
    parsed = _dated(text, dated, lambda found: found, "%Y-%m-%d %H:%M:%S")
    if context.is_api and dated.value is not None and not dated.zone:
        return Parsed(parsed.value, remarks=(*parsed.remarks, NO_ZONE))
    return parsed


def of_zone(context: Context) -> Remark | None:
    """Return what is worth a note about times without an offset: another place's zone, or none at all."""
    if context.time_zone is not None:
        offset = datetime(2023, 1, 1, tzinfo=ZoneInfo(context.time_zone)).utcoffset()
        return None if offset == BEIJING.utcoffset(None) else _CONVERTED
    return NO_ZONE if context.is_api else None


def _read_date(text: str, context: Context) -> Dated:
    """Read a date; in another zone the time of day decides which day it is in Beijing."""
    dated = read_declared(text, context.dates)
    if dated is None:
        parse = parse_time if context.time_zone and has_clock(text) else parse_date
        dated = parse(text, epoch_1904=context.epoch_1904)
    return from_zone(dated, text, context.time_zone)


def _dated(text: str, dated: Dated, stored: Callable[[datetime], object], shown: str = "%Y-%m-%d") -> Parsed:
    if dated.problem:
        return Parsed(refused=dated.problem)
    if dated.is_placeholder:
        return Parsed(remarks=(Remark("B-DAT-04", "WARN"),))
    if dated.value is None:
        return Parsed()
    value = stored(dated.value)
    said = f"{dated.value:{shown}}"
    if dated.zone == "other":
        return Parsed(value, remarks=(_CONVERTED,))
    form = written_form(text) or ("9-9" if dated.is_month_only and shown != "%Y-%m" else "")
    return Parsed(value, remarks=(_read_as(form, said),) if form else ())


def _read_as(form: str, said: str) -> Remark:
    return Remark("B-DAT-01", "AUTO", form, (("d", said),))


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
    return Parsed() if word in context.missing else Parsed(refused="L-VAL-BOOL")


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
    if (plain := simplified(clean(text))) != clean(text):
        read = _parse_enum(plain, context)
        return replace(read, remarks=(*read.remarks, Remark("B-ENC-04", "AUTO", facts=(("a", text), ("b", plain)))))
    if {key, bare} & {name_key(word) for word in column.asked}:
        return Parsed(ASKED + clean(text))
    if "OTHER" in column.values:
        return Parsed("OTHER", remarks=(Remark("L-VAL-ENUM", "WARN"),))
    return Parsed(refused="L-VAL-ENUM")


def _parse_list(text: str, context: Context) -> Parsed:
    del context
    masked = mask(text)
    plain = clean(masked.text)
    for sign in "，,;；/|\n":
        plain = plain.replace(sign, "、")
    return _noted([item for part in plain.split("、") if (item := part.strip())] or None, masked)


_PARSERS: Mapping[ColumnType, Callable[[str, Context], Parsed]] = {
    "text": _parse_text, "free_text": _parse_free_text, "person": _parse_person, "code": _parse_code,
    "credit_code": _parse_credit_code, "taxpayer": _parse_credit_code, "integer": _parse_integer,
    "decimal": _parse_quantity, "percent": _parse_quantity, "money": _parse_quantity, "area": _parse_quantity,
    "rent": _parse_quantity, "capital": _parse_capital, "date": _parse_date, "month": _parse_month,
    "timestamp": _parse_time, "boolean": _parse_boolean, "enum": _parse_enum, "list": _parse_list,
}  # fmt: skip
