"""From one figure back to what it was made of: definition, terms, deliveries, files, rows, quarantine."""

from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from common.files import read_json
from common.messages import LouyuError
from common.periods import parse_period
from common.rows import FULL_ADDRESS
from publish.plan import CONFIDENTIAL
from publish.protection.protecting import HIDDEN_FILE

_SHOWN = (
    "kpi_id", "area_type", "area_code", "breakdown_type", "breakdown_code", "period_type", "period", "base_period",
    "caliber", "basis", "definition_version", "value", "numerator", "denominator", "unit", "obs_status", "printed_zh",
    "printed_en", "note", "window_start_on", "window_end_on",
)  # fmt: skip
_SIZES = ("value", "numerator", "denominator", "printed_zh", "printed_en")


def explain(
    evidence: Path, kpi_id: str, period: str, area: str | None = None, breakdown: str | None = None
) -> dict[str, Any]:
    """Explain a figure from a candidate's folder, or from the sealed part of a release.

    What disclosure control suppresses is explained without its sizes (SPEC 4.4, derived forms). ``breakdown`` is
    ``type=code``. Raises LouyuError naming what exists where there is no such figure.
    """
    parse_period(period)
    context = read_json(evidence / "context.json")
    figures = _figures(evidence).filter(kpi_id=kpi_id)
    if figures.is_empty():
        known = "、".join(sorted(pl.read_parquet(evidence / "kpi.parquet")["kpi_id"]))
        raise LouyuError(f"没有指标 {kpi_id}。现有:{known}", f"There is no KPI {kpi_id}. Known: {known}")
    chosen = _chosen(figures, period, area or context["district"], breakdown)
    return {
        "kpi": _catalogue_entry(evidence, kpi_id),
        "figures": _explained(evidence, chosen),
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


def _explained(evidence: Path, chosen: pl.DataFrame) -> list[dict[str, Any]]:
    """Return figures with their gates, and with the deliveries whose rows they count or rest on."""
    behind = deliveries_of(evidence, chosen)
    waiting = waiting_rows(evidence)
    judged = evidence / "verdicts.parquet"
    verdicts = pl.read_parquet(judged).drop("candidate_hash") if judged.exists() else None
    hidden = _suppressed(evidence)
    parts = []
    for key, figure in zip(chosen["figure_key"], chosen.select(_SHOWN).to_dicts(), strict=True):
        deliveries = behind.filter(figure_key=key).drop("figure_key")
        if key in hidden:
            figure |= dict.fromkeys(_SIZES) | {"note": f"G-SDC: {CONFIDENTIAL.zh} / {CONFIDENTIAL.en}"}
            # how many rows there are may be the very count, and a gate's evidence has the value
            deliveries = deliveries.with_columns(pl.lit(None, pl.Int64).alias("rows_counted"))
        held = waiting.join(deliveries, on="delivery_id", how="semi", maintain_order="left")
        parts.append(
            {
                **figure,
                "gates": []
                if verdicts is None or key in hidden
                else verdicts.filter(figure_key=key).drop("figure_key").to_dicts(),
                "deliveries": deliveries.to_dicts(),
                "quarantine": held.drop("feed").head(100).to_dicts(),
                "rows_quarantined": held.select(FULL_ADDRESS).n_unique() if held.height else 0,
            }
        )
    return parts


def _suppressed(evidence: Path) -> frozenset[str]:
    """Return the figures that disclosure control suppresses, where it has spoken on this evidence."""
    file = evidence / HIDDEN_FILE
    return frozenset(pl.read_parquet(file)["figure_key"]) if file.exists() else frozenset()


def waiting_rows(evidence: Path) -> pl.DataFrame:
    """Return what was found in the rows that wait in quarantine."""
    return pl.read_parquet(evidence / "quarantine.parquet").filter(action="QUARANTINE")


def deliveries_of(evidence: Path, figures: pl.DataFrame) -> pl.DataFrame:
    """Return the deliveries behind each of some figures, with the rows of theirs that the figure counts.

    ``figures`` are rows of the figure table. The result has figure_key, the columns of the delivery table and
    rows_counted; a delivery of a feed that only supports a figure counts 0.
    """
    kpi = pl.read_parquet(evidence / "kpi.parquet").select("kpi_id", "kind", "change_of", "feeds")
    wanted = _spans(evidence, figures.join(kpi, on="kpi_id"))
    counted = _counted(evidence, wanted)
    found = pl.concat([counted, _supporting(evidence, wanted)], how="diagonal_relaxed")
    rows = found.group_by("figure_key", "delivery_id").agg(pl.col("rows_counted").max().fill_null(0).cast(pl.Int64))
    known = pl.read_parquet(evidence / "delivery.parquet")
    return rows.join(known, on="delivery_id").sort("figure_key", "feed", "received_at", "delivery_id")


def _spans(evidence: Path, figures: pl.DataFrame) -> pl.DataFrame:
    """Return a row for each figure and each of its windows: its own, and that of its base."""
    as_of = date.fromisoformat(read_json(evidence / "context.json")["as_of"])
    source = pl.when(kind="yoy").then("change_of").otherwise("kpi_id").alias("source_kpi")
    cell = ("area_type", "area_code", "breakdown_type", "breakdown_code", "period_type")
    shared: tuple[str | pl.Expr, ...] = ("figure_key", *cell, "feeds", source)
    own = figures.select(*shared, pl.col("window_start_on").alias("start"), pl.col("window_end_on").alias("end"))
    base = figures.filter(pl.col("base_period").is_not_null()).select(
        *shared, pl.col("base_window_start_on").alias("start"), pl.col("base_window_end_on").alias("end")
    )
    last = pl.min_horizontal(pl.col("end").dt.offset_by("-1d"), pl.lit(as_of))
    return pl.concat([own, base]).with_columns(last.alias("last"))


def _counted(evidence: Path, wanted: pl.DataFrame) -> pl.DataFrame:
    """Return the rows of each delivery that each figure counts: those of the measure that counts most of them."""
    terms = pl.read_parquet(evidence / "kpi_term.parquet").select(
        pl.col("kpi_id").alias("source_kpi"), "measure_id", pl.col("timing") == "IN"
    )
    calendar = pl.col("period_type").replace_strict({"HM": "HM", "WINDOW": "HM", "S": "S"}, default="M")
    # what happens counts within the window, what stands on its last day
    asked = wanted.join(terms.unique(), on="source_kpi").with_columns(
        pl.when("timing").then(calendar).otherwise(pl.lit("S")).alias("calendar"),
        pl.when("timing").then("start").otherwise("last").alias("start"),
        pl.when("timing").then("end").otherwise(pl.col("last").dt.offset_by("1d")).alias("end"),
    )
    sources = pl.read_parquet(evidence / "figure_source.parquet")
    atom = ["measure_id", "calendar", "atom_on", "delivery_id"]
    everywhere = sources.group_by(atom).agg(pl.col("row_cnt").sum())
    is_street = pl.col("area_type") == "street"
    parts = (
        (asked.filter(~is_street), everywhere, ["measure_id", "calendar"], ["measure_id", "calendar"]),
        (asked.filter(is_street), sources, ["measure_id", "calendar", "area_code"],
         ["measure_id", "calendar", "street_code"]),
    )  # fmt: skip
    found = [
        figures.lazy().join(rows.lazy(), left_on=left, right_on=right)
        .filter(pl.col("atom_on").is_between("start", "end", closed="left"))
        .select("figure_key", *atom, "row_cnt").unique().collect()
        for figures, rows, left, right in parts
    ]  # fmt: skip
    by_measure = pl.concat(found).group_by("figure_key", "measure_id", "delivery_id").agg(pl.col("row_cnt").sum())
    return by_measure.group_by("figure_key", "delivery_id").agg(pl.col("row_cnt").max().alias("rows_counted"))


def _supporting(evidence: Path, wanted: pl.DataFrame) -> pl.DataFrame:
    """Return the current deliveries of each figure's feeds whose scope lies in its windows."""
    scopes = pl.read_parquet(evidence / "dlv_scope.parquet").filter(pl.col("known_to") == pl.col("known_to").max())
    feeds = pl.when(breakdown_type="feed").then("breakdown_code").otherwise(pl.col("feeds").fill_null(""))
    return (
        wanted.select("figure_key", feeds.str.split("|").alias("feed"), "start", "end").explode("feed").lazy()
        .join(scopes.select("feed", "scope_on", "delivery_id").unique().lazy(), on="feed")
        .filter(pl.col("scope_on").is_between("start", "end", closed="left"))
        .select("figure_key", "delivery_id").unique().collect()
    )  # fmt: skip
