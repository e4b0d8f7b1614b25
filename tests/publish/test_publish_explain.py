"""Every figure leads back to the deliveries that it was made of, whatever its KPI."""

from pathlib import Path
from typing import Any

import polars as pl
import pytest
from louyu_home import Louyu

from publish.explain import explain
from publish.protection.protecting import HIDDEN_FILE

WITHOUT_ROWS = {"listed_tier1_cnt", "revision_size", "feed_timeliness", "feed_completeness"}
"""Undefined, about earlier releases, or about periods of which nothing came."""


@pytest.fixture(scope="module")
def candidate(quarter: Louyu) -> Path:
    [found] = quarter.home.candidates.iterdir()
    return found


def newest_with_a_value(candidate: Path) -> dict[str, dict[str, Any]]:
    names = ("figure.parquet", "building_figure.parquet")
    figures = pl.concat([pl.read_parquet(candidate / name) for name in names], how="diagonal")
    hidden = pl.read_parquet(candidate / HIDDEN_FILE)
    ranked = figures.join(hidden, on="figure_key", how="anti").sort(
        pl.col("value").fill_null(0) != 0, pl.col("area_type") == "district", "window_end_on", "figure_key"
    )
    newest = ranked.group_by("kpi_id", maintain_order=True).last()
    return {row["kpi_id"]: row for row in newest.iter_rows(named=True)}


def test_every_kpi_is_explained(candidate: Path) -> None:
    kpis = set(pl.read_parquet(candidate / "kpi.parquet")["kpi_id"])
    figures = newest_with_a_value(candidate)
    assert kpis - set(figures) == {"revision_size"}
    unexplained = {}
    for kpi, row in figures.items():
        breakdown = None if row["breakdown_type"] == "_T" else f"{row['breakdown_type']}={row['breakdown_code']}"
        told = explain(candidate, kpi, row["period"], row["area_code"], breakdown)
        assert told["kpi"]["definition_zh"], kpi
        assert told["kpi"]["terms"] or told["kpi"]["change_of"] or kpi in WITHOUT_ROWS, kpi
        counted = sum(one["rows_counted"] for one in told["figures"][0]["deliveries"])
        if row["value"] and not counted and kpi not in WITHOUT_ROWS:
            unexplained[kpi] = row["figure_key"]
    assert unexplained == {}


def test_what_is_suppressed_is_explained_without_its_size(candidate: Path) -> None:
    hidden = pl.read_parquet(candidate / HIDDEN_FILE)
    figures = pl.read_parquet(candidate / "figure.parquet").join(hidden, on="figure_key", how="semi")
    [row] = figures.filter(kpi_id="building_tax_total").head(1).to_dicts()
    breakdown = f"{row['breakdown_type']}={row['breakdown_code']}"
    [told] = explain(candidate, row["kpi_id"], row["period"], row["area_code"], breakdown)["figures"]
    assert {told[name] for name in ("value", "numerator", "denominator", "printed_zh", "printed_en")} == {None}
    assert told["note"].startswith("G-SDC")
    assert told["deliveries"]
    assert str(row["value"].normalize()) not in str(told)
