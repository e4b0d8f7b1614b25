"""Columns of text to typed columns: every value is kept, refused with a rule, or read with a note.

Plain forms are converted by polars expressions; what they do not cover is parsed once for each distinct
text, so that a rare spelling costs little and a hard rule is one small function.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import NamedTuple

import polars as pl

from common.contracts import ColumnType
from common.masking import SUSPECT, SUSPECT_CODE
from common.rules import Action
from common.text import INVISIBLE, clean
from ingest.values.characters import Remark, remarks, worth_a_look
from ingest.values.checks import with_valid_code
from ingest.values.dates import contradicted
from ingest.values.numbers import NULL_WORDS
from ingest.values.parsers import Context, Parsed, hide_plain, of_zone, parser_of

MONEY = pl.Decimal(20, 2)
DTYPES: Mapping[ColumnType, pl.DataType] = {
    "text": pl.String(), "free_text": pl.String(), "person": pl.String(), "code": pl.String(),
    "credit_code": pl.String(), "taxpayer": pl.String(), "enum": pl.String(), "list": pl.List(pl.String()),
    "integer": pl.Int64(), "decimal": pl.Decimal(20, 6), "percent": pl.Decimal(20, 8), "boolean": pl.Boolean(),
    "money": MONEY, "capital": MONEY, "area": pl.Decimal(14, 2), "rent": pl.Decimal(12, 4),
    "date": pl.Date(), "month": pl.Date(), "timestamp": pl.Datetime("us"),
}  # fmt: skip
"""The stored type of each type of column. Money is yuan, areas are m², rent is yuan per m² and day."""

# polars takes every digit of Unicode for \d, and casts none but these
_SCIENTIFIC = r"^[0-9](?:\.[0-9]+)?[eE]\+?[0-9]+$"
_NOT_PLAIN = r"[^!-~\x{3400}-\x{4dbf}\x{4e00}-\x{9fff}]"
"""What normalisation might change; compatibility ideographs have a block of their own."""

_ISO_DATE = r"^(?:19|20)[0-9]{2}-[0-9]{2}-[0-9]{2}$"
_ISO_TIME = r"^(?:19|20)[0-9]{2}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}$"


class Problem(NamedTuple):
    """What was found in a column: a refused value at its position, or a note with how often and where first."""

    position: int
    rule: str
    action: Action
    facts: Mapping[str, object] = {}
    form: str = ""
    number: int = 1


@dataclass(frozen=True, slots=True)
class Converted:
    """A column in its stored type, and what was found in it, by position."""

    values: pl.Series
    problems: tuple[Problem, ...] = ()

    @property
    def refused(self) -> set[int]:
        """The positions whose rows must wait."""
        return {problem.position for problem in self.problems if problem.action == "QUARANTINE"}


def convert(texts: pl.Series, context: Context, moments: pl.Series | None = None) -> Converted:
    """Convert a column of texts to its stored type; a value with a problem is null or read with a note.

    ``moments`` are what the texts say, where a file holds moments; null where a text needs a look.
    """
    column, notes = pl.DataFrame({"text": texts}).with_row_index("position"), _Notes()
    if moments is not None and _are_all(moments, texts, context):
        if (remark := of_zone(context)) and (number := len(texts) - texts.null_count()):
            notes.add(texts.is_not_null().arg_true()[0], remark, number)
        return Converted(moments.rename(texts.name), tuple(notes))
    if _repeats(texts):
        each, numbers = _numbered(column)
        values, refused = _converted(each, context, notes)
        values = values.gather(numbers)
    else:
        values, refused = _converted(column.with_columns(count=pl.lit(1, pl.get_index_type())), context, notes)
    return Converted(values.rename(texts.name), (*_refusals(column, refused), *notes))


def _are_all(moments: pl.Series, texts: pl.Series, context: Context) -> bool:
    """Tell whether a column is what moments it is, with nothing to be read of its texts or turned."""
    is_plain = context.column.type == "timestamp" and context.edge is None and context.time_zone is None
    is_plain &= not context.mapped and not context.missing - NULL_WORDS
    return is_plain and moments.null_count() == texts.null_count()


_MANY, _LOOKED_AT, _OFTEN = 5_000, 1_000, 4
"""Of so many texts a sample of about so many is looked at: whether each occurs so often, or more."""


def _repeats(texts: pl.Series) -> bool:
    """Tell whether it pays to convert each of the different texts once."""
    if len(texts) < _MANY:
        return False
    some = texts.gather_every(len(texts) // _LOOKED_AT)
    return _OFTEN * some.n_unique() <= len(some)


def _numbered(column: pl.DataFrame) -> tuple[pl.DataFrame, pl.Series]:
    """Return the different texts of a column in the order of their first positions, and each row's number among them.

    A row without a text has no number.
    """
    codes = column["text"].cast(pl.Categorical(pl.Categories.random())).to_physical().rename("code")
    each = _distinct(column.with_columns(codes, count=pl.lit(1, pl.get_index_type())), "code").drop_nulls("code")
    return each.drop("code"), each["code"].arg_sort().gather(codes)


def _converted(column: pl.DataFrame, context: Context, notes: "_Notes") -> tuple[pl.Series, dict[str, Parsed]]:
    """Convert texts, each with a position and how often it stands for: its values, and the texts that are refused."""
    texts, dtype = column["text"], DTYPES[context.column.type]
    fast = None if context.mapped or context.edge else _FAST.get(context.column.type)
    quick = column.select(_unless_missing(fast, context)).to_series() if fast else texts.clear(len(texts))
    plain = _filled(column, quick)
    if plain.height and context.column.type == "timestamp" and (remark := of_zone(context)):
        notes.add(plain.item(0, "position"), remark, int(plain["count"].sum()))
    if plain.height and context.column.type == "text":
        _look_at(_distinct(_worth_a_look(plain)), context, notes)
    if plain.height and context.column.type == "money":
        _note_rounded(plain, context, notes)
    if plain.height == len(texts) - texts.null_count():
        return quick if fast else none_of(dtype, len(texts)), {}
    rest = column.filter(quick.is_null() & texts.is_not_null()) if plain.height else _filled(column, texts)
    parse, distinct = parser_of(context), _distinct(rest)
    hidden = _hidden(distinct, context, notes)
    single = distinct.join(hidden, on="text", how="anti", maintain_order="left") if hidden.height else distinct
    doubtful = contradicted(single["text"], context.dates)
    parsed = [Parsed(refused="B-DAT-02") if text in doubtful else parse(text) for text in single["text"]]
    for made, position, count in zip(parsed, single["position"], single["count"], strict=True):
        for remark in made.remarks:
            notes.add(position, remark, count)
    _look_at(_worth_a_look(distinct), context, notes)
    told = single.select("text", pl.Series("value", [made.value for made in parsed], dtype=dtype, strict=False))
    told = pl.concat([told, hidden]) if hidden.height else told
    values = column.join(told, on="text", how="left", maintain_order="left")["value"]
    if fast and plain.height:
        values = pl.select(pl.coalesce(quick, values)).to_series()
    return values, {text: made for text, made in zip(single["text"], parsed, strict=True) if made.refused}


def none_of(dtype: pl.DataType, height: int) -> pl.Series:
    """Return a column of nothing."""
    return pl.Series(dtype=dtype).clear(height)


def _filled(column: pl.DataFrame, values: pl.Series) -> pl.DataFrame:
    """Return the rows in which another column is filled; most often that is all of them or none."""
    if not values.null_count():
        return column
    return column.clear() if values.null_count() == len(values) else column.filter(values.is_not_null())


def _distinct(column: pl.DataFrame, by: str = "text") -> pl.DataFrame:
    """Return each text once, where it stands first and how often it does."""
    if column.is_empty():
        return column
    first = pl.col(name for name in column.columns if name not in (by, "count")).first()
    return column.group_by(by, maintain_order=True).agg(first, pl.col("count").sum())


def _refusals(column: pl.DataFrame, by_text: Mapping[str, Parsed]) -> list[Problem]:
    """Address every cell whose text was refused."""
    if not by_text:
        return []
    refused = column.filter(pl.col("text").is_in(list(by_text)))
    return [
        Problem(position, made.refused, "QUARANTINE", dict(made.facts))
        for position, text in refused.select("position", "text").iter_rows()
        if (made := by_text[text]).refused
    ]


def _unless_missing(fast: Callable[[Context], pl.Expr], context: Context) -> pl.Expr:
    """A layout may take even a number for a missing word."""
    words = context.missing - NULL_WORDS
    is_missing = pl.col("text").str.strip_chars().str.to_lowercase().is_in(sorted(words))
    return pl.when(~is_missing).then(fast(context)) if words else fast(context)


class _Notes:
    """Notes of one rule about one form are one: how often, and where first."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, Action, str], Problem] = {}

    def add(self, position: int, remark: Remark, count: int) -> None:
        key = (remark.rule, remark.action, remark.form)
        known = self._found.get(key)
        if known is None or position < known.position:
            facts = dict(remark.facts)
        else:
            position, facts = known.position, dict(known.facts)
        counted = count * remark.places + (known.number if known else 0)
        self._found[key] = Problem(position, remark.rule, remark.action, facts, remark.form, counted)

    def __iter__(self) -> Iterator[Problem]:
        return iter(sorted(self._found.values(), key=lambda note: note.position))


