"""From codes and names to enterprises (SPEC 2.1 rule 6, 3.2; B-IDN-01, 02, 03, 04).

A valid credit code is an identity of its own, registered here or not. Repairs, old numbers and bare names need
the register, and only a unique answer counts: nothing is matched on a name that two enterprises bear at the date.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

import polars as pl

from common.codes import is_organisation_code
from common.messages import Message
from common.rules import Finding
from identity.labels import Exceptions, Judgement, judge
from identity.register import ALWAYS, Register, Span

XREF_SCHEMA: Mapping[str, pl.DataType] = {
    "raw_code": pl.String(), "raw_name": pl.String(), "enterprise_id": pl.String(), "method": pl.String(),
    "score": pl.Decimal(4, 3), "evidence": pl.String(), "known_from": pl.Datetime("us"),
    "valid_from": pl.Date(), "valid_to": pl.Date(),
}  # fmt: skip
"""``raw_code`` and ``raw_name`` are never null: an absent part is the empty text. A key means the enterprise from
``valid_from`` until the day before ``valid_to``, judged at the row's date; only bare names mean others at other times.
``score`` is the share of the key's symbols that stand as they are in what was found. ``known_from`` is when the
register told what decided, Beijing time; null where the key decided by itself."""


_OTHER_SCHEME = re.compile(r"[a-z][a-z0-9_]*:")
"""A layout's own numbers stand behind the name of their scheme; what an office types is upper case by then."""


@dataclass(frozen=True, slots=True)
class Match:
    """The enterprise a key means and by what it was found; the finding says why none, or what is worth a note."""

    code: str | None
    method: str = "NONE"
    finding: Finding | None = None
    evidence: str | None = None
    known_from: datetime | None = None
    score: Decimal = Decimal(1)

    @property
    def enterprise_id(self) -> str | None:
        return enterprise_id(self.code) if self.code else None


def enterprise_id(code: str) -> str:
    """Return the warehouse's id for an enterprise known by ``code``."""
    return f"ENT-{code}"


def is_person(code: str) -> bool:
    """Tell whether a code is the pseudonym of a natural person's number."""
    return code.startswith("P") and ":" in code


def by_code(code: str, name: str, register: Register, exceptions: Exceptions | None = None) -> Match:
    """Find the enterprise that a raw code means; the name beside it only confirms a repair."""
    if is_person(code):
        return Match(code, "PERSON", evidence="pseudonym")
    if _OTHER_SCHEME.match(code):
        return Match(code, "OTHER_SCHEME", evidence=code.partition(":")[0])
    judged = judge(code[:18] if len(code) == 20 else code, exceptions)
    if judged.label == "valid" and not judged.is_flagged:
        return Match(judged.code, "USCC", evidence="GB 32100")
    if judged.label == "valid":
        return _flagged(judged, register, exceptions or {})
    if len(code) in (9, 15):
        return _by_number(code, register)
    return _repaired(code, name, judged, register)


def by_name(name: str, span: Span) -> Match:
    """Turn the bearers of a name during a span of time into a match: one is it, none or several wait (B-IDN-04)."""
    bearers = span.bearers
    if len(bearers) == 1:
        found = bearers[0]
        noted = Finding("B-IDN-04", "AUTO", value=name, facts={"u": found.code})
        method = "FORMER_NAME" if found.is_former else "NAME"
        return Match(found.code, method, noted, found.delivery_id, found.known_from)
    shown = "、".join(f"{one.name} {one.code}" for one in (bearers or span.near)) or "—"
    return Match(None, finding=Finding("B-IDN-04", "QUARANTINE", value=name, facts={"k": len(bearers), "p": shown}))


def confirm(judged: Judgement, name: str, register: Register) -> Judgement:
    """Hold a label of the bare text against a register (SPEC 3.2, repair proposals; B-IDN-01, B-IDN-02).

    A repair stands only if the register has its code under the same normalised name; an old number that means one
    registered enterprise gets its credit code.
    """
    if judged.label == "repaired" and judged.unrepaired:
        if register.bears(judged.code, name):
            why = Message(
                "唯一通过校验,且名录中同名", "the only one that passes, and the register has it under this name"
            )
            return replace(judged, why=why)
        listed = "、".join(judged.proposals)
        why = Message(
            f"建议{listed},但名录中无此代码同名企业", f"proposed {listed}, which the register lacks under this name"
        )
        return replace(judged, label=judged.unrepaired, why=why)
    if judged.label == "legacy":
        match = _by_number(judged.code, register)
        if match.code and judged.why:
            why = Message(f"{judged.why.zh},名录对应{match.code}", f"{judged.why.en}; in the register {match.code}")
            return replace(judged, code=match.code, why=why)
    return judged


def _flagged(judged: Judgement, register: Register, exceptions: Exceptions) -> Match:
    """Accept a code whose check fails: a listed one, and one without the complement that somebody issued (B-IDN-03).

    That it was issued is shown by the register, or by its organisation code, whose own check a slip would break.
    """
    code = judged.code
    if code in exceptions:
        noted = Finding("B-IDN-03", "ACCEPT", value=code, facts={"p": exceptions[code]})
        return Match(code, "EXCEPTION", noted, exceptions[code])
    known = register.statement_of(code)
    if known or is_organisation_code(code[8:17]):
        score = Decimal(17) / 18
        noted = Finding("B-IDN-03", "WARN", value=code)
        return Match(code, "UNCOMPLEMENTED", noted, known.delivery_id if known else "GB 11714",
                     known.known_from if known else None, score)  # fmt: skip
    return Match(None, finding=Finding("B-IDN-01", "QUARANTINE", value=code, facts={"p": "31−r"}))


def _by_number(number: str, register: Register) -> Match:
    found = register.by_number(number)
    if len(found) == 1:
        noted = Finding("B-IDN-02", "AUTO", value=number, facts={"u": found[0].code})
        return Match(found[0].code, "OLD_NUMBER", noted, found[0].delivery_id, found[0].known_from)
    return Match(None, finding=Finding("B-IDN-02", "QUARANTINE", value=number))


def _repaired(code: str, name: str, judged: Judgement, register: Register) -> Match:
    proposals = judged.proposals
    if len(proposals) == 1 and (known := register.bears(proposals[0], name)):
        noted = Finding("B-IDN-01", "AUTO", value=code, facts={"p": proposals[0]})
        unchanged = sum(one == other for one, other in zip(code, proposals[0], strict=True))
        return Match(
            proposals[0], "REPAIRED", noted, known.delivery_id, known.known_from, Decimal(unchanged) / len(code)
        )
    named = [one.code for one in register.span_at(name, ALWAYS[1]).bearers] if name else []
    listed = "、".join(dict.fromkeys([*proposals, *named])) or "—"
    return Match(None, finding=Finding("B-IDN-01", "QUARANTINE", value=code, facts={"p": listed}))
