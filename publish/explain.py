"""From one figure back to what it was made of: definition, terms, deliveries, files, rows, quarantine."""

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from common.files import read_json
from common.messages import LouyuError
from common.periods import parse_period
from common.rows import FULL_ADDRESS

_KEY_PARTS = ("kpi_id", "area_type", "area_code", "breakdown_type", "breakdown_code", "period_type", "period",
              "base_period", "caliber")  # fmt: skip
_SHOWN = (*_KEY_PARTS, "basis", "definition_version", "value", "numerator", "denominator", "unit", "obs_status",
          "printed_zh", "printed_en", "note", "window_start_on", "window_end_on")  # fmt: skip


def explain(
    evidence: Path, kpi_id: str, period: str, area: str | None = None, breakdown: str | None = None
) -> dict[str, Any]:
    """Explain a figure from a candidate's folder, or from the sealed part of a release.

    ``breakdown`` is ``type=code``. Raises LouyuError naming what exists where there is no such figure.
    """
    parse_period(period)
    context = read_json(evidence / "context.json")
    figures = _figures(evidence).filter(kpi_id=kpi_id)
    if figures.is_empty():
        known = "、".join(sorted(pl.read_parquet(evidence / "kpi.parquet")["kpi_id"]))
        raise LouyuError(f"没有指标 {kpi_id}。现有:{known}", f"There is no KPI {kpi_id}. Known: {known}")
    chosen = _chosen(figures, period, area or context["district"], breakdown)
    parts = [_explained(evidence, figure) for figure in chosen.select(_SHOWN).to_dicts()]
    return {
        "kpi": _catalogue_entry(evidence, kpi_id),
        "figures": parts,
        "as_known_at": context["known_at"],
        "build": context["build"],
        "code": context["code"],
    }


def _figures(evidence: Path) -> pl.DataFrame:
    """Return the figures of areas, and where they are at hand those of single buildings."""
    names = ("figure.parquet", "building_figure.parquet")
    return pl.concat([pl.read_parquet(evidence / name) for name in names if (evidence / name).exists()], how="diagonal")


def _chosen(figures: pl.DataFrame, period: str, area: str, breakdown: str | None) -> pl.DataFrame:
    """Choose the figure asked for; without a breakdown the total, or every member where there is no total."""
    here = figures.filter(period=period, area_code=area)
    if breakdown:
        kind, _, code = breakdown.partition("=")
        here = here.filter(breakdown_type=kind, breakdown_code=code)
    elif (totals := here.filter(breakdown_type="_T")).height:
        here = totals
    if here.is_empty():
        areas = "、".join(sorted(figures["area_code"].unique()))
        periods = "、".join(figures.filter(area_type="district")["period"].unique().sort().tail(8))
        raise LouyuError(
            f"没有这一数值(时期 {period},区域 {area})。区域:{areas};最近时期:{periods}",
            f"There is no such figure (period {period}, area {area}). Areas: {areas}; latest periods: {periods}",
        )
    return here


def _catalogue_entry(evidence: Path, kpi_id: str) -> dict[str, Any]:
    kpi = pl.read_parquet(evidence / "kpi.parquet").filter(kpi_id=kpi_id)
    text = pl.read_parquet(evidence / "kpi_text.parquet")
    terms = pl.read_parquet(evidence / "kpi_term.parquet").filter(kpi_id=kpi_id).drop("kpi_id")
    entry: dict[str, Any] = kpi.join(text, on="kpi_id").row(0, named=True)
    return {**entry, "terms": terms.to_dicts()}


