"""The grammar of models (DESIGN 3 and 5): names say units, rooms read in one direction, columns are listed."""

import re
from typing import Any

import pytest

from warehouse.inputs import LEDGER as LEDGER_MODELS

pytest_plugins = ["dbt_project"]

Node = dict[str, Any]
Columns = dict[str, dict[str, str]]

ROOMS = ["staging", "core", "cut", "notes", "measures", "aggregates", "figures", "internal_marts"]
NAMES = {"staging": "stg_", "core": "(dim|fct|bridge|link|dlv)_", "cut": "cur_", "measures": "msr_"}

WHOLE, EXACT = "BIGINT|HUGEINT|INTEGER", r"DECIMAL\(\d+,\d+\)"
ENDINGS = [
    ("_yuan", r"DECIMAL\(\d+,2\)"), ("_fen", WHOLE), ("_m2", EXACT), ("_rate", EXACT), ("_cnt", WHOLE),
    ("_at", "TIMESTAMP"), ("_on", "DATE"),
]  # fmt: skip
BOUNDS = ("_from", "_to")
"""Both ends of an interval, days or moments."""
FIXED = {("staging.stg_ops__run_context", "as_of")}
"""Names that SPEC fixes."""

STAR = re.compile(r"\bselect\s+(distinct\s+)?(\w+\.)?\*", re.IGNORECASE)


@pytest.fixture(scope="session")
def modelled(columns: Columns, models: list[Node]) -> list[tuple[str, str, str]]:
    """Model, column and type of every column of every model."""
    relations = [f"{model['schema']}.{model['name']}" for model in models]
    return [(relation, name, kind) for relation in relations for name, kind in columns[relation].items()]


@pytest.mark.parametrize(("ending", "kinds"), ENDINGS)
def test_an_ending_says_the_unit(modelled: list[tuple[str, str, str]], ending: str, kinds: str) -> None:
    wrong = [(model, name, kind) for model, name, kind in modelled
             if name.endswith(ending) and not re.fullmatch(kinds, kind)]  # fmt: skip
    assert wrong == []


def test_days_and_moments_say_which_they_are(modelled: list[tuple[str, str, str]]) -> None:
    ending = {"DATE": "_on", "TIMESTAMP": "_at", "TIMESTAMP WITH TIME ZONE": "_at"}
    dated = [(model, name, ending[kind]) for model, name, kind in modelled if kind in ending]
    wrong = {(model, name) for model, name, due in dated if not name.endswith((due, *BOUNDS))}
    assert wrong == FIXED


def test_a_boolean_is_asked_as_a_question_and_nothing_else_is(modelled: list[tuple[str, str, str]]) -> None:
    wrong = [(model, name) for model, name, kind in modelled if name.startswith(("is_", "has_")) != (kind == "BOOLEAN")]
    assert wrong == []


def test_no_figure_is_a_binary_fraction(modelled: list[tuple[str, str, str]]) -> None:
    assert [(model, name) for model, name, kind in modelled if kind in ("DOUBLE", "FLOAT")] == []


def test_names_are_lower_case_words(modelled: list[tuple[str, str, str]]) -> None:
    word = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
    assert [(model, name) for model, name, _ in modelled if not word.fullmatch(name)] == []


def test_a_model_is_named_after_its_room(models: list[Node]) -> None:
    assert {model["fqn"][1] for model in models} == set(ROOMS)
    wrong = [model["name"] for model in models if not re.match(NAMES.get(model["fqn"][1], ""), model["name"])]
    assert wrong == []


def test_only_staging_reads_sources(models: list[Node]) -> None:
    wrong = [model["name"] for model in models if model["fqn"][1] != "staging" and model["sources"]]
    assert wrong == []


def test_a_staging_model_reads_one_source(models: list[Node]) -> None:
    staging = [model for model in models if model["fqn"][1] == "staging"]
    read = {model["name"]: {tuple(source) for source in model["sources"]} for model in staging}
    assert {name: sources for name, sources in read.items() if len(sources) != 1} == {}


def test_a_room_reads_itself_and_the_rooms_before_it(project: Node, models: list[Node]) -> None:
    room = {model["unique_id"]: ROOMS.index(model["fqn"][1]) for model in models}
    backward = [
        (model["name"], parent) for model in models for parent in project["parent_map"][model["unique_id"]]
        if room.get(parent, 0) > room[model["unique_id"]]
    ]  # fmt: skip
    assert backward == []


def test_what_was_known_when_is_no_matter_downstream_of_the_cut(models: list[Node], columns: Columns) -> None:
    after = [model for model in models if ROOMS.index(model["fqn"][1]) > ROOMS.index("cut")]
    assert [model["name"] for model in after if "known_" in model["raw_code"]] == []
    at_cut = [f"cut.{model['name']}" for model in models if model["fqn"][1] == "cut"]
    assert [(model, name) for model in at_cut for name in columns[model] if name.startswith("known_")] == []


LEDGER = "|".join(LEDGER_MODELS)


def test_the_moment_of_the_cut_chooses_among_deliveries_and_does_nothing_else(
    project: Node, models: list[Node]
) -> None:
    # a build leaves tables alone that were made at an earlier moment from the same deliveries (warehouse/inputs.py)
    moment = r"\{\{ run_context\('known_at'\) \}\}"
    choosing = re.compile(rf"known_(at|from) <= {moment}|{moment} < (\w+\.)?known_to")
    own = [macro["macro_sql"] for key, macro in project["macros"].items() if key.startswith("macro.louyu.")]
    texts = [choosing.sub("", text) for text in [model["raw_code"] for model in models] + own]
    asked = {name for text in texts for name in re.findall(r"run_context\('(\w+)'\)", text)}
    assert asked == {"as_of", "district_code"}
    assert sum("stg_ops__run_context" in text for text in texts) == 1, "the macro alone reads the run's row"


def test_a_fact_meets_the_ledger_over_the_delivery_of_its_own_rows(models: list[Node]) -> None:
    met = re.compile(
        rf"join \{{\{{ ref\('({LEDGER})'\) \}}\}} as (\w+) on \2\.delivery_id = \w+\.delivery_id"
        rf"|with (\w+) as \(\s+select delivery_id, [^()]*\([^()]*\) as \w+\s+from \{{\{{ ref\('({LEDGER})'\) \}}\}}"
        r"\s+group by delivery_id\s+\)[\s\S]*join \3 on \3\.delivery_id = \w+\.delivery_id"
    )
    facts = [model for model in models if model["name"].startswith("fct_")]
    assert any(met.search(model["raw_code"]) for model in facts)
    assert [
        model["name"] for model in facts if re.search(rf"ref\('({LEDGER})'\)", met.sub("", model["raw_code"]))
    ] == []


def test_only_the_macros_of_the_cut_read_the_ledger(project: Node) -> None:
    own = [macro for key, macro in project["macros"].items() if key.startswith("macro.louyu.")]
    reading = {macro["name"] for macro in own if re.search(rf"ref\('({LEDGER})'\)", macro["macro_sql"])}
    assert reading == {"at_cut", "newest_at_cut", "snapshot_intervals"}


def test_a_model_lists_the_columns_that_it_gives(models: list[Node]) -> None:
    """A star may stand within a CTE, whose columns the last select lists; staging lists them in its CTE `renamed`."""
    wrong = [model["name"] for model in models if STAR.search(_last_select(model))]
    assert wrong == []


def _last_select(model: Node) -> str:
    code = str(model["raw_code"])
    last = re.split(r"^\)$", code, flags=re.MULTILINE)[-1]
    return code.split("renamed as (")[-1].removesuffix(last) if last.strip() == "select * from renamed" else last
