"""What of a candidate may be shown: verdicts, standing rules and what is derived from a withheld figure.

A failed gate about the whole blocks the candidate; a failed gate about a figure withholds that figure and
everything derived from it, and the rest goes on (DESIGN 2.6 to 2.8).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from common.files import read_json
from common.messages import Message, from_note
from publish.columns import CELL, COLUMNS, KEY
from publish.protection.protecting import read_hidden
from publish.vintages import as_published, vintage

_REASONS: Mapping[str, Message] = {
    "G-DEF": Message("口径未批准", "its definition is not approved"),
    "G-PERIOD": Message("时期未结束或标识不明", "its period has not ended or is ambiguous"),
    "G-FRESH": Message("数据未到齐或质量未达标", "its feeds are incomplete or refused too much"),
    "G-CONS": Message("违反守恒或上限", "it breaks conservation or a bound"),
    "G-DEDUP": Message("未去重", "it is not a distinct count"),
    "G-COVER": Message("全覆盖表述不成立", "full coverage does not hold"),
    "G-WINDOW": Message("未列明窗口", "its window is not named"),
    "G-WORD": Message("措辞与数值不符", "its wording does not agree with its value"),
    "G-ENV": Message("超出本区的合理范围", "it is beyond what the district can have"),
    "G-UNIT": Message("疑为计量单位有误", "its unit of money seems wrong"),
    "G-JUMP": Message("变动异常,尚无书面说明", "it jumps, and nobody has explained it"),
    "G-RATIO": Message("超出合理区间,尚无书面说明", "it is outside its range, and nobody has explained it"),
    "G-NORM": Message("与编配标准完全相等,缺少逐人数据", "it equals its norm without rows of persons"),
    "G-SDC": Message("数量过小,为保护当事人不予公布", "it counts too few to be published"),
}
CONFIDENTIAL = Message("为保护单个企业数据不予公布", "not published to protect individual enterprises")
"""Why a suppressed figure is not published, in SPEC's words (4.4): the same for those hidden to protect others."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The decision about a candidate."""

    blocked: tuple[str, ...]
    """What stops the whole: gate ids with what they said."""
    figures: pl.DataFrame
    """The private figures with ``withheld_by`` (a gate or null), ``is_confidential`` (suppressed by disclosure control)
    and the note that a reader sees."""

    @property
    def withheld(self) -> pl.DataFrame:
        """The figures that a gate withholds or disclosure control suppresses."""
        return self.figures.filter(pl.col("withheld_by").is_not_null())


def plan(candidate: Path) -> Plan:
    """Decide what of a candidate may be shown."""
    figures = pl.read_parquet(candidate / "figure.parquet")
    kpi = pl.read_parquet(candidate / "kpi.parquet")
    gates = pl.read_parquet(candidate / "gate.parquet")
    verdicts = pl.read_parquet(candidate / "verdicts.parquet")
    blocked = blocking(gates, verdicts)
    failed = (
        verdicts.filter((pl.col("figure_key") != "*") & (pl.col("verdict") != "PASS") & (pl.col("severity") == "ERROR"))
        .group_by("figure_key").agg(pl.col("gate_id").sort().first().alias("failed_gate"))
    )  # fmt: skip
    judged = figures.join(kpi.select("kpi_id", "feeds"), on="kpi_id")
    hidden = read_hidden(candidate).select("figure_key", pl.lit(True).alias("is_confidential"))
    judged = (
        judged.join(failed, on="figure_key", how="left", maintain_order="left")
        .join(hidden, on="figure_key", how="left", maintain_order="left")
        .with_columns(
            pl.col("is_confidential").fill_null(False),
            pl.when("is_confidential").then(pl.lit("G-SDC")).otherwise("failed_gate").alias("withheld_by"),
            pl.lit(None, pl.String).alias("via"),
        )
    )
    edges = pl.read_parquet(candidate / "kpi_edge.parquet")
    judged = _withhold_derived(judged.drop("failed_gate"), edges)
    return Plan(blocked, judged.with_columns(_note(judged)))


def blocking(gates: pl.DataFrame, verdicts: pl.DataFrame) -> tuple[str, ...]:
    """Return why a candidate must not be published at all: a gate that failed, crashed or did not speak."""
    spoke = dict(verdicts.filter(figure_key="*").select("gate_id", "verdict").iter_rows())
    said = ((gate, spoke.get(gate, "MISSING")) for gate in gates["gate_id"])
    return tuple(f"{gate}: {verdict}" for gate, verdict in said if verdict != "PASS")


