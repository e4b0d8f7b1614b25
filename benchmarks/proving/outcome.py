"""What became of a fault: who stopped it, and which public figures were wrong or published wrong.

The clean month and the month with a fault are judged by the same gates, and the office has explained whatever the clean
month is asked to explain. A public figure is wrong where the fault gave it another value than the clean month and than
the release of the month before, which readers have already; it is published wrong where nothing withholds it.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import polars as pl

from benchmarks.faults.parcel import Parcel
from benchmarks.proving.homes import Kept
from expectations.explanations import EXPLAINABLE, EXPLANATION_FILE
from expectations.verdicts import read_verdicts
from publish.plan import Plan
from review.judgement import Standing

Ending = Literal["refused", "set aside", "blocked", "withheld", "repaired", "without effect", "slipped"]
STOPPED: Sequence[Ending] = ("refused", "set aside", "blocked", "withheld", "repaired")
_VALUES = ("value", "numerator", "denominator")
_NAMED = 12


@dataclass(frozen=True, slots=True)
class Outcome:
    """The end of one fault."""

    fault: str
    ending: Ending
    by: Sequence[str]
    """The rules and gates that stopped it, or that at least said something."""
    wrong: int = 0
    published: int = 0
    """How many of the wrong figures are shown."""
    slipped: Mapping[str, int] = field(default_factory=dict)
    """Those by KPI."""
    again: int = 0
    """How many wrong figures are held by no more than a question that the clean month was asked too."""
    examples: Sequence[str] = ()


def refused(fault: str, standing: Sequence[Standing]) -> Outcome | None:
    """Return the outcome where every delivery of a fault was refused or is held; else it is to be computed."""
    stopped = [one for one in standing if one.status in ("REJECTED", "HELD")]
    if not standing or len(stopped) < len(standing):
        return None
    return Outcome(fault, "refused", sorted({f"{_rule(one)} {one.status}" for one in stopped}))


def _rule(one: Standing) -> str:
    rule = one.question.rule_id if one.question else one.report.rule_id
    return rule or "?"


def judged(run: Kept, explanations: pl.DataFrame | None = None) -> Plan:
    """Judge a candidate with the office's explanations and return the plan of what is shown."""
    known = run.candidate / "known_explanation.parquet"
    if not known.exists():
        pl.read_parquet(run.candidate / EXPLANATION_FILE).write_parquet(known)
    every = [pl.read_parquet(known)] + ([explanations] if explanations is not None else [])
    pl.concat(every).write_parquet(run.candidate / EXPLANATION_FILE)
    run.judge()
    return run.decided


def asked(candidate: Path) -> pl.DataFrame:
    """Return what the gates ask the office to explain, figures of the district only."""
    return read_verdicts(candidate).filter(
        pl.col("gate_id").is_in(EXPLAINABLE), verdict="FAIL", severity="ERROR"
    ).filter(pl.col("figure_key") != "*")  # fmt: skip


def explained(candidate: Path) -> pl.DataFrame:
    """Return the rows of the office's table that answer what the gates ask of a candidate."""
    table = pl.read_parquet(candidate / EXPLANATION_FILE)
    rows = asked(candidate).select(
        "gate_id", "figure_key", pl.col("evidence").str.json_path_match("$.figure_hash").alias("figure_hash"),
        pl.lit("模拟说明").alias("text_zh"), pl.lit("simulated").alias("text_en"),
    )  # fmt: skip
    empty = [pl.lit(None, dtype).alias(name) for name, dtype in table.schema.items() if name not in rows.columns]
    return rows.with_columns(empty).select(table.columns).cast(pl.Schema(table.schema))


def compared(
    fault: str, clean: Kept, faulted: Kept, before: pl.DataFrame, rows: Sequence[tuple[Parcel, Parcel]]
) -> Outcome:
    """Compare the figures of a month with a fault with those of the clean month and of the release ``before``."""
    plan, found = faulted.decided, Counter(_findings(faulted.candidate))
    new = found - Counter(_findings(clean.candidate))
    rules = sorted({f"{rule} {action}" for rule, action in new})
    pairs = _wrong(clean.decided.figures, plan.figures).join(
        before, on=("figure_key", *_VALUES), how="anti", nulls_equal=True
    )
    shown = pairs.filter(pl.col("withheld_by").is_null() & (not plan.blocked))
    gates = Counter(pairs["withheld_by"].drop_nulls().to_list())
    known = set(explained(clean.candidate)["figure_key"]) | _answered(clean.candidate)
    again = pairs.filter(pl.col("withheld_by").is_in(EXPLAINABLE) & pl.col("figure_key").is_in(sorted(known)))
    by = [*(_gate_words(gates)), *plan.blocked, *rules]
    aside = sum(count for (_, action), count in new.items() if action == "QUARANTINE")
    touched = sum(_touched(one, other) for one, other in rows)
    ending: Ending
    if shown.is_empty():
        said = bool(rules or _missing(clean.decided.figures, plan.figures))
        ending = "blocked" if plan.blocked else "withheld" if pairs.height else "repaired" if said else "without effect"
    else:
        ending = "set aside" if touched and aside >= touched else "slipped"
    return Outcome(
        fault, ending, by, pairs.height, shown.height, dict(Counter(shown["kpi_id"].to_list()).most_common(_NAMED)),
        again.height, shown["figure_key"].head(_NAMED).to_list(),
    )  # fmt: skip


def _gate_words(gates: Mapping[str, int]) -> list[str]:
    return [f"{gate} ({count})" for gate, count in sorted(gates.items())]


def _answered(candidate: Path) -> set[str]:
    """Return the figures that the office had to explain."""
    told = read_verdicts(candidate).filter(pl.col("gate_id").is_in(EXPLAINABLE), verdict="PASS")
    return set(told.filter(pl.col("figure_key") != "*")["figure_key"])


def _findings(candidate: Path) -> list[tuple[str, str]]:
    found: list[Any] = []
    for name in ("quarantine.parquet", "note.parquet"):
        found += pl.read_parquet(candidate / name).select("rule_id", "action").rows()
    return found


def _joined(clean: pl.DataFrame, faulted: pl.DataFrame) -> pl.DataFrame:
    public = faulted.filter(audience="PUBLIC").select("figure_key", "kpi_id", "withheld_by", *_VALUES)
    right = clean.filter(audience="PUBLIC").select("figure_key", *_VALUES)
    return public.join(right, on="figure_key", how="full", suffix="_clean", coalesce=True)


def _wrong(clean: pl.DataFrame, faulted: pl.DataFrame) -> pl.DataFrame:
    differs = [~pl.col(name).eq_missing(pl.col(f"{name}_clean")) for name in _VALUES]
    return _joined(clean, faulted).filter(pl.col("value").is_not_null() & pl.any_horizontal(differs)).sort("figure_key")


def _missing(clean: pl.DataFrame, faulted: pl.DataFrame) -> int:
    """Count the figures that the clean month has and the month with the fault has not."""
    both = _joined(clean, faulted)
    return both.filter(pl.col("value").is_null() & pl.col("value_clean").is_not_null()).height


def _touched(clean: Parcel, sent: Parcel) -> int:
    """Count the rows that a fault changed."""
    if sent.content is not None or clean.delivery.feed != sent.delivery.feed:
        return 0
    before = Counter(str(sorted(one.items(), key=str)) for one in clean.records())
    after = Counter(str(sorted(one.items(), key=str)) for one in sent.records())
    return (after - before).total() or (before - after).total()
