"""What differs between two releases, and how much of each difference every cause makes (DESIGN 2.9).

A difference is taken apart along a chain of builds, from the figures of the one release to those of the other, where
each step adds one cause. The parts of a figure sum to its difference exactly, whatever the steps in between gave.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import polars as pl

from publish.columns import SAME
from publish.explain import deliveries_of
from publish.reasons import DRIFT, defined_anew
from publish.shelf import Release

PARTS = ("code", "definition", "late_data", "source_correction")
Side = Literal["a", "b"]
_PART_OF: Mapping[str, str] = {
    "ERROR": "code", "DEFINITION": "definition", "LATE_DATA": "late_data", "SOURCE_CORRECTION": "source_correction",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Step:
    """One more build of the chain: what it adds to the one before, and what it gives."""

    cause: str
    figures: pl.DataFrame
    """Rows with the columns of a candidate's figures."""


def different(a: Release, b: Release) -> pl.DataFrame:
    """Return a row for each figure that readers of the two releases see otherwise.

    SAME, kpi and unit, value_a, value_b, their statuses (conf_status_a, conf_status_b; null where a release does not
    have the figure) and the difference, null where one side has no value. What is withheld on both sides is not listed.
    """
    sides = []
    for side, release in (("a", a), ("b", b)):
        figures = pl.read_parquet(release.public / "kpi_value.parquet")
        sides.append(figures.select(
            *SAME, *(pl.col(name).alias(f"{name}_{side}") for name in ("value", "unit", "conf_status")),
            pl.col("definition_version").alias(f"definition_version_{side}"),
        ))  # fmt: skip
    both = sides[0].join(sides[1], on=list(SAME), how="full", nulls_equal=True, coalesce=True)
    differs = pl.col("value_a").ne_missing(pl.col("value_b"))
    return (
        both.filter(differs)
        .with_columns(pl.coalesce("unit_b", "unit_a").alias("unit"), (pl.col("value_b") - pl.col("value_a"))
                      .alias("difference"))
        .select(*SAME, "unit", "value_a", "value_b", "conf_status_a", "conf_status_b", "definition_version_a",
                "definition_version_b", "difference")
        .sort(SAME, nulls_last=True)
    )  # fmt: skip


def taken_apart(differing: pl.DataFrame, a: Release, b: Release, steps: Sequence[Step]) -> pl.DataFrame:
    """Return the differing figures with a column for each of PARTS; null where there is no difference to take apart.

    ``steps`` lead from what ``a`` computed to what ``b`` computed. Where a release carried a figure, what it computed
    is not what it published: that step is its drift, whose reason is known. A build that has no such figure adds
    nothing, so that its step falls to the next. What the code adds to a KPI that the catalogue defines anew is
    definition.
    """
    path = [_computed(a).rename({"value": "node0"})]
    causes = [_carried(a).rename({"cause": "cause0"})]
    found = differing.join(path[0], on=list(SAME), how="left", nulls_equal=True)
    found = found.join(causes[0], on=list(SAME), how="left", nulls_equal=True)
    anew = sorted(kpi for kpi in differing["kpi_id"].unique() if defined_anew(a.sealed, b.sealed, kpi))
    for number, step in enumerate(steps, start=1):
        values = step.figures.select(*SAME, pl.col("value").alias(f"node{number}"))
        found = found.join(values, on=list(SAME), how="left", nulls_equal=True)
        is_definition = pl.col("kpi_id").is_in(anew) if step.cause == "code" else pl.lit(False)
        cause = pl.when(is_definition).then(pl.lit("definition")).otherwise(pl.lit(step.cause))
        found = found.with_columns(cause.alias(f"cause{number}"))
    last = len(steps) + 1
    found = found.join(_carried(b).rename({"cause": f"cause{last}"}), on=list(SAME), how="left", nulls_equal=True)
    return _parted(found.with_columns(pl.col("value_b").alias(f"node{last}")), last).select(*differing.columns, *PARTS)


def _parted(found: pl.DataFrame, last: int) -> pl.DataFrame:
    parts = {name: pl.lit(0, pl.Decimal(38, 8)) for name in PARTS}
    before = pl.col("value_a")
    for number in range(last + 1):
        here = pl.coalesce(f"node{number}", before)
        for name in PARTS:
            # a step of which nobody knows the cause is one of the computation
            cause = pl.col(f"cause{number}").fill_null("code")
            parts[name] = parts[name] + pl.when(cause == name).then(here - before).otherwise(0)
        before = here
    is_told = pl.col("difference").is_not_null()
    return found.with_columns(pl.when(is_told).then(part).alias(name) for name, part in parts.items())


def _computed(release: Release) -> pl.DataFrame:
    return pl.read_parquet(release.sealed / "figure.parquet").select(*SAME, "value")


def _carried(release: Release) -> pl.DataFrame:
    """Return the cause of the drift of each figure that a release carried."""
    path = release.sealed / DRIFT
    if not path.exists():
        return pl.DataFrame(schema={**dict.fromkeys(SAME, pl.String), "cause": pl.String})
    drift = pl.read_parquet(path)
    return drift.select(*SAME, pl.col("reason").replace_strict(_PART_OF, default=None).alias("cause"))


def behind(
    differing: pl.DataFrame, a: Release, b: Release, changes: Sequence[Mapping[str, Any]]
) -> dict[int, list[int]]:
    """Return by row of ``differing`` the places in ``changes`` of what touches it.

    ``changes`` have cause, id and feed. A delivery touches a figure that counts its rows or rests on its scope in
    either release; where none does, all those of the KPI's feeds do. A decision touches every figure.
    """
    place = {change["id"]: number for number, change in enumerate(changes)}
    decided = [number for number, change in enumerate(changes) if change["feed"] is None]
    rows = differing.with_row_index("row").filter(pl.col("difference").is_not_null())
    touched: dict[int, set[int]] = {row: set() for row in rows["row"]}
    feeds: dict[str, list[str]] = {}
    for release in (a, b):
        figures = pl.read_parquet(release.sealed / "figure.parquet")
        mine = figures.join(rows.select("row", *SAME), on=list(SAME), nulls_equal=True)
        behind_it = deliveries_of(release.sealed, mine.drop("row")).filter(pl.col("delivery_id").is_in(list(place)))
        known = behind_it.join(mine.select("figure_key", "row"), on="figure_key").select("row", "delivery_id")
        for row, delivery in known.unique().iter_rows():
            touched[row].add(place[delivery])
        kpi = pl.read_parquet(release.sealed / "kpi.parquet")
        feeds |= {row[0]: (row[1] or "").split("|") for row in kpi.select("kpi_id", "feeds").iter_rows()}
    for row, kpi_id in rows.select("row", "kpi_id").iter_rows():
        if not touched[row]:
            touched[row] = {n for n, change in enumerate(changes) if change["feed"] in feeds.get(kpi_id, ())}
    return {row: sorted({*found, *decided}) for row, found in touched.items()}
