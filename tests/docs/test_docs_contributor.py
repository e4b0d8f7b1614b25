"""The contributor's guide: its two KPIs are added to a copy of the project as it says, and come out right."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from louyu_home import Louyu

from common.contracts import PROJECT
from warehouse.store import WAREHOUSE_FILE

GUIDE = (PROJECT / "docs" / "contributor.md").read_text(encoding="utf-8")
BUILT = ["kpi", "kpi_text", "kpi_term", "kpi_edge", "measure_grain", "msr_building", "agg_building", "measure_value",
         "kpi_period", "figure_cell", "figure_term", "fig_level", "fig_ratio", "figure_row", "figure"]  # fmt: skip


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{re.escape(language)}\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)


def edited(text: str, diff: str) -> str:
    """Apply the guide's diffs, which leave line numbers out: each added line follows the line before it."""
    for hunk in diff.split("@@\n")[1:]:
        before, added = hunk.splitlines()[:2]
        assert text.count(before[1:] + "\n") == 1, before
        text = text.replace(before[1:] + "\n", f"{before[1:]}\n{added[1:]}\n")
    return text


@pytest.fixture(scope="module")
def extended(quarter: Louyu, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The simulated quarter's warehouse, rebuilt where the guide's additions reach."""
    folder = tmp_path_factory.mktemp("contributed")
    project, warehouse = folder / "dbt", folder / WAREHOUSE_FILE
    shutil.copytree(PROJECT / "dbt", project, ignore=shutil.ignore_patterns("target", "logs"))
    shutil.copy(quarter.home.warehouse / WAREHOUSE_FILE, warehouse)
    for name in ("kpi.csv", "kpi_text.csv", "kpi_term.csv", "kpi_edge.csv"):
        with (project / "seeds" / "catalogue" / name).open("a", encoding="utf-8") as file:
            file.writelines(blocks(name))
    [diff] = blocks("diff")
    model = project / re.search(r"^\+\+\+ b/dbt/(\S+)$", diff, re.MULTILINE)[1]  # type: ignore[index]
    model.write_text(edited(model.read_text(encoding="utf-8"), diff), encoding="utf-8")
    subprocess.run(
        [Path(sys.executable).with_name("dbt"), "build", "--quiet", "--no-version-check",
         "--exclude-resource-type", "unit_test", "exposure", "--project-dir", project, "--profiles-dir", project,
         "--target-path", folder / "target", "--log-path", folder / "logs", "--select", *BUILT],
        check=True, env={**os.environ, "LOUYU_WAREHOUSE": str(warehouse), "DO_NOT_TRACK": "1"},
    )  # fmt: skip
    return warehouse


def test_a_kpi_of_measures_that_exist_is_catalogue_rows(extended: Path) -> None:
    with duckdb.connect(str(extended), read_only=True) as connection:
        found = connection.execute(
            "select area_type, value, numerator, denominator from figures.figure "
            "where kpi_id = 'stations_per_100_buildings' and period = '2023-09-30' order by area_type, area_code"
        ).fetchall()
    assert found[0][0] == "district"
    assert found[0][2:] == (6400, 278)
    assert [row[0] for row in found[1:]] == ["street"] * 9
    assert sum(row[2] for row in found[1:]) == 6400


def test_a_new_measure_is_one_column(extended: Path) -> None:
    with duckdb.connect(str(extended), read_only=True) as connection:
        [stated] = connection.execute(
            "select value from figures.figure where kpi_id = 'large_building_cnt' and period = '2023-09-30' "
            "and area_type = 'district' and breakdown_type = '_T'"
        ).fetchall()
        counted = connection.execute(
            "select count(*) from cut.cur_building where is_in_stat and gross_area_m2 >= 50000 "
            "and valid_from <= date '2023-09-30' and date '2023-09-30' < valid_to"
        ).fetchone()
    assert stated == counted
    assert stated[0] > 0
