"""The hard arithmetic: every dbt unit test, in one dbt invocation on a warehouse without rows."""

from pathlib import Path

from warehouse.transform import run_dbt

pytest_plugins = ["dbt_project"]


def test_the_hard_arithmetic_holds(empty_warehouse: Path) -> None:
    results = run_dbt(["test", "--select", "test_type:unit"], empty_warehouse, empty_warehouse.parent / "target")
    failed = {result.unique_id: result.message for result in results if result.status != "pass"}
    assert not failed, "\n\n".join(f"{name}\n{message}" for name, message in failed.items())
    assert results
