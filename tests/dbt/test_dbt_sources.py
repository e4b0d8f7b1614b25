"""What dbt itself offers over the sources: freshness by the delivery calendar, and its pages without a network."""

import csv
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from louyu_home import Louyu

from common.contracts import PROJECT
from warehouse.store import WAREHOUSE_FILE
from warehouse.transform import run_dbt

pytest_plugins = ["dbt_project"]

CALENDAR = PROJECT / "dbt" / "seeds" / "office" / "delivery_calendar.csv"


def due_feeds() -> set[str]:
    with CALENDAR.open(encoding="utf-8") as file:
        return {row["feed"].lower() for row in csv.DictReader(file) if row["due"]}


def test_a_feed_that_is_due_has_a_freshness_and_another_has_none(project: dict[str, Any]) -> None:
    landed = {node["name"]: node for node in project["sources"].values() if node["source_name"] == "landing"}
    timed = {name for name, node in landed.items() if (node["freshness"] or {}).get("warn_after", {}).get("count")}
    assert timed == due_feeds() & set(landed)


def test_freshness_is_asked_of_the_newest_delivery(quarter: Louyu, tmp_path: Path) -> None:
    warehouse = tmp_path / WAREHOUSE_FILE
    shutil.copy(quarter.home.warehouse / WAREHOUSE_FILE, warehouse)
    found = run_dbt(["source", "freshness"], warehouse, tmp_path / "target")
    # the simulated deliveries are of years ago
    assert {result.status for result in found} == {"warn"}
    assert {result.unique_id.rsplit(".", 1)[1] for result in found} == due_feeds()


def test_dbts_pages_are_made_without_a_network(empty_warehouse: Path, tmp_path: Path) -> None:
    warehouse = tmp_path / WAREHOUSE_FILE
    shutil.copy(empty_warehouse, warehouse)
    away = {"HTTP_PROXY": "http://127.0.0.1:9", "HTTPS_PROXY": "http://127.0.0.1:9"}
    subprocess.run(
        [Path(sys.executable).with_name("dbt"), "docs", "generate", "--static", "--no-version-check", "--quiet",
         "--project-dir", "dbt", "--profiles-dir", "dbt", "--target-path", tmp_path, "--log-path", tmp_path / "logs"],
        cwd=PROJECT, check=True, env={**os.environ, **away, "LOUYU_WAREHOUSE": str(warehouse), "DO_NOT_TRACK": "1"},
    )  # fmt: skip
    assert "cur_tax_allocation" in (tmp_path / "static_index.html").read_text(encoding="utf-8")
