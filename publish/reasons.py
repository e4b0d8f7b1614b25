"""Why a published figure is another now: one reason code of SPEC 4.2 for each, from the evidence of two builds.

LATE_DATA: rows came that the earlier build lacked. SOURCE_CORRECTION: such rows stand in the place of others, or rows
count no more. DEFINITION: what the office decided, or the catalogue says, is another. ERROR: nothing but the
code is. Where several hold the first that touches the figure's own rows counts; how much each of them moved the figure
is what ``louyu release diff`` computes.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import polars as pl

from publish.columns import KEY
from publish.explain import deliveries_of

Reason = Literal["LATE_DATA", "SOURCE_CORRECTION", "DEFINITION", "ERROR"]

DRIFT = "drift.parquet"
"""The sealed list of what a release carried (:mod:`publish.carrying`)."""
DECISIONS = ("parameter", "assessment_rule", "district_share", "hotline_limit", "staff_norm", "reference_magnitude")
"""The office's tables by which figures are defined."""


def told_reasons(releases: Path, evidence: Path, changed: pl.DataFrame) -> pl.DataFrame:
    """Return KEY, ``reason`` and ``origin_release_id`` for figures that differ from what is published.

    ``changed`` has KEY and ``old_release_id``. A figure that a release carried was computed by an earlier one, which is
    its origin. There is no reason where the origin kept no evidence.
    """
    found = origins(releases, changed)
    parts = [found.head(0).with_columns(reason=pl.lit(None, pl.String))]
    for origin in found["origin_release_id"].unique().sort():
        mine, folder = found.filter(origin_release_id=origin), releases / origin / "sealed"
        if (folder / "figure.parquet").exists():
            parts.append(mine.join(reasons(folder, evidence, mine), on=list(KEY), how="left", nulls_equal=True))
        else:
            parts.append(mine.with_columns(reason=pl.lit(None, pl.String)))
    return pl.concat(part.select(*KEY, "reason", "origin_release_id") for part in parts)


def origins(releases: Path, published: pl.DataFrame) -> pl.DataFrame:
    """Return KEY and ``origin_release_id`` of published figures, which have KEY and ``old_release_id``."""
    named = published.select(*KEY, "old_release_id").with_columns(origin_release_id=pl.col("old_release_id"))
    files = [(one, releases / one / "sealed" / DRIFT) for one in named["old_release_id"].unique()]
    known = [pl.read_parquet(path).with_columns(old_release_id=pl.lit(one)) for one, path in files if path.exists()]
    carried = [frame.select(*KEY, "old_release_id", "origin_release_id") for frame in known if frame.height]
    if carried:
        on = [*KEY, "old_release_id"]
        named = named.join(pl.concat(carried), on=on, how="left", nulls_equal=True).with_columns(
            pl.coalesce("origin_release_id_right", "origin_release_id").alias("origin_release_id")
        )
    return named.select(*KEY, "origin_release_id")


def reasons(before: Path, after: Path, keys: pl.DataFrame) -> pl.DataFrame:
    """Return KEY and ``reason`` for some figures that differ between two builds.

    ``before`` and ``after`` are folders of evidence: a candidate, or the sealed side of a release.
    """
    wanted = keys.select(KEY).unique()
    sides = [_figures(folder, wanted) for folder in (before, after)]
    named = pl.concat([side.select("figure_key", *KEY) for side in sides]).unique("figure_key")
    moved = _moved(_rows(before, sides[0]), _rows(after, sides[1]), _accepted(before), _accepted(after))
    feeds = pl.read_parquet(after / "kpi.parquet").select("kpi_id", pl.col("feeds").fill_null("").str.split("|"))
    corrected = (
        feeds.explode("feeds").filter(pl.col("feeds").is_in(_corrected_feeds(before, after)))["kpi_id"].to_list()
    )
    of_rows = (
        pl.when(pl.col("is_fallen") | pl.col("kpi_id").is_in(corrected)).then(pl.lit("SOURCE_CORRECTION"))
        .when("is_risen").then(pl.lit("LATE_DATA"))
    )  # fmt: skip
    told = (
        wanted.join(named, on=list(KEY), how="left", nulls_equal=True)
        .join(moved, on="figure_key", how="left")
        .with_columns(of_rows.alias("reason"))
    )
    left = told.filter(pl.col("reason").is_null()).select("kpi_id").unique().join(feeds, on="kpi_id", how="left")
    rest = {kpi_id: _of_feeds(before, after, kpi_id, frozenset(used or ())) for kpi_id, used in left.iter_rows()}
    otherwise = pl.col("kpi_id").replace_strict(rest, default=None, return_dtype=pl.String)
    return told.select(*KEY, pl.coalesce("reason", otherwise).alias("reason"))


def _figures(evidence: Path, wanted: pl.DataFrame) -> pl.DataFrame:
    figures = pl.read_parquet(evidence / "figure.parquet")
    return figures.join(wanted, on=list(KEY), how="semi", nulls_equal=True)


