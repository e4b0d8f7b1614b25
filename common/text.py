"""One normal form for text, so that the same name is the same name in every feed (SPEC 5, B-ENC-04)."""

import re
import unicodedata
from functools import lru_cache

INVISIBLE = "[\u200b-\u200f\u2028-\u202e\u2060\ufeff\u00ad]"
"""Characters that nobody sees: zero-width, direction marks, byte order marks, soft hyphens."""

_INVISIBLE = re.compile(INVISIBLE)
_BLANKS = re.compile(r"\s+")
_NOISE = re.compile(r"[\s·•・,,.。、;:'\"“”‘’\-_—–]+")
_TEXT_MARK = re.compile(r"^['’‘`](?=[0-9A-Za-z(+-])")
_TELEPHONE_MARKS = re.compile(r"[()+]")
_COUNTRY = re.compile(r"^(?:00)?86(?=1[3-9]\d{9}$)")
_TITLE = re.compile(r"(?<=..)(?:先生|女士|小姐|同志)$")
_BRACKETS = str.maketrans("[]{}〔〕【】《》<>", "()()()()()()")


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