def _explained(evidence: Path, figure: Mapping[str, Any]) -> dict[str, Any]:
    """Add to a figure its gates, and the deliveries whose rows it counts or rests on."""
    kpi = pl.read_parquet(evidence / "kpi.parquet").row(by_predicate=pl.col("kpi_id") == figure["kpi_id"], named=True)
    deliveries = _deliveries(evidence, figure, kpi)
    waiting = pl.read_parquet(evidence / "quarantine.parquet").filter(
        pl.col("delivery_id").is_in(deliveries["delivery_id"].to_list()), action="QUARANTINE"
    )
    verdicts = pl.read_parquet(evidence / "verdicts.parquet") if (evidence / "verdicts.parquet").exists() else None
    key = "|".join(str(figure[name] or "") for name in _KEY_PARTS)
    key += "" if figure["basis"] == "ALL" else f"|{figure['basis']}"
    return {
        **figure,
        "gates": []
        if verdicts is None
        else verdicts.filter(figure_key=key).drop("candidate_hash", "figure_key").to_dicts(),
        "deliveries": deliveries.to_dicts(),
        "quarantine": waiting.drop("feed").head(100).to_dicts(),
        "rows_quarantined": waiting.select(FULL_ADDRESS).n_unique() if waiting.height else 0,
    }


def _deliveries(evidence: Path, figure: Mapping[str, Any], kpi: Mapping[str, Any]) -> pl.DataFrame:
    """Return the deliveries behind a figure with the rows that it counts; feeds that only support it count none."""
    source_kpi = kpi["change_of"] if kpi["kind"] == "yoy" else kpi["kpi_id"]
    terms = (
        pl.read_parquet(evidence / "kpi_term.parquet").filter(kpi_id=source_kpi).select("measure_id", "timing").unique()
    )
    spans = [(figure["window_start_on"], figure["window_end_on"])]
    if figure["base_period"]:
        spans.append(_base_span(evidence, figure))
    as_of = date.fromisoformat(read_json(evidence / "context.json")["as_of"])
    ends = [(last, last + timedelta(days=1)) for last in (min(end - timedelta(days=1), as_of) for _, end in spans)]
    sources = pl.read_parquet(evidence / "figure_source.parquet").join(terms, on="measure_id")
    if figure["area_type"] == "street":
        sources = sources.filter(street_code=figure["area_code"])
    calendar = {"HM": "HM", "WINDOW": "HM", "S": "S"}.get(figure["period_type"], "M")
    happened = (pl.col("timing") == "IN") & (pl.col("calendar") == calendar) & _within("atom_on", spans)
    stood = (pl.col("timing") != "IN") & (pl.col("calendar") == "S") & _within("atom_on", ends)
    sources = sources.filter(happened | stood)
    by_measure = sources.group_by("delivery_id", "measure_id").agg(pl.col("row_cnt").sum())
    counted = by_measure.group_by("delivery_id").agg(pl.col("row_cnt").max().cast(pl.Int64).alias("rows_counted"))
    feeds = (kpi["feeds"] or "").split("|") if figure["breakdown_type"] != "feed" else [figure["breakdown_code"]]
    supporting = _supporting(evidence, feeds, spans)
    known = pl.read_parquet(evidence / "delivery.parquet")
    wanted = pl.concat([counted.select("delivery_id"), supporting]).unique()
    return known.join(wanted, on="delivery_id").join(counted, on="delivery_id", how="left").with_columns(
        pl.col("rows_counted").fill_null(0)
    ).sort("feed", "received_at", "delivery_id")  # fmt: skip


def _base_span(evidence: Path, figure: Mapping[str, Any]) -> tuple[date, date]:
    rows = _figures(evidence).filter(
        kpi_id=figure["kpi_id"], period=figure["period"], area_code=figure["area_code"],
        base_period=figure["base_period"], breakdown_code=figure["breakdown_code"],
    )  # fmt: skip
    start, end = rows.select("base_window_start_on", "base_window_end_on").row(0)
    return start, end


def _supporting(evidence: Path, feeds: list[str], spans: list[tuple[date, date]]) -> pl.DataFrame:
    """Return the current deliveries of a KPI's feeds whose scope lies in the figure's periods."""
    scopes = pl.read_parquet(evidence / "dlv_scope.parquet").filter(
        pl.col("feed").is_in(feeds), pl.col("known_to") == pl.col("known_to").max()
    )
    return scopes.filter(_within("scope_on", spans)).select("delivery_id").unique()


def _within(column: str, spans: list[tuple[date, date]]) -> pl.Expr:
    return pl.any_horizontal((pl.col(column) >= start) & (pl.col(column) < end) for start, end in spans)
