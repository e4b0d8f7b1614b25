"""What an operator finds in Dagster: feeds, owners, words, checks, and lineage from delivery to release."""

from typing import Any

import dagster as dg
import polars as pl
import pytest

from common.contracts import feeds
from dagster_project.definitions import build_definitions
from dagster_project.feeds import LANDING, feed_key
from dagster_project.jobs import EVERYTHING, REBUILD
from dagster_project.months import SCOPE
from dagster_project.publication import CANDIDATE, RELEASE, check_name, gate_result
from dagster_project.run import STRUCTURAL_GATES
from dagster_project.warehouse import SOURCES
from warehouse.transform import DBT_PROJECT


@pytest.fixture(scope="module")
def definitions() -> dg.Definitions:
    return build_definitions()


@pytest.fixture(scope="module")
def graph(definitions: dg.Definitions) -> Any:
    return definitions.resolve_asset_graph()


def test_the_definitions_load(definitions: dg.Definitions) -> None:
    dg.Definitions.validate_loadable(definitions)


def test_each_feed_is_one_unpartitioned_asset(graph: Any) -> None:
    for feed in feeds():
        assert graph.get(feed_key(feed)).parent_keys == {LANDING}
        assert not graph.get(feed_key(feed)).is_partitioned


def test_everything_has_an_owner_a_group_and_a_description(graph: Any) -> None:
    for key in graph.materializable_asset_keys:
        node = graph.get(key)
        assert node.owners, key
        assert node.group_name != "default", key
        assert node.description, key


def test_lineage_runs_from_every_feed_to_the_release(graph: Any) -> None:
    above = graph.get_ancestor_asset_keys(RELEASE)
    assert {LANDING, CANDIDATE, *(feed_key(feed) for feed in feeds())} <= above


def test_one_job_makes_everything_and_another_asks_for_months_before(definitions: dg.Definitions, graph: Any) -> None:
    made = {
        name: set(definitions.resolve_job_def(name).asset_layer.executable_asset_keys) for name in (EVERYTHING, REBUILD)
    }
    assert made[REBUILD] == set(graph.materializable_asset_keys)
    assert made[EVERYTHING] == made[REBUILD] - {SCOPE}
    assert SCOPE in graph.get(SOURCES).parent_keys


def test_every_gate_of_the_catalogue_is_a_check_on_the_candidate(graph: Any) -> None:
    gates = pl.read_csv(DBT_PROJECT / "seeds" / "catalogue" / "gate.csv")["gate_id"]
    shown = {key.name for key in graph.asset_check_keys if key.asset_key == CANDIDATE}
    assert shown == {check_name(gate) for gate in gates}
    figures = {"G-DEF", "G-PERIOD", "G-FRESH", "G-CONS", "G-DEDUP", "G-COVER", "G-WINDOW", "G-WORD", "G-ENV", "G-UNIT"}
    assert figures | {"G-JUMP", "G-RATIO", "G-NORM", "G-CLAIM", "G-SDC", "G-PII"} <= set(gates)
    assert set(STRUCTURAL_GATES) <= set(gates)


def test_a_resource_can_be_replaced() -> None:
    other = dg.ResourceDefinition.hardcoded_resource("another run")
    assert build_definitions({"run": other}).resources == {"run": other}


@pytest.mark.parametrize(
    ("said", "passed", "severity"),
    [
        ([("*", "PASS")], True, dg.AssetCheckSeverity.WARN),
        ([("*", "PASS"), ("a figure", "FAIL")], False, dg.AssetCheckSeverity.WARN),
        ([("*", "FAIL")], False, dg.AssetCheckSeverity.ERROR),
        ([("*", "ERROR")], False, dg.AssetCheckSeverity.ERROR),
        ([], False, dg.AssetCheckSeverity.ERROR),
    ],
)
def test_a_check_shows_its_gate_s_verdicts_and_silence_is_failure(
    said: list[tuple[str, str]], passed: bool, severity: dg.AssetCheckSeverity
) -> None:
    shown = gate_result("G-WORD", _verdicts(*((*one, "ERROR") for one in said)))
    assert (shown.passed, shown.severity) == (passed, severity)


def test_a_check_tells_figures_withheld_from_warnings() -> None:
    shown = gate_result(
        "G-JUMP", _verdicts(("*", "PASS", "ERROR"), ("district", "FAIL", "ERROR"), ("street", "FAIL", "WARN"))
    )
    assert [shown.metadata[name].value for name in ("figures_withheld", "warnings")] == [1, 1]


def _verdicts(*said: tuple[str, str, str]) -> pl.DataFrame:
    return pl.DataFrame(said, schema=dict.fromkeys(("figure_key", "verdict", "severity"), pl.String), orient="row")
