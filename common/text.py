"""One normal form for text, so that the same name is the same name in every feed (SPEC 5, B-ENC-04)."""

import re
import string
import unicodedata
from functools import lru_cache

import polars as pl

INVISIBLE = "[\u200b-\u200f\u2028-\u202e\u2060\ufeff\u00ad]"
"""Characters that nobody sees: zero-width, direction marks, byte order marks, soft hyphens."""

_INVISIBLE = re.compile(INVISIBLE)
_BLANKS = re.compile(r"\s+")
_SIGNS = "·•・,,.。、;:'\"“”‘’-_—–"
_NOISE = re.compile(rf"[\s{re.escape(_SIGNS)}]+")
_UNUSUAL = r"[^\t\n\r -~·—–•…“”‘’\x{3000}-\x{3002}\x{3008}-\x{3011}\x{3400}-\x{4dbf}\x{4e00}-\x{9fff}\x{ff01}-\x{ff5e}]"
"""What hardly any Chinese text holds."""

_NARROW = {chr(0xFEE0 + sign): chr(sign) for sign in range(0x21, 0x7F)} | {"…": "..."}
_NARROW |= dict.fromkeys("\t\n\r\u3000", " ")
"""What cleaning makes of usual characters; the others stay as they are."""

_TEXT_MARK = re.compile(r"^['’‘`](?=[0-9A-Za-z(+-])")
_TELEPHONE_MARKS = re.compile(r"[()+]")
_COUNTRY = re.compile(r"^(?:00)?86(?=1[3-9]\d{9}$)")
_TITLES = "先生|女士|小姐|同志"
_TITLE = re.compile(rf"(?<=..)(?:{_TITLES})$")
_BRACKETS = str.maketrans("[]{}〔〕【】《》<>", "()()()()()()")
_KEYED = (
    {chr(kind): chr(one) for kind, one in _BRACKETS.items()}
    | {letter: letter.lower() for letter in string.ascii_uppercase}
    | dict.fromkeys(f" {_SIGNS}", "")
)
"""What becomes of the characters of a clean usual text in its key."""


@lru_cache(1 << 17)
def clean(text: str) -> str:
    """Return ``text`` in NFKC without invisible characters, blanks folded and trimmed."""
    return _BLANKS.sub(" ", _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))).strip()


@lru_cache(1 << 17)
def name_key(name: str) -> str:
    """Return the form in which two spellings of one name compare equal.

    Case, blanks, dots, dashes and the kind of bracket do not tell names apart; every other character does.
    """
    return _NOISE.sub("", clean(name).translate(_BRACKETS)).casefold()


def cleaned(texts: pl.Series) -> pl.Series:
    """Clean a column of texts as :func:`clean` does; one that holds anything unusual is null."""
    usual = pl.select(pl.when(~texts.str.contains(_UNUSUAL)).then(texts)).to_series()
    return usual.str.replace_many(_NARROW).str.replace_all(" {2,}", " ").str.strip_chars()


def name_keys(plain: pl.Series) -> pl.Series:
    """Return the :func:`name_key` of each text that :func:`cleaned` gave."""
    return plain.str.replace_many(_KEYED)


def person_keys(keys: pl.Series) -> pl.Series:
    """Return the :func:`person_key` of each text whose :func:`name_keys` these are."""
    key = pl.lit(keys)
    digits = key.str.replace_all(_TELEPHONE_MARKS.pattern, "")
    told = pl.when(digits.str.contains("^[0-9]+$")).then(digits.str.replace(r"^(?:00)?86(1[3-9][0-9]{9})$", "$1"))
    return pl.select(told.otherwise(key.str.replace(rf"^(.{{2,}})(?:{_TITLES})$", "$1").str.to_uppercase())).to_series()


@lru_cache(1 << 17)
def without_mark(plain: str) -> str:
    """Return a clean text without the apostrophe that tells a spreadsheet to leave digits as they are."""
    return _TEXT_MARK.sub("", plain)


def person_key(said: str) -> str:
    """Return the form in which one person's name, telephone or identity number compares equal (SPEC 4.1).

    A telephone is its digits, without the country; a name stands without a title behind it.
    """
    key = name_key(said)
    digits = _TELEPHONE_MARKS.sub("", key)
    if digits.isdecimal():
        return _COUNTRY.sub("", digits)
    return _TITLE.sub("", key).upper()
