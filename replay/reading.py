"""The checker's one public function: a text in, its figures and claims with their findings out (SURFACE, replay)."""

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from common.decimals import plain
from common.statements import as_decimal
from replay.checks import CHECKS, Context, Finding
from replay.checks.context import match
from replay.claims import Claim, find_claims
from replay.figures import Figure, find_figures
from replay.knowledge import Knowledge
from replay.layout import Layout
from replay.numbers import POINTS
from replay.period_codes import period_code
from replay.periods import find_mentions
from replay.text import Reading
from replay.timing import Timing
from replay.vocabulary import Vocabulary

_DATED = re.compile(
    r"(?:updated|published|posted|released|dated?|发布|更新|时间|日期|印发|刊发)(?:\s?on|于|日期|时间)?[\s::]*$",
    re.IGNORECASE,
)
_AS_AT = re.compile(r"(?:截[至止]|as at|as of|to|by|until)\s*$", re.IGNORECASE)
_HEAD, _FOOT = 5, 4
"""In how many of the first and last lines a day that stands alone is the text's own."""


@dataclass(frozen=True, slots=True)
class Replay:
    """A text's figures and claims, each with what the gates say of it, in the form of SURFACE."""

    figures: tuple[Mapping[str, Any], ...]
    claims: tuple[Mapping[str, Any], ...]

    @property
    def record(self) -> dict[str, Any]:
        """Return the JSON object."""
        return {"figures": list(self.figures), "claims": list(self.claims)}


def replay(text: str, knowledge: Knowledge) -> Replay:
    """Find the figures and claims of a text and hold each against everything that is known.

    ``start`` and ``end`` are offsets into the text as given; ``value`` is in the KPI's stored unit, so a percentage
    is a fraction and a fall is negative; ``wording`` is the word as written, ``period`` a code of SURFACE or None.
    """
    reading = Reading(text)
    vocabulary = Vocabulary(knowledge.kpis)
    today = knowledge.today or text_date(reading)
    dated = replace(knowledge, today=today)
    layout = Layout(reading, vocabulary, today or knowledge.as_of)
    figures = find_figures(layout, vocabulary, Timing(layout, dated, today or knowledge.as_of))
    claims = find_claims(layout, vocabulary, figures)
    context = Context(reading, figures, claims, dated, vocabulary, {one.start: match(one, dated) for one in figures})
    findings: dict[int, list[Finding]] = defaultdict(list)
    for check in CHECKS:
        for subject, finding in check(context):
            findings[id(subject)].append(finding)
    return Replay(
        tuple(_figure(context, one, findings[id(one)]) for one in figures),
        tuple(_claim(context, one, findings[id(one)]) for one in claims),
    )


def text_date(reading: Reading) -> date | None:
    """Return the day that a text bears: 发布日期, Updated on, or a day alone in its first or last lines."""
    lines = [line for line in reading.text.split("\n") if line.strip()]
    outer = {line.strip(" ()\t") for line in [*lines[:_HEAD], *lines[-_FOOT:]]}
    for mention in find_mentions(reading.text, None):
        if mention.kind != "DAY" or mention.year is None or not mention.has_year or mention.day is None:
            continue
        before = reading.text[max(0, mention.start - 30) : mention.start]
        is_alone = reading.text[mention.start : mention.end].strip() in outer
        if (_DATED.search(before) or is_alone) and not _AS_AT.search(before):
            return date(mention.year, mention.first, mention.day)
    return None


def _figure(context: Context, figure: Figure, findings: list[Finding]) -> dict[str, Any]:
    held = context.match(figure).held
    period = (
        held.period if held is not None and (held.period in figure.periods or not figure.is_stated) else figure.period
    )
    start, end = context.reading.original(figure.number.start, figure.number.end)
    own = figure.kpi.unit if figure.kpi and figure.number.unit != POINTS else figure.number.unit
    return {
        "text": context.reading.given[start:end],
        "start": start,
        "end": end,
        "kpi_id": figure.kpi.id if figure.kpi else None,
        "value": plain(as_decimal(figure.value)),
        "unit": own or None,
        "wording": figure.number.word,
        "period": period,
        "findings": [_finding(one) for one in findings],
    }


def _claim(context: Context, claim: Claim, findings: list[Finding]) -> dict[str, Any]:
    start, end = context.reading.original(claim.start, claim.end)
    types = claim.kpi.period_types if claim.kpi else ()
    known = context.knowledge
    period = period_code(claim.mention, types, known.today or known.as_of) if claim.mention else None
    return {
        "text": context.reading.given[start:end],
        "start": start,
        "end": end,
        "kpi_id": claim.kpi.id if claim.kpi else None,
        "period": period,
        "findings": [_finding(one) for one in findings],
    }


def _finding(finding: Finding) -> dict[str, str | None]:
    return {
        "gate": finding.gate,
        "severity": finding.severity,
        "expected": finding.expected,
        "message_zh": finding.message.zh,
        "message_en": finding.message.en,
    }
