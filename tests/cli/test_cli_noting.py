"""Explaining a figure at the command line: who, when, text and decomposition, bound to its value (SPEC 4.3)."""

import json
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from louyu_home import Louyu

from common.clock import now
from common.home import Home
from common.ledger import Ledger
from expectations.comparing import judge_comparisons
from expectations.explanations import EXPLANATION_FILE
from warehouse.config import explanations_at

KEY = "building_tax_total_yoy|district|110107|_T|_T|Q|2023-Q3|2022-Q3|"
OTHER = "building_cnt|district|110107|_T|_T|S|2023-09-30||"


@pytest.fixture(scope="module")
def desk(quarter: Louyu, tmp_path_factory: pytest.TempPathFactory) -> Louyu:
    """The judged quarter in a home of its own, its explanations taken away."""
    home = Home(tmp_path_factory.mktemp("noting") / "home")
    shutil.copytree(quarter.home.candidates, home.candidates)
    shutil.copytree(quarter.home.ledger, home.ledger)
    return Louyu(home)


def jumps(candidate: Path) -> list[str]:
    return [one.verdict for one in judge_comparisons(candidate) if one.figure_key == KEY and one.gate_id == "G-JUMP"]


def rows(desk: Louyu) -> list[dict[str, Any]]:
    # what is said twice in a second is known a second later
    known = explanations_at(Ledger(desk.home.ledger), now() + timedelta(minutes=1))
    return [row for row in known if row["figure_key"] == KEY and row["gate_id"] == "G-JUMP"]


def test_an_explanation_is_recorded_and_lets_the_figure_through(desk: Louyu) -> None:
    [candidate] = desk.home.candidates.iterdir()
    columns = pl.read_parquet(candidate / EXPLANATION_FILE).schema
    pl.DataFrame(schema=columns).write_parquet(candidate / EXPLANATION_FILE)
    assert jumps(candidate) == ["FAIL"]
    told = desk.json("release", "note", KEY, "--text", "上年退库", "--text-en", "refunds", "--gate", "G-JUMP")
    [row] = told["explanations"]
    assert (row["text_zh"], row["text_en"], row["value"]) == ("上年退库", "refunds", "0.81000000")
    assert row["explained_by"]
    assert row["explained_at"]
    assert "SAME=" in row["decomposition"]
    assert rows(desk) == [row]
    pl.DataFrame([row], schema=columns).write_parquet(candidate / EXPLANATION_FILE)
    assert jumps(candidate) == ["PASS"]


def test_what_was_said_is_kept_and_the_last_word_counts(desk: Louyu) -> None:
    for text in ("先说", "后说"):
        desk.call("release", "note", KEY, "--text", text)
    events = [event for event in Ledger(desk.home.ledger).events() if event.kind == "explanation"]
    assert {"先说", "后说"} <= {event.payload["text_zh"] for event in events}
    assert [row["text_zh"] for row in rows(desk)] == ["后说"]


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ((OTHER, "--text", "x"), "不需要说明"),
        ((KEY, "--text", "x", "--gate", "G-ENV"), "不接受说明"),
        ((KEY, "--text", "x", "--gate", "G-RATIO"), "不需要说明"),
        ((KEY, "--text", " "), "不能为空"),
        (("no such figure", "--text", "x"), "没有指标值"),
    ],
)
def test_what_nobody_asked_for_is_not_noted(desk: Louyu, words: tuple[str, ...], why: str) -> None:
    before = Ledger(desk.home.ledger).events()
    assert why in desk.call("release", "note", *words, code=1).stderr
    assert Ledger(desk.home.ledger).events() == before


def test_a_home_without_figures_has_nothing_to_explain(louyu: Louyu) -> None:
    assert "louyu run" in louyu.call("release", "note", KEY, "--text", "x", code=1).stderr


def test_the_sample_explains_every_figure_of_the_district_that_asks_for_it(quarter: Louyu) -> None:
    [candidate] = quarter.home.candidates.iterdir()
    verdicts = pl.read_parquet(candidate / "verdicts.parquet").filter(
        pl.col("figure_key") != "*", pl.col("gate_id") != "G-SDC", severity="ERROR"
    )
    failed = verdicts.filter(verdict="FAIL")
    assert failed.select("gate_id", "figure_key").rows() == [
        ("G-DEF", "listed_tier1_cnt|district|110107|_T|_T|S|2023-09-30||")
    ]
    explained = verdicts.filter(verdict="PASS")
    assert {"G-JUMP", "G-RATIO"} == set(explained["gate_id"])
    assert all(json.loads(told)["explained"]["text_zh"] for told in explained["evidence"])
