"""From codes and names to enterprises (SPEC 2.1 rule 6, 3.2; B-IDN-01, 02, 04, 07).

A valid credit code is an identity of its own, registered here or not. Old numbers and bare names need the
register, and only a unique answer counts: nothing is matched on a name that two enterprises bear.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import polars as pl

from common.codes import is_credit_code
from common.rules import Finding
from common.text import name_key

XREF_SCHEMA: Mapping[str, pl.DataType] = {
    "raw_code": pl.String(), "raw_name": pl.String(), "enterprise_id": pl.String(), "method": pl.String(),
}  # fmt: skip
"""``raw_code`` and ``raw_name`` are never null: an absent part is the empty text."""


_OTHER_SCHEME = re.compile(r"[a-z][a-z0-9_]*:")
"""A layout's own numbers stand behind the name of their scheme; what an office types is upper case by then."""


@dataclass(frozen=True, slots=True)
class Match:
    """The enterprise a key means and by what it was found, or the finding that says why none."""

    enterprise_id: str | None
    method: str
    finding: Finding | None = None


class Register:
    """The enterprise register as known at the cut: codes, old numbers, names and former names."""

    def __init__(self, rows: Iterable[tuple[str, str | None, str | None, str, list[str] | None]]) -> None:
        """Take (uscc, reg_no, org_code, name, former names) of every known version."""
        self._names: dict[str, set[str]] = defaultdict(set)
        self._former: dict[str, set[str]] = defaultdict(set)
        self._numbers: dict[str, set[str]] = defaultdict(set)
        for uscc, reg_no, org_code, name, former in rows:
            self._names[name_key(name)].add(uscc)
            for old in former or ():
                self._former[name_key(old)].add(uscc)
            for number in (reg_no, org_code, uscc[8:17]):
                if number:
                    self._numbers[number].add(uscc)

    def by_name(self, name: str) -> set[str]:
        """Return the codes of those who bear the name, else of those who once bore it."""
        key = name_key(name)
        return self._names.get(key) or self._former.get(key) or set()

    def by_number(self, number: str) -> set[str]:
        """Return the codes for an old registration number, an organisation code or an old tax number."""
        found = self._numbers.get(number, set())
        return found or (self._numbers.get(number[6:], set()) if len(number) == 15 else set())


def identify(code: str, name: str, register: Register) -> Match:
    """Find the enterprise that a raw code and name mean."""
    for candidate in (code, code[:18] if len(code) == 20 else ""):
        if is_credit_code(candidate):
            return Match(enterprise_id(candidate), "USCC")
    if code.startswith("P") and ":" in code:
        return Match(enterprise_id(code), "PERSON")
    if _OTHER_SCHEME.match(code):
        return Match(enterprise_id(code), "OTHER_SCHEME")
    if len(code) in (9, 15):
        found = register.by_number(code)
        if len(found) == 1:
            return Match(enterprise_id(next(iter(found))), "OLD_NUMBER")
        return Match(None, "NONE", Finding("B-IDN-02", "QUARANTINE", value=code))
    if code:
        return Match(None, "NONE", Finding("B-IDN-01", "QUARANTINE", value=code))
    found = register.by_name(name)
    if len(found) == 1:
        return Match(enterprise_id(next(iter(found))), "NAME")
    return Match(None, "NONE", Finding("B-IDN-04", "QUARANTINE", value=name, facts={"k": len(found)}))


def enterprise_id(code: str) -> str:
    """Return the warehouse's id for an enterprise known by ``code``."""
    return f"ENT-{code}"