_FEWEST_TOGETHER = 200
"""Fewer texts are read faster one by one."""


def _hidden(distinct: pl.DataFrame, context: Context, notes: _Notes) -> pl.DataFrame:
    """Hide the plain ones of distinct texts about persons together: text, value. What was found in them is noted."""
    none = pl.DataFrame(schema={"text": pl.String(), "value": pl.String()})
    if context.column.type not in ("free_text", "person") or context.mapped or distinct.height < _FEWEST_TOGETHER:
        return none
    made = hide_plain(distinct["text"], context)
    found = pl.concat([distinct, made], how="horizontal").filter(pl.col("value").is_not_null())
    telling = found.filter(pl.col("places") > 0)
    if telling.height:
        number = telling.select((pl.col("count") * pl.col("places")).sum()).item()
        notes.add(telling.item(0, "position"), Remark("B-BIZ-13", "AUTO", places=number), 1)
    return found.select("text", "value")


_PROSE = frozenset({"text", "free_text", "person", "list"})


def _worth_a_look(column: pl.DataFrame) -> pl.DataFrame:
    return column.filter(worth_a_look(pl.col("text")))


def _look_at(odd: pl.DataFrame, context: Context, notes: _Notes) -> None:
    """Note wide, unseen and rare characters and what looks like a formula, once for each text that holds any."""
    for text, position, count in odd.select("text", "position", "count").iter_rows():
        if clean(text).casefold() not in context.missing:
            for remark in remarks(text, is_prose=context.column.type in _PROSE):
                notes.add(position, remark, count)


