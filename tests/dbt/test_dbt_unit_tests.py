"""The hard arithmetic: every dbt unit test, in one dbt invocation on a warehouse without rows."""

import shutil
from pathlib import Path

from warehouse.store import WAREHOUSE_FILE
from warehouse.transform import run_dbt

pytest_plugins = ["dbt_project"]


def test_the_hard_arithmetic_holds(empty_warehouse: Path, tmp_path: Path) -> None:
    warehouse = tmp_path / WAREHOUSE_FILE
    shutil.copy(empty_warehouse, warehouse)
    results = run_dbt(["test", "--select", "test_type:unit"], warehouse, tmp_path / "target")
    failed = {result.unique_id: result.message for result in results if result.status != "pass"}
    assert not failed, "\n\n".join(f"{name}\n{message}" for name, message in failed.items())
    assert results
