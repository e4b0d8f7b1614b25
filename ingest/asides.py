"""Records that are no data: totals (B-LAY-03), and the notes and signatures below a table (B-LAY-09)."""

from dataclasses import dataclass

import polars as pl

from common.contracts import Feed
from ingest.headers import Header
from ingest.numbers import NULL_WORDS
from ingest.sections import Section, places

_END = r"\s*(?:[(（][^()（）]*[)）])?\s*[:：]?$"
"""What may follow the word of a total: its unit in brackets, a colon."""

_TOTAL = rf"(?:合\s*计|小\s*计|总\s*计|累\s*计|汇\s*总){_END}|^其\s*中"
_GRAND_TOTAL = rf"^(?:全[区市]|本[月期]|总)?\s*(?:合\s*计|总\s*计){_END}"
_SIGNATURE = (
    r"^\(?(?:填表|制表|填报|审核|复核|经办|报送|单位负责|部门负责|分管领导|负责人|单位盖章|单位\(?盖章|盖章|公章|制单)"
    r"(?:人|单位|日期|时间|部门)?(?:\(?签[字章]\)?)?\)?\s*[:：(（]"
)
_NOTE = (
    r"^(?:备\s*注|注|说\s*明|数据来源|联系人|联系电话|(?:填报|报送)?单位?[(（]?(?:盖章|公章)[)）]?|[(（]?(?:盖章|公章)[)）]?)"
    r"\s*\d*\s*(?:[:：]|$)"
)
_PLAIN_NUMBER = r"^[-+－—−△▲]?[(（]?[\s\d,，.．]*\d[)）]?\s*[%％元]?$"


@dataclass(frozen=True, slots=True)
class Sorted:
    """The records of a batch: data, and what is set aside."""

    data: pl.DataFrame
    totals: pl.DataFrame
    footers: pl.DataFrame
    grand_totals: pl.DataFrame
    """Those totals that are of the whole sheet."""


def sort_out(section: Section, body: pl.DataFrame) -> Sorted:
    """Tell data from totals and footers.

    A total or a note has no key, apart from its first text; few records look like either, so only these are
    looked at closely.
    """
    first_text = _first_words(body)
    looks_total = first_text.str.contains(_TOTAL).fill_null(False)
    looks_note = first_text.str.contains(_NOTE).fill_null(False)
    keyless = looks_total | looks_note
    if keyless.any():
        close = _keyless(body.filter(keyless), section.feed, section.header)
        keyless = keyless.scatter(keyless.arg_true(), close)
    is_total = keyless & looks_total
    is_signed = first_text.str.contains(_SIGNATURE).fill_null(False)
    is_footer = ~is_total & (is_signed | (keyless & looks_note))
    totals = body.filter(is_total)
    is_grand = first_text.filter(is_total).str.contains(_GRAND_TOTAL)
    return Sorted(body.filter(~(is_total | is_footer)), totals, body.filter(is_footer), totals.filter(is_grand))


def _keyless(body: pl.DataFrame, feed: Feed, header: Header) -> pl.Series:
    """Tell for each record whether its key columns are empty, apart from its first text (SPEC 0.1b, Forms)."""
    keys = {str(place) for name in feed.key if (source := header.columns.get(name)) for place in source.places}
    first_is_key = pl.lit(0)
    for name, word in reversed([(name, _word(name)) for name in places(body)]):
        first_is_key = pl.when(word.is_not_null()).then(pl.lit(int(name in keys))).otherwise(first_is_key)
    filled = pl.sum_horizontal(_said(name).is_not_null().cast(pl.Int32) for name in keys)
    return body.select(filled == first_is_key).to_series()


def _first_words(body: pl.DataFrame) -> pl.Series:
    """Return the first text of each record. Most have one in their first columns, so the others are spared."""
    found = pl.repeat(None, body.height, dtype=pl.String, eager=True)
    waiting = pl.int_range(body.height, eager=True, dtype=pl.get_index_type())
    for place in places(body):
        if waiting.is_empty():
            break
        words = body.select(pl.col(place).gather(waiting)).select(_word(place)).to_series()
        found = words if words.len() == found.len() else found.scatter(waiting, words)
        waiting = waiting.filter(words.is_null())
    return found


def _word(place: str) -> pl.Expr:
    """Return the text of a place, or null where it is a number, empty or crossed out."""
    return pl.when(~_said(place).str.contains(_PLAIN_NUMBER)).then(_said(place))


def _said(place: str) -> pl.Expr:
    """Return what stands in a place; null where nothing does, or only a dash."""
    text = pl.col(place).str.strip_chars()
    return pl.when(~text.is_in(sorted(NULL_WORDS))).then(text)
