"""Verdicts: what each gate said of a candidate, and whether that lets it through (DESIGN 2.8).

A gate that did not speak is a gate that failed. A verdict about the whole candidate has the figure key
``*``: PASS there means that the gate ran and found nothing wrong with the whole.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

import polars as pl

Result = Literal["PASS", "FAIL", "ERROR"]
WHOLE = "*"
VERDICT_FILE = "verdicts.parquet"


@dataclass(frozen=True, slots=True)
class Verdict:
    """One gate's word on a candidate or on one figure of it."""

    gate_id: str
    figure_key: str
    verdict: Result
    severity: Literal["ERROR", "WARN"]
    evidence: str
    """JSON: the check, what was expected and what was found."""


def evidence(check: str, **facts: Any) -> str:
    """Write evidence as JSON."""
    return json.dumps({"check": check, **facts}, ensure_ascii=False, allow_nan=False, default=str)


def from_tests(results: Iterable[Mapping[str, Any]], structural: Iterable[str]) -> list[Verdict]:
    """Turn the results of dbt tests into verdicts on the whole candidate.

    ``results`` are mappings with ``name``, ``status``, ``failures``, ``message`` and ``gate``. A gate with no
    test that ran gets no verdict here, and so blocks.
    """
    by_gate: dict[str, list[Mapping[str, Any]]] = {gate: [] for gate in structural}
    for result in results:
        if result["gate"] in by_gate:
            by_gate[result["gate"]].append(result)
    verdicts = []
    for gate, tests in by_gate.items():
        broken = [test for test in tests if test["status"] not in ("pass", "warn")]
        failed = [test for test in broken if test["status"] == "fail"]
        if not tests:
            continue
        verdict: Result = "PASS" if not broken else "FAIL" if len(failed) == len(broken) else "ERROR"
        told = [{name: test[name] for name in ("name", "status", "failures", "message")} for test in broken]
        verdicts.append(Verdict(gate, WHOLE, verdict, "ERROR", evidence(f"{len(tests)} dbt tests", broken=told)))
    return verdicts


def merged(verdicts: Iterable[Verdict]) -> list[Verdict]:
    """Keep one word on the whole for each gate, the worst of those that its checks said."""
    worst: dict[str, Verdict] = {}
    figures = []
    for verdict in verdicts:
        if verdict.figure_key != WHOLE:
            figures.append(verdict)
        elif verdict.gate_id not in worst or _RANK[verdict.verdict] > _RANK[worst[verdict.gate_id].verdict]:
            worst[verdict.gate_id] = verdict
    return [*worst.values(), *figures]


_RANK: Mapping[Result, int] = {"PASS": 0, "FAIL": 1, "ERROR": 2}


def write_verdicts(folder: Path, candidate: str, verdicts: Sequence[Verdict]) -> None:
    """Write the verdicts beside the candidate they are about."""
    rows = [{"candidate_hash": candidate, **asdict(verdict)} for verdict in verdicts]
    schema = dict.fromkeys(("candidate_hash", "gate_id", "figure_key", "verdict", "severity", "evidence"), pl.String)
    pl.DataFrame(rows, schema=schema).sort("gate_id", "figure_key").write_parquet(folder / VERDICT_FILE)


def read_verdicts(folder: Path) -> pl.DataFrame:
    """Read the verdicts of a candidate; none where there are none."""
    file = folder / VERDICT_FILE
    return pl.read_parquet(file) if file.exists() else pl.DataFrame(schema={"candidate_hash": pl.String})