def _withhold_derived(figures: pl.DataFrame, edges: pl.DataFrame) -> pl.DataFrame:
    """Withhold what is computed from a figure that a gate withholds, of the same cell, within its own or base window.

    What tells a suppressed quantity is suppressed itself already.
    """
    while True:
        sources = figures.filter(pl.col("withheld_by").is_not_null(), ~pl.col("is_confidential")).select(
            *CELL, pl.col("kpi_id").alias("source"), pl.col("withheld_by").alias("gate"),
            pl.col("window_start_on").alias("from_on"), pl.col("window_end_on").alias("to_on"),
        )  # fmt: skip
        open_figures = figures.filter(pl.col("withheld_by").is_null()).join(edges, on="kpi_id")
        within = (pl.col("from_on") >= pl.col("window_start_on")) & (pl.col("to_on") <= pl.col("window_end_on"))
        within_base = (pl.col("from_on") >= pl.col("base_window_start_on")) & (
            pl.col("to_on") <= pl.col("base_window_end_on")
        )
        reached = (
            open_figures.join(sources, left_on=[*CELL, "derived_from"], right_on=[*CELL, "source"])
            .filter(within | within_base.fill_null(False))
            .group_by("figure_key").agg(pl.col("gate").sort().first(), pl.col("derived_from").sort().first())
        )  # fmt: skip
        if reached.is_empty():
            return figures
        figures = (
            figures.join(reached, on="figure_key", how="left", maintain_order="left")
            .with_columns(
                pl.coalesce("withheld_by", "gate").alias("withheld_by"),
                pl.coalesce("via", "derived_from").alias("via"),
            )
            .drop("gate", "derived_from")
        )


def _note(figures: pl.DataFrame) -> pl.Series:
    """Say why a figure is withheld, first the gate; else keep why there is no value."""
    notes = []
    for gate, is_confidential, source, note in figures.select(
        "withheld_by", "is_confidential", "via", "note"
    ).iter_rows():
        if gate is None:
            notes.append(note)
        elif is_confidential:
            # a note of its own may tell how few there are
            notes.append(f"G-SDC: {CONFIDENTIAL.zh} / {CONFIDENTIAL.en}")
        elif source is not None:
            notes.append(f"{gate}: 由未公布的指标 {source} 推算 / derived from the withheld {source}")
        else:
            reason, detail = _REASONS[gate], from_note(note) if note else None
            zh, en = (f"({detail.zh})", f" ({detail.en})") if detail else ("", "")
            notes.append(f"{gate}: {reason.zh}{zh} / {reason.en}{en}")
    return pl.Series("note", notes, pl.String)


def public_figures(decided: Plan, candidate: Path, release_id: str, published: pl.DataFrame) -> pl.DataFrame:
    """Return ``kpi_value`` of a release: every figure for the public, emptied where it is withheld.

    ``published`` holds the current row of every figure published before, by which a vintage is called revised.
    """
    context = read_json(candidate / "context.json")
    known_at = pl.lit(context["known_at"]).str.to_datetime(time_zone="Asia/Shanghai")
    known_on, as_of = (date.fromisoformat(context[name][:10]) for name in ("known_at", "as_of"))
    shown = decided.figures.filter(audience="PUBLIC")
    open_ = pl.col("withheld_by").is_null()
    emptied = [pl.when(open_).then(name).alias(name) for name in _EMPTIED]
    public = shown.with_columns(
        *emptied,
        pl.when(~open_).then(pl.lit("M")).otherwise("obs_status").alias("obs_status"),
        pl.when(open_).then(pl.lit("F")).when("is_confidential").then(pl.lit("C")).otherwise(pl.lit("N"))
        .alias("conf_status"),
        pl.lit(release_id).alias("release_id"),
        known_at.alias("as_known_at"),
        pl.col("window_start_on").alias("window_start"),
        pl.col("window_end_on").alias("window_end"),
        vintage(shown, known_on, as_of, context["parameters"]),
    )  # fmt: skip
    return as_published(public.select(COLUMNS), published).sort(KEY, nulls_last=True)


_EMPTIED = ("value", "numerator", "denominator", "printed_zh", "printed_en")


_NAMED = 20


def summary(decided: Plan) -> list[dict[str, Any]]:
    """List what is withheld by KPI and gate, as ``louyu run`` reports it, with the keys of the first figures."""
    return (
        decided.withheld.group_by("kpi_id", pl.col("withheld_by").alias("gate"))
        .agg(
            pl.col("area_type").unique().sort().alias("area_types"),
            pl.len().alias("figures"),
            pl.col("note").first(),
            pl.col("figure_key").sort().head(_NAMED).alias("figure_keys"),
        )
        .sort("gate", "kpi_id")
        .to_dicts()
    )
