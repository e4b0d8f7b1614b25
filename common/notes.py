"""Notes that are told once: those of one rule about one form in one column of a delivery, with their number.

A note carries how often it holds as the fact that its message shows; whoever reads a delivery in parts puts the
notes of the parts together with :func:`told_once`, whoever reads several deliveries with :func:`told_once_each`.
"""

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import replace
from typing import Any

from common.rules import Finding

Noted = tuple[str, Finding]
"""A finding with the file it was made in."""

Addressed = tuple[str, str, str, Finding]
"""A finding with its delivery, feed and file."""

_SAME = "same"
_COUNTED_AS = {"B-NUM-03": "k"}
"""Which fact of a rule's message is the number of cases, where it is not {n}."""


def counts(rule: str, number: int, form: Hashable = "") -> dict[str, object]:
    """Return the facts of a note that holds so often, about one form. As a text it is masked; a tuple never is."""
    return {_COUNTED_AS.get(rule, "n"): number, _SAME: form}


def told_once(noted: Iterable[Noted]) -> list[Noted]:
    """Put notes about the same together: at the place of the first, with the sum of their numbers."""
    told: dict[object, Noted] = {}
    for place, (file, finding) in enumerate(noted):
        key: object = place
        if _SAME in finding.facts:
            key = (finding.rule_id, finding.action, finding.place.column, finding.facts[_SAME])
        known = told.get(key)
        told[key] = (known[0], _added(known[1], finding)) if known else (file, finding)
    return list(told.values())


def told_once_each(found: Iterable[Addressed]) -> Iterator[Addressed]:
    """Put the notes of each delivery together, one delivery after the other."""
    by_delivery: dict[tuple[str, str], list[Noted]] = {}
    for delivery, feed, file, finding in found:
        by_delivery.setdefault((delivery, feed), []).append((file, finding))
    for (delivery, feed), noted in by_delivery.items():
        yield from ((delivery, feed, file, finding) for file, finding in told_once(noted))


def _added(first: Finding, further: Finding) -> Finding:
    name = _COUNTED_AS.get(first.rule_id, "n")
    numbers: list[Any] = [finding.facts[name] for finding in (first, further)]
    return replace(first, facts={**first.facts, name: sum(numbers)})
