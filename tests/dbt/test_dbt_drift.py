"""One contract yields the dbt source, the landed columns, the staging model and the Dagster asset; none may drift."""

import re
from pathlib import Path
from typing import Any

import duckdb
import pytest

from common.contracts import Feed, feeds
from dagster_project.dbt import translator
from dagster_project.feeds import feed_assets, feed_key
from warehouse.config import office_tables
from warehouse.sources import LANDING_SOURCES, write_landing_sources
from warehouse.store import WAREHOUSE_FILE

pytest_plugins = ["dbt_project"]

Node = dict[str, Any]

each_feed = pytest.mark.parametrize("feed", feeds().values(), ids=list(feeds()))


def test_the_landing_sources_are_what_the_contracts_give(tmp_path: Path) -> None:
    written = tmp_path / "_landing.yml"
    write_landing_sources(written)
    assert written.read_text(encoding="utf-8") == LANDING_SOURCES.read_text(encoding="utf-8"), "run `make contracts`"


def test_the_offices_tables_are_sources_and_seeds_of_the_same_columns(project: Node) -> None:
    sources = {node["name"] for node in project["sources"].values() if node["source_name"] == "config"}
    seeds = {node["name"] for node in project["nodes"].values() if node["resource_type"] == "seed"}
    assert sources == set(office_tables())
    assert set(office_tables()) <= seeds


@each_feed
def test_one_staging_model_reads_the_rows_of_a_feed(models: list[Node], feed: Feed) -> None:
    assert _readers(models, feed) == [f"stg_{feed.id.lower()}__{_readers(models, feed)[0].split('__')[1]}"]


@each_feed
def test_staging_reads_what_the_contract_identifies_and_dates_rows_by(models: list[Node], feed: Feed) -> None:
    dated = [feed.period, feed.version_order, feed.event_date, feed.end, feed.start.column if feed.start else None]
    named = {*feed.key, *feed.scope, *(name for name in dated if name)}
    [code] = [str(model["raw_code"]) for model in models if model["name"] == _readers(models, feed)[0]]
    assert {name for name in named if not re.search(rf"\b{name}\b", code)} == set()


@each_feed
def test_a_column_that_keeps_its_name_keeps_its_type(
    project: Node, models: list[Node], columns: dict[str, dict[str, str]], feed: Feed
) -> None:
    declared = _declared(project, "landing", feed.id.lower())
    given = columns[f"staging.{_readers(models, feed)[0]}"]
    kept = {name: kind for name, kind in given.items() if name in declared}
    assert kept == {name: declared[name] for name in kept}
    assert kept


@each_feed
def test_the_asset_of_a_feed_says_what_its_contract_says(project: Node, feed: Feed) -> None:
    spec = feed_assets().get_asset_spec(feed_key(feed.id))
    assert spec.key == translator().get_asset_key(_source(project, "landing", feed.id.lower()))
    assert (spec.metadata["kind"], spec.metadata["cadence"]) == (feed.kind, feed.cadence)
    assert spec.metadata["owner"] == f"{feed.owner.zh} / {feed.owner.en}"
    assert {feed.name.zh, feed.name.en, feed.description.zh, feed.description.en} <= set(
        re.split(r" / |\n\n", spec.description or "")
    )


def test_a_warehouse_holds_its_sources_as_they_are_declared(project: Node, quarter: Any) -> None:
    with duckdb.connect(str(quarter.home.warehouse / WAREHOUSE_FILE), read_only=True) as connection:
        rows = connection.execute(
            "select table_schema, table_name, column_name, data_type from information_schema.columns"
        ).fetchall()
    held: dict[tuple[str, str], dict[str, str]] = {}
    for schema, table, name, kind in rows:
        held.setdefault((schema, table), {})[name] = kind
    stated = [(node["source_name"], node["name"]) for node in project["sources"].values()]
    declared = {key: _declared(project, *key) for key in stated}
    assert {key: held.get(key) for key in stated if held.get(key) != declared[key]} == {}


def _readers(models: list[Node], feed: Feed) -> list[str]:
    return [model["name"] for model in models if ["landing", feed.id.lower()] in model["sources"]]


def _source(project: Node, source: str, name: str) -> Node:
    return next(node for node in project["sources"].values() if (node["source_name"], node["name"]) == (source, name))


def _declared(project: Node, source: str, name: str) -> dict[str, str]:
    if source == "config":
        return dict.fromkeys(office_tables()[name], "VARCHAR")
    columns = _source(project, source, name)["columns"].values()
    return {column["name"]: column["data_type"].upper() for column in columns}
