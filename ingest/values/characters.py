"""What single characters of a text give away: wide and unseen forms, rare ones, formulas (B-ENC-03, 04, B-SEC-01)."""

import re
from dataclasses import dataclass
from functools import lru_cache

import polars as pl

from common.rules import Action
from common.text import clean
from ingest.values.numbers import parse_number

_UNSEEN = "\u00ad\u200b-\u200f\u2028-\u202e\u2060\ufeff"
_WIDE = "\uff10-\uff19\uff21-\uff3a\uff41-\uff5a\u3000\u00a0"
"""Full-width digits and letters, the ideographic blank and the one that does not break.

Full-width brackets and commas are how Chinese is written, and need no note.
"""

_COMPATIBLE = "\u2e80-\u2fdf\uf900-\ufaff"
"""Radicals and compatibility ideographs: traditional and copied forms that stand for an ordinary character."""

_PRIVATE = "\ue000-\uf8ff\U000f0000-\U0010ffff"
_RARE = "\u3400-\u4dbf\U00020000-\U0003ffff"

_WORTH_A_LOOK = f"[{_UNSEEN}{_WIDE}{_COMPATIBLE}{_PRIVATE}{_RARE}]|^\\s*[=+@＝＋＠－-]"
_CHANGED = re.compile(f"[{_UNSEEN}{_WIDE}{_COMPATIBLE}]")
_HIDDEN = re.compile(f"[{_UNSEEN}]")
_PRIVATE_USE = re.compile(f"[{_PRIVATE}]")
_UNUSUAL = re.compile(f"[{_RARE}]")


@dataclass(frozen=True, slots=True)
class Remark:
    """What is worth a note about a text; notes of one rule about another form are told apart."""

    rule: str
    action: Action
    form: str = ""
    facts: tuple[tuple[str, object], ...] = ()
    places: int = 1
    """In how many places of the text it holds."""


def worth_a_look(text: pl.Expr) -> pl.Expr:
    """Tell which texts hold anything that :func:`remarks` may have something to say about."""
    return text.str.contains(_WORTH_A_LOOK)


@lru_cache(1 << 12)
def remarks(text: str, *, is_prose: bool) -> tuple[Remark, ...]:
    """Return what is worth a note; only in prose and names is a rare character or a leading sign worth one."""
    plain = clean(text)
    found = []
    if _CHANGED.search(text):
        shown = _HIDDEN.sub(lambda match: f"<U+{ord(match[0]):04X}>", text)
        found.append(Remark("B-ENC-04", "AUTO", facts=(("a", shown), ("b", plain))))
    if is_prose and (private := _PRIVATE_USE.search(plain)):
        found.append(Remark("B-ENC-03", "WARN", facts=(("v", private[0]),)))
    elif is_prose and (rare := _UNUSUAL.search(plain)):
        found.append(Remark("B-ENC-03", "ACCEPT", facts=(("v", rare[0]),)))
    if is_prose and is_formula_like(plain):
        found.append(Remark("B-SEC-01", "AUTO"))
    return tuple(found)


def is_formula_like(plain: str) -> bool:
    """Tell whether a spreadsheet would take a text for a formula: it begins like one and is no number."""
    return plain[:1] in {"=", "+", "-", "@"} and plain.strip("-") != "" and parse_number(plain) is None
