"""What every model says of itself, and which rules hold for its rows."""

from typing import Any

pytest_plugins = ["dbt_project"]

Node = dict[str, Any]

RULED_ROOMS = {"core", "cut", "measures", "aggregates", "figures", "internal_marts"}
READ_BY_CONSUMERS = {"figure", "figure_source", "dim_area", "dlv_scope"}


def test_every_model_says_what_one_row_is(models: list[Node]) -> None:
    assert [model["name"] for model in models if not model["description"].startswith("One row")] == []


def test_every_stored_model_has_row_rules_or_names_where_they_are_held(project: Node, models: list[Node]) -> None:
    ruled = _ruled(project)
    without = [
        model["name"] for model in models
        if model["fqn"][1] in RULED_ROOMS and model["unique_id"] not in ruled and "ruled_in" not in _meta(model)
    ]  # fmt: skip
    assert without == []


def test_rules_held_elsewhere_are_held_downstream_by_a_model_that_has_them(project: Node, models: list[Node]) -> None:
    ruled, by_name = _ruled(project), {model["name"]: model["unique_id"] for model in models}
    astray = []
    for model in models:
        holder = by_name.get(_meta(model).get("ruled_in", ""))
        if "ruled_in" in _meta(model) and (holder not in ruled or holder not in _downstream(project, model)):
            astray.append(model["name"])
    assert astray == []


def test_a_rule_that_fails_speaks_at_a_gate_or_only_warns(project: Node) -> None:
    tests = [node for node in project["nodes"].values() if node["resource_type"] == "test"]
    silent = [test["name"] for test in tests if "gate" not in _meta(test) and test["config"]["severity"] != "warn"]
    assert silent == []


def test_what_consumers_read_has_an_enforced_contract(models: list[Node]) -> None:
    read = [model for model in models if model["name"] in READ_BY_CONSUMERS or model["fqn"][1] == "internal_marts"]
    assert len(read) > len(READ_BY_CONSUMERS)
    assert [model["name"] for model in read if not model["config"]["contract"]["enforced"]] == []


def test_a_contract_describes_every_column(models: list[Node]) -> None:
    promised = [model for model in models if model["config"]["contract"]["enforced"]]
    bare = [
        (model["name"], column["name"]) for model in promised for column in model["columns"].values()
        if not column["description"] or not column["data_type"]
    ]  # fmt: skip
    assert bare == []


def test_an_internal_mart_names_its_audience_and_the_class_of_every_column(models: list[Node]) -> None:
    marts = [model for model in models if model["fqn"][1] == "internal_marts"]
    assert [model["name"] for model in marts if _meta(model).get("audience") not in ("OFFICE", "TAX")] == []
    classes = {column["config"]["meta"].get("class") for model in marts for column in model["columns"].values()}
    assert classes <= {"S1", "S2", "S3"}


def test_every_unit_test_says_in_one_sentence_what_case_it_holds(project: Node) -> None:
    tests = project["unit_tests"].values()
    unsaid = [test["name"] for test in tests if not (test["description"] or "").strip().endswith(".")]
    assert unsaid == []


def _meta(node: Node) -> Node:
    return dict(node["config"]["meta"] or {})


def _ruled(project: Node) -> set[str]:
    """The models that a row_rules test is attached to."""
    tests = (node for node in project["nodes"].values() if node["resource_type"] == "test")
    named = ((test.get("attached_node"), (test.get("test_metadata") or {}).get("name")) for test in tests)
    return {str(model) for model, name in named if name == "row_rules"}


def _downstream(project: Node, model: Node) -> set[str]:
    children: dict[str, list[str]] = project["child_map"]
    found: set[str] = set()
    frontier = [model["unique_id"]]
    while frontier:
        fresh = [child for node in frontier for child in children[node] if child not in found]
        found.update(fresh)
        frontier = fresh
    return found


def test_what_consumers_read_is_public_and_what_a_figure_is_made_of_is_private(project: Node) -> None:
    access = {node["name"]: node["config"]["access"] for node in project["nodes"].values()
              if node["resource_type"] == "model"}  # fmt: skip
    read = {name for exposure in project["exposures"].values() for name in _refs(exposure)}
    assert {name for name in read if access[name] != "public"} == set()
    assert {name for name, kind in access.items() if name.startswith("fig_") and kind != "private"} == set()


def test_every_mart_has_a_reader(project: Node, models: list[Node]) -> None:
    read = {name for exposure in project["exposures"].values() for name in _refs(exposure)}
    assert [
        model["name"] for model in models if model["fqn"][1] == "internal_marts" and model["name"] not in read
    ] == []


def _refs(exposure: Node) -> set[str]:
    return {str(ref["name"]) for ref in exposure["refs"]}