def _fast_quantity(context: Context) -> pl.Expr:
    return pl.col("text").map_batches(partial(_quantities, context), return_dtype=DTYPES[context.column.type])


def _quantities(context: Context, texts: pl.Series) -> pl.Series:
    """Plain decimals in their unit; most are as they are stored, and nothing is to be computed of them."""
    dtype = DTYPES[context.column.type]
    stored = rf"^-?[0-9]{{1,{_WHOLE_DIGITS[context.column.type]}}}(?:\.[0-9]{{1,2}})?$"
    if _shift(context):
        return texts.to_frame("text").select(_computed(context)).to_series()
    is_stored = texts.str.contains(stored)
    values = pl.select(pl.when(is_stored).then(texts).cast(dtype)).to_series()
    others = (~is_stored).arg_true()
    return values.scatter(others, texts[others].to_frame("text").select(_computed(context)).to_series())


def _computed(context: Context) -> pl.Expr:
    """The digits shift, nothing is computed in floats, and ties go to even."""
    text = pl.col("text").str.strip_chars()
    most = _WHOLE_DIGITS[context.column.type] - _shift(context)
    plain = text.str.contains(rf"^-?[0-9]{{1,{max(most, 1)}}}(?:\.[0-9]{{1,{_DECIMALS}}})?$")
    return _shifted(pl.when(plain).then(text), context).cast(DTYPES[context.column.type])


