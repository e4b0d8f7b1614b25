"""Fixtures: the dbt project as data, and an empty warehouse in which every relation exists.

A plugin and no conftest, which would hide the one that all tests share.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from made_once import once, shared

from warehouse.config import office_tables
from warehouse.store import WAREHOUSE_FILE
from warehouse.transform import build_words, manifest_json, run_dbt


@pytest.fixture(scope="session")
def project() -> dict[str, Any]:
    """The parsed project, as orchestration reads it."""
    return manifest_json()


@pytest.fixture(scope="session")
def models(project: dict[str, Any]) -> list[dict[str, Any]]:
    """The models of the project, by room and name."""
    found = [node for node in project["nodes"].values() if node["resource_type"] == "model"]
    return sorted(found, key=lambda node: (node["fqn"][1], node["name"]))


@pytest.fixture(scope="session")
def empty_warehouse(project: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse to which nothing was delivered, with all that is modelled; who writes into it takes a copy."""
    path = shared(tmp_path_factory) / "empty" / WAREHOUSE_FILE
    path.parent.mkdir(exist_ok=True)
    once(path.parent / "built", lambda: _built(path, project))
    return path


def _built(path: Path, project: dict[str, Any]) -> str:
    with duckdb.connect(str(path)) as connection:
        for schema, table, columns in _sources(project):
            connection.execute(f"create schema if not exists {schema}")
            stated = ", ".join(f'"{name}" {kind}' for name, kind in columns.items())
            connection.execute(f"create table {schema}.{table} ({stated})")
    built = run_dbt(build_words("test", is_known=False), path, path.parent / "target")
    broken = {result.unique_id: result.message for result in built if result.status != "success"}
    assert not broken
    return f"{len(built)} relations"


@pytest.fixture(scope="session")
def columns(empty_warehouse: Path) -> dict[str, dict[str, str]]:
    """Name and type of the columns of every relation, by ``schema.name``."""
    with duckdb.connect(str(empty_warehouse), read_only=True) as connection:
        rows = connection.execute(
            """select table_schema || '.' || table_name, column_name, data_type from information_schema.columns
            order by table_schema, table_name, ordinal_position"""
        ).fetchall()
    found: dict[str, dict[str, str]] = {}
    for relation, column, kind in rows:
        found.setdefault(relation, {})[column] = kind
    return found


def _sources(project: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, str]]]:
    for source in project["sources"].values():
        if source["source_name"] == "config":
            columns = dict.fromkeys(office_tables()[source["name"]], "varchar")
        else:
            columns = {column["name"]: column["data_type"] for column in source["columns"].values()}
        yield source["schema"], source["identifier"], columns
