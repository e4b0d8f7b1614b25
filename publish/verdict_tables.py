"""What the gates said of a candidate, ordered for a reader: each gate's word, and what it asks or was told."""

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import polars as pl

from common.messages import Message

_MOST = 100
"""Figures listed under one question; their number is given whole."""
_LONGEST = 2_000
"""Characters of one piece of evidence."""
_WORDS: Mapping[str, Message] = {
    "PASS": Message("通过", "passed"),
    "FAIL": Message("未通过", "failed"),
    "ERROR": Message("检查出错,没有结论", "crashed, no verdict"),
    "MISSING": Message("没有检查", "did not speak"),
}
_SAID = ("check", "check_zh", "todo", "todo_zh", "explained")


@dataclass(frozen=True, slots=True)
class Evidence:
    """The evidence of a verdict: what was checked, what to do, whoever explained it, and the rest as it is."""

    check: Message
    todo: Message | None
    explained: Message | None
    rest: str


@dataclass(slots=True)
class Question:
    """What one check of a gate asks about figures, or was told of them."""

    gate_id: str
    severity: str
    verdict: str
    check: Message
    todo: Message | None
    count: int = 0
    figures: list[tuple[str, Evidence]] = field(default_factory=list)

    @property
    def word(self) -> Message:
        return _WORDS[self.verdict]


def gate_rows(evidence: Path) -> list[Mapping[str, Any]]:
    """Return every required gate with its word on the whole; ``by_figure`` counts its verdicts on single figures."""
    verdicts = pl.read_parquet(evidence / "verdicts.parquet")
    whole = {row["gate_id"]: row for row in verdicts.filter(figure_key="*").iter_rows(named=True)}
    single = (
        verdicts.filter(pl.col("figure_key") != "*").group_by("gate_id", "verdict", "severity").len().sort(pl.all())
    )
    gates = pl.read_parquet(evidence / "gate.parquet").sort("level", "gate_id").to_dicts()
    silent = {"verdict": "MISSING", "severity": "ERROR", "evidence": None}
    rows: list[Mapping[str, Any]] = []
    for gate in gates:
        said = whole.get(gate["gate_id"], silent)
        counts = [(_WORDS[row["verdict"]], row["severity"], row["len"])
                  for row in single.filter(gate_id=gate["gate_id"]).iter_rows(named=True)]  # fmt: skip
        rows.append(
            {**gate, "verdict": said["verdict"], "severity": said["severity"], "word": _WORDS[said["verdict"]],
             "evidence": read_evidence(said["evidence"]), "by_figure": counts}
        )  # fmt: skip
    return rows


def asked_for(evidence: Path, tellable: Collection[str]) -> list[Question]:
    """Return what gates found of single figures, by gate and check: open questions first, then what was explained.

    What was found is told of the ``tellable`` figure keys alone: of others it would tell a value that is kept secret.
    """
    verdicts = pl.read_parquet(evidence / "verdicts.parquet").filter(pl.col("figure_key") != "*")
    is_open = pl.col("verdict") != "PASS"
    told = verdicts.filter(is_open | pl.col("evidence").str.contains('"explained"', literal=True)).sort(
        ~is_open, pl.col("severity"), "gate_id", ~pl.col("figure_key").str.contains("|district|", literal=True),
        "figure_key",
    )  # fmt: skip
    return list(_questions(told, tellable))


def _questions(told: pl.DataFrame, tellable: Collection[str]) -> Iterator[Question]:
    questions: dict[tuple[str, ...], Question] = {}
    for row in told.iter_rows(named=True):
        said = read_evidence(row["evidence"])
        key = (row["gate_id"], row["severity"], row["verdict"], said.check.en)
        question = questions.setdefault(key, Question(*key[:3], said.check, said.todo))
        question.count += 1
        if len(question.figures) < _MOST:
            is_told = row["figure_key"] in tellable
            question.figures.append((row["figure_key"], said if is_told else replace(said, rest="")))
    yield from questions.values()


def read_evidence(text: str | None) -> Evidence:
    """Read the JSON that a gate left; whatever is no such JSON stands as it is."""
    try:
        said = json.loads(text or "{}")
    except ValueError:
        said = text
    if not isinstance(said, dict):
        return Evidence(Message("—", "—"), None, None, str(said))
    rest = [f"{name}: {value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)}"
            for name, value in said.items() if name not in _SAID and value not in ([], None)]  # fmt: skip
    return Evidence(
        _both(said, "check") or Message("—", "—"), _both(said, "todo"), _explanation(said.get("explained")),
        _shortened(" · ".join(rest)),
    )  # fmt: skip


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}… (sealed/verdicts.parquet)"


def _both(said: Mapping[str, Any], name: str) -> Message | None:
    if not said.get(name):
        return None
    return Message(str(said.get(f"{name}_zh") or said[name]), str(said[name]))


def _explanation(given: Any) -> Message | None:
    if not isinstance(given, dict):
        return None
    who = " · ".join(str(given[name]) for name in ("who", "at", "decomposition") if given.get(name))
    return Message(f"{given.get('text_zh', '')}({who})", f"{given.get('text_en', '')} ({who})")
