"""What ``louyu release note`` does: an explanation of one figure, for the gate that asks for one (SPEC 4.3)."""

import getpass
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from common.clock import now, stamp
from common.home import Home
from common.ledger import Ledger
from common.messages import LouyuError


@dataclass(frozen=True, slots=True)
class Asked:
    """A gate that asks for an explanation, and what it found."""

    gate_id: str
    evidence: Mapping[str, Any]


def note_figure(home: Home, figure_key: str, text: str, text_en: str | None, gate: str | None) -> list[dict[str, str]]:
    """Add an explanation of a figure of the newest candidate to the ledger, for each gate that asks for one.

    Returns the rows of the office's table ``explanation``. Raises LouyuError where the text is empty, the figure is
    not known, or no gate (not the one named) asks for an explanation of it.
    """
    from warehouse.config import note_explanations

    if not text.strip():
        raise LouyuError("说明不能为空。", "The explanation must not be empty.")
    folder = _judged(home)
    asking = [asked for asked in _asked(folder, figure_key) if gate in (None, asked.gate_id)]
    if not asking:
        raise _nobody_asks(folder, figure_key, gate)
    moment, who = stamp(now()), _user()
    value = _value(folder, figure_key)
    rows = [
        {
            "gate_id": asked.gate_id, "figure_key": figure_key, "figure_hash": asked.evidence["figure_hash"],
            "value": value, "text_zh": text.strip(), "text_en": (text_en or text).strip(),
            "explained_by": who, "explained_at": moment,
            "decomposition": "; ".join(asked.evidence.get("decomposition", ())), "is_simulated": "",
        }
        for asked in asking
    ]  # fmt: skip
    note_explanations(Ledger(home.ledger), rows)
    return rows


def _judged(home: Home) -> Path:
    from expectations.verdicts import VERDICT_FILE
    from warehouse.books import latest_candidate

    folder = latest_candidate(home)
    if folder is None or not (folder / VERDICT_FILE).exists():
        raise LouyuError("还没有检查过的结果,请先运行 louyu run。", "No figures were judged yet; run louyu run first.")
    return folder


def _asked(folder: Path, figure_key: str) -> Sequence[Asked]:
    """Return the gates that have asked for an explanation of a figure, those that have one included: it may be
    bettered."""
    from expectations.explanations import EXPLAINABLE
    from expectations.verdicts import read_verdicts

    told = read_verdicts(folder).filter(figure_key=figure_key).sort("gate_id")
    asked: dict[str, Asked] = {}
    for gate, evidence in told.select("gate_id", "evidence").iter_rows():
        if gate in EXPLAINABLE:
            asked[gate] = Asked(gate, json.loads(evidence))
    return list(asked.values())


def _value(folder: Path, figure_key: str) -> str:
    import polars as pl

    value = pl.read_parquet(folder / "figure.parquet").filter(figure_key=figure_key)["value"].item()
    return f"{value:.8f}"


def _nobody_asks(folder: Path, figure_key: str, gate: str | None) -> LouyuError:
    import polars as pl

    from expectations.explanations import EXPLAINABLE

    keys = pl.read_parquet(folder / "figure.parquet", columns=["figure_key"])
    if keys.filter(figure_key=figure_key).is_empty():
        return LouyuError(
            f"没有指标值 {figure_key}。键为 指标|区域类型|区域代码|分项类型|分项代码|时期类型|时期|基期|口径。",
            f"There is no figure {figure_key}. A key is KPI|area type|area code|breakdown type|breakdown code|period "
            "type|period|base period|caliber.",
        )
    zh, en = "、".join(EXPLAINABLE), ", ".join(EXPLAINABLE)
    if gate is not None and gate not in EXPLAINABLE:
        return LouyuError(
            f"{gate} 不接受说明;接受说明的有:{zh}。请在源头更正。",
            f"{gate} takes no explanation; these do: {en}. Correct the figure at its source.",
        )
    return LouyuError(
        f"{figure_key} 不需要说明({gate or zh} 未提出)。",
        f"No explanation of {figure_key} is asked for (by {gate or en}).",
    )


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return str(os.getuid())