_WHOLE_DIGITS: Mapping[ColumnType, int] = {"money": 13, "area": 12}
"""So many digits stand before the point of what is stored, at the most."""

_DECIMALS = 16
"""So many are the most that a number that is held in binary is written with."""


def _shift(context: Context) -> int:
    """Return by how many digits the amounts are larger in yuan than in their unit."""
    factor = context.unit.factor if context.unit else Decimal(1)
    return len(str(int(factor))) - 1 if factor >= 1 else 0


def _shifted(text: pl.Expr, context: Context) -> pl.Expr:
    return text.cast(pl.Decimal(38, _DECIMALS)) * pl.lit(10 ** _shift(context)).cast(pl.Decimal(38, 0))


def _note_rounded(column: pl.DataFrame, context: Context, notes: _Notes) -> None:
    """Note the plain amounts that have more digits than the fen (B-NUM-07)."""
    exact = _shifted(pl.col("text").str.strip_chars(), context)
    long = column.filter(pl.col("text").str.contains(rf"\.[0-9]{{{3 + _shift(context)}}}"))
    rounded = long.filter(exact.cast(MONEY).cast(pl.Decimal(38, _DECIMALS)) != exact)
    if not rounded.is_empty():
        notes.add(rounded["position"][0], Remark("B-NUM-07", "AUTO"), int(rounded["count"].sum()))


def _fast_integer(context: Context) -> pl.Expr:
    del context
    text = pl.col("text").str.strip_chars()
    return pl.when(text.str.contains(r"^-?[0-9]{1,15}$")).then(text).cast(pl.Int64)


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
    return pl.col("text").map_batches(partial(_cleaned, context.missing), return_dtype=pl.String)


def _cleaned(missing: frozenset[str], texts: pl.Series) -> pl.Series:
    """Clean what needs it: most texts hold nothing but ideographs and plain characters and stay as they are."""
    is_plain = ~texts.str.contains(_NOT_PLAIN)
    if not is_plain.all():
        cleaned = texts.str.normalize("NFKC").str.replace_all(INVISIBLE, "").str.replace_all(r"\s+", " ")
        texts = pl.select(pl.when(is_plain).then(texts).otherwise(cleaned.str.strip_chars())).to_series()
    is_missing = texts.str.len_bytes() <= max(map(len, (word.encode() for word in missing)), default=0)
    if is_missing.any():
        is_missing &= texts.str.to_lowercase().is_in(list(missing))
    is_asked = is_missing | texts.str.starts_with("#") | texts.str.contains(SUSPECT)
    return pl.select(pl.when((texts != "") & ~is_asked).then(texts)).to_series()


def _fast_code(context: Context) -> pl.Expr:
    text = pl.col("text")
    is_missing = text.is_in([word.upper() for word in context.missing])
    is_plain = text.str.contains(r"^[0-9A-Z][0-9A-Z_./-]*$") & ~text.str.contains(_SCIENTIFIC)
    is_plain &= ~text.str.contains(SUSPECT_CODE)
    return pl.when(is_plain & ~is_missing).then(text)


def _fast_credit_code(context: Context) -> pl.Expr:
    if context.identifiers != "uscc":
        return pl.when(pl.lit(False)).then(pl.col("text"))
    return pl.col("text").map_batches(with_valid_code, return_dtype=pl.String)


_FAST: Mapping[ColumnType, Callable[[Context], pl.Expr]] = {
    "text": _fast_text, "code": _fast_code, "credit_code": _fast_credit_code, "taxpayer": _fast_credit_code,
    "money": _fast_quantity, "area": _fast_quantity, "integer": _fast_integer,
    "date": _fast_date, "timestamp": _fast_time,
}  # fmt: skip
"""Expressions for plain forms; null for every other text, such as a missing word or a spreadsheet's error."""