def _rows(evidence: Path, figures: pl.DataFrame) -> pl.DataFrame:
    """Return how many rows of each delivery each figure counts; none where a register only supports it."""
    return deliveries_of(evidence, figures).select("figure_key", "delivery_id", "rows_counted")


def _moved(before: pl.DataFrame, after: pl.DataFrame, old: frozenset[str], new: frozenset[str]) -> pl.DataFrame:
    """Tell of each figure whether it counts rows of a delivery that the earlier build lacked (is_risen), and whether
    such rows took the place of others, or a delivery that it counted counts no more at all (is_fallen)."""
    both = before.join(after, on=["figure_key", "delivery_id"], how="full", coalesce=True)
    was, now = pl.col("rows_counted").fill_null(-1), pl.col("rows_counted_right").fill_null(-1)
    is_new = ((now >= 0) & ~pl.col("delivery_id").is_in(list(old))).any()
    is_gone = ((was >= 0) & ~pl.col("delivery_id").is_in(list(new))).any()
    fell = is_gone | (is_new & (was > now).any())
    return both.group_by("figure_key").agg(fell.alias("is_fallen"), is_new.alias("is_risen"))


def _of_feeds(before: Path, after: Path, kpi_id: str, feeds: frozenset[str]) -> Reason:
    """Say why a figure moved whose own rows are the same: a decision, what else its feeds delivered, or the code."""
    if is_redefined(before, after, kpi_id):
        return "DEFINITION"
    stood, stands = (_standing(folder, feeds) for folder in (before, after))
    old, new = (_accepted(folder, feeds) for folder in (before, after))
    if not (stood <= stands and old <= new):
        return "SOURCE_CORRECTION"
    if old != new:
        return "LATE_DATA"
    # a delivery of another feed may name an enterprise or a building anew
    return "LATE_DATA" if _accepted(after) - _accepted(before) else "ERROR"


def is_redefined(before: Path, after: Path, kpi_id: str) -> bool:
    """Tell whether the office's decisions, or what the catalogue says of a KPI and what it derives from, changed."""
    return decisions(before) != decisions(after) or defined_anew(before, after, kpi_id)


def defined_anew(before: Path, after: Path, kpi_id: str) -> bool:
    """Tell whether the catalogue defines a KPI, or what it derives from, otherwise than it did."""
    return _definition(before, kpi_id) != _definition(after, kpi_id)


def decisions(evidence: Path) -> Mapping[str, Sequence[str]]:
    """Return the office's decisions of a build as texts that can be compared."""
    files = {name: evidence / f"office_{name}.parquet" for name in DECISIONS}
    return {name: _texts(pl.read_parquet(path)) for name, path in files.items() if path.exists()}


def _definition(evidence: Path, kpi_id: str) -> Sequence[str]:
    """Return how a KPI and all that it derives from are defined; how it is printed is no definition."""
    edges = pl.read_parquet(evidence / "kpi_edge.parquet")
    kpis, reached = {kpi_id}, {kpi_id}
    while reached:
        reached = set(edges.filter(pl.col("kpi_id").is_in(reached))["derived_from"]) - kpis
        kpis |= reached
    named = ("kpi_id", "kind", "unit", "definition_version", "change_of", "component_type", "guard_min", "caliber")
    kpi = pl.read_parquet(evidence / "kpi.parquet").filter(pl.col("kpi_id").is_in(kpis))
    terms = pl.read_parquet(evidence / "kpi_term.parquet").filter(pl.col("kpi_id").is_in(kpis))
    return [*_texts(kpi.select(name for name in named if name in kpi.columns)), *_texts(terms)]


def _texts(frame: pl.DataFrame) -> list[str]:
    return sorted(map(str, frame.iter_rows()))


def _corrected_feeds(before: Path, after: Path) -> list[str]:
    """Return the feeds of which the office corrects other values now than it did."""
    rows = []
    for folder in (before, after):
        path = folder / "office_correction.parquet"
        rows.append({(row["feed"], str(row)) for row in pl.read_parquet(path).iter_rows(named=True)} if path.exists()
                    else set())  # fmt: skip
    return sorted({feed for feed, _ in rows[0] ^ rows[1]})


def _standing(evidence: Path, feeds: frozenset[str]) -> set[tuple[Any, ...]]:
    """Return the deliveries that stand in each scope of some feeds."""
    scopes = pl.read_parquet(evidence / "dlv_scope.parquet").filter(pl.col("known_to") == pl.col("known_to").max())
    named = [name for name in ("feed", "scope_key", "scope_on", "delivery_id") if name in scopes.columns]
    return set(scopes.filter(pl.col("feed").is_in(feeds)).select(named).iter_rows())


def _accepted(evidence: Path, feeds: frozenset[str] | None = None) -> frozenset[str]:
    """Return the deliveries that count, of some feeds or of all."""
    known = pl.read_parquet(evidence / "delivery.parquet").filter(status="ACCEPTED")
    return frozenset((known if feeds is None else known.filter(pl.col("feed").is_in(feeds)))["delivery_id"])
