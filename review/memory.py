"""What was judged before: a delivery is judged anew only where something that its judgement rests on is new.

A judgement rests on the delivery, on all that come before it in turn, on what else is known of its parts, and on the
rules. One hash of these is its key, so nothing here can go stale; the files may be deleted at any time.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from common.clock import in_beijing
from common.contracts import PROJECT
from common.deliveries import Question, report_file
from common.files import canonical, digest, tree_digest
from common.memory import Memory
from common.messages import Message
from common.rules import Finding, Place
from review.judgement import Standing
from review.landed import Landed

_RULES = ("review/**/*.py", "common/**/*.py", "contracts/**/*")
_PLAIN = (str, int, float, bool, type(None))
"""What comes back from JSON as it was."""


class Judgements:
    """The judgements of a feed's deliveries by their keys, in a file that holds those of the last judging."""

    def __init__(self, file: Path) -> None:
        self._memory = Memory(file)

    def recall(self, key: str, landed: Landed) -> Standing | None:
        """Return the judgement of a delivery, where it was made before."""
        told = self._memory.recall(key)
        return None if told is None else _judgement(told, landed)

    def keep(self, key: str, one: Standing) -> None:
        """Remember a judgement, if JSON gives it back as it is."""
        if all(isinstance(fact, _PLAIN) for _, finding in one.findings for fact in finding.facts.values()):
            self._memory.keep(key, _record(one))

    def save(self) -> None:
        """Write what this judging made use of."""
        self._memory.save()


def keys(in_turn: Sequence[Landed]) -> Iterator[str]:
    """Yield for each delivery of a feed, in the order of judging, the hash of what its judgement rests on."""
    own = {landed: _facts(landed) for landed in in_turn}
    of_part: dict[tuple[str, str], list[str]] = {}
    for landed in in_turn:
        for part in landed.parts:
            of_part.setdefault(part, []).append(own[landed])
    chain = _rules()
    for landed in in_turn:
        beside = sorted({fact for part in landed.parts for fact in of_part[part]})
        chain = digest(canonical([chain, own[landed], beside]))
        yield chain


@cache
def _rules() -> str:
    return tree_digest(PROJECT, _RULES)


def _facts(landed: Landed) -> str:
    """Hash a delivery as it was received, read and answered; its rows and report by when they were written."""
    answers = [[one.rule_id, one.choice.code, one.value, one.by, one.known_at] for one in landed.answers]
    written: list[Any] = [landed.file.name, landed.report.parse_key]
    for file in (landed.file, report_file(landed.file)):
        with suppress(FileNotFoundError):
            state = file.stat()
            written += [state.st_size, state.st_mtime_ns]
    received = landed.delivery.event()
    return digest(canonical([received.payload, received.known_at, landed.order, written, answers]))


def _record(one: Standing) -> dict[str, Any]:
    return {
        "status": one.status,
        "known_at": one.known_at.isoformat(),
        "reason": one.reason and [one.reason.zh, one.reason.en],
        "question": one.question and [one.question.rule_id, one.question.zh, one.question.en],
        "adds": one.adds,
        "is_cumulative": one.is_cumulative,
        "findings": [
            [file, found.rule_id, found.action, [found.place.sheet, found.place.row, found.place.column,
             found.place.cell], found.value, dict(found.facts)]
            for file, found in one.findings
        ],
        "refused": one.refused,
    }  # fmt: skip


def _judgement(told: Mapping[str, Any], landed: Landed) -> Standing:
    return Standing(
        landed,
        told["status"],
        in_beijing(datetime.fromisoformat(told["known_at"])),
        told["reason"] and Message(*told["reason"]),
        told["question"] and Question(*told["question"]),
        told["adds"],
        told["is_cumulative"],
        tuple(
            (file, Finding(rule_id, action, Place(*place), value, facts))
            for file, rule_id, action, place, value, facts in told["findings"]
        ),
        tuple((file, sheet, row) for file, sheet, row in told["refused"]),
    )
