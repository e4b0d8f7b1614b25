"""Running the gates that compare figures: each by itself, its findings as verdicts with evidence (SPEC 4.3)."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

import polars as pl

from expectations.explanations import EXPLAINABLE, Explained, hashes, read_explanations
from expectations.gates.envelopes import envelopes
from expectations.gates.facts import Broken, Facts, read_facts
from expectations.gates.jumps import jumps
from expectations.gates.ratios import norms, ratios
from expectations.gates.small import small
from expectations.gates.units import units
from expectations.verdicts import WHOLE, Verdict, evidence

Gate = Callable[[Facts], Iterator[Broken]]

GATES: Mapping[str, Gate] = {
    "G-ENV": envelopes, "G-UNIT": units, "G-JUMP": jumps, "G-RATIO": ratios, "G-NORM": norms, "G-SDC": small,
}  # fmt: skip
WARNS_BELOW = ("G-ENV", "G-JUMP", "G-RATIO", "G-NORM")
"""Gates that are errors for figures of the whole district and warnings for its parts (SPEC 0.1b)."""
WARNS_OF_MEMBERS = ("G-UNIT",)
"""Gates that only warn of the members of a breakdown: one type of tax is paid by season, all of them are not."""


@dataclass(frozen=True, slots=True)
class _Finding:
    """One broken check of one figure."""

    figure_key: str
    facts: Mapping[str, Any]


def judge_comparisons(
    candidate: Path, published: pl.DataFrame | None = None, gates: Mapping[str, Gate] = GATES
) -> list[Verdict]:
    """Let each gate compare the figures of a candidate: a verdict ``*`` for each, and one for what it found.

    ``published`` is what readers have now, for the gates that compare with it. An explained figure passes, and its
    verdict holds the explanation. A gate that crashes is an ERROR and leaves the others alone.
    """
    facts = read_facts(candidate, published)
    known = read_explanations(candidate)
    of_areas = facts.figures.filter(breakdown_type="_T")
    of_district = of_areas.filter(area_type="district")
    errors = dict.fromkeys(WARNS_BELOW, frozenset(of_district["figure_key"]))
    errors |= dict.fromkeys(WARNS_OF_MEMBERS, frozenset(of_areas["figure_key"]))
    verdicts: list[Verdict] = []
    for gate, ask in gates.items():
        try:
            verdicts += _judge(gate, ask, facts, known, errors.get(gate))
        except Exception as error:  # whatever breaks inside a check is no word about the data
            verdicts.append(Verdict(gate, WHOLE, "ERROR", "ERROR", evidence(gate, error=repr(error))))
    return verdicts


def _judge(
    gate: str, ask: Gate, facts: Facts, known: Mapping[tuple[str, str, str], Explained], errors: frozenset[str] | None
) -> list[Verdict]:
    """Let one gate speak; ``errors`` are the figures of which it does more than warn, None if it does so of all."""
    checks = list(ask(facts))
    idle = [{"check": one.check.en, "why": one.idle.en, "why_zh": one.idle.zh} for one in checks if one.idle]
    found = [finding for one in checks for finding in _findings(one)]
    at = hashes(facts.figures, {one.figure_key for one in found}) if gate in EXPLAINABLE else {}
    whole = evidence(gate, figures=facts.figures.height, not_applied=idle)
    verdicts = [Verdict(gate, WHOLE, "PASS", "ERROR", whole)]
    for one in found:
        is_error = errors is None or one.figure_key in errors
        severity: Literal["ERROR", "WARN"] = "ERROR" if is_error else "WARN"
        said = known.get((gate, one.figure_key, at.get(one.figure_key, "")))
        more = {"figure_hash": at[one.figure_key]} if one.figure_key in at else {}
        if said is not None:
            told = evidence(**one.facts, **more, explained=asdict(said))
            verdicts.append(Verdict(gate, one.figure_key, "PASS", severity, told))
        else:
            verdicts.append(Verdict(gate, one.figure_key, "FAIL", severity, evidence(**one.facts, **more)))
    return verdicts


def _findings(one: Broken) -> Iterator[_Finding]:
    said = {"check": one.check.en, "check_zh": one.check.zh, "todo": one.todo.en, "todo_zh": one.todo.zh}
    for row in one.rows.iter_rows(named=True):
        key = row.pop("figure_key")
        yield _Finding(key, said | {name: value for name, value in row.items() if value is not None})
