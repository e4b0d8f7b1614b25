"""Gates fail closed: what did not pass, did not run or crashed stops or withholds (DESIGN 2.8)."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from louyu_home import Louyu

from expectations.suite import judge_figures
from expectations.verdicts import WHOLE, Result, Verdict, from_tests, merged, read_verdicts, write_verdicts


def dbt_test(status: str, gate: str = "G-CONS") -> dict[str, Any]:
    return {"name": "a_test", "status": status, "failures": 1, "message": "m", "gate": gate}


@pytest.mark.parametrize(
    ("statuses", "verdict"),
    [
        (["pass"], "PASS"),
        (["pass", "warn"], "PASS"),
        (["pass", "fail"], "FAIL"),
        (["fail", "error"], "ERROR"),
        (["skipped"], "ERROR"),
    ],
)
def test_dbt_tests_speak_for_their_gate(statuses: list[str], verdict: str) -> None:
    [said] = from_tests([dbt_test(status) for status in statuses], ["G-CONS"])
    assert (said.gate_id, said.figure_key, said.verdict) == ("G-CONS", WHOLE, verdict)


def test_a_gate_without_a_test_that_ran_says_nothing() -> None:
    assert from_tests([dbt_test("pass", gate="G-KEYS")], ["G-CONS"]) == []


def test_the_worst_word_on_the_whole_is_kept_and_every_word_on_a_figure() -> None:
    def said(verdict: Result, key: str = WHOLE) -> Verdict:
        return Verdict("G-CONS", key, verdict, "ERROR", "{}")

    kept = merged([said("PASS"), said("ERROR"), said("FAIL"), said("FAIL", "a"), said("FAIL", "b")])
    assert [(verdict.figure_key, verdict.verdict) for verdict in kept] == [
        (WHOLE, "ERROR"), ("a", "FAIL"), ("b", "FAIL"),
    ]  # fmt: skip


def test_verdicts_name_the_candidate_they_are_about(tmp_path: Path) -> None:
    write_verdicts(tmp_path, "abc", [Verdict("G-DEF", WHOLE, "PASS", "ERROR", "{}")])
    assert read_verdicts(tmp_path)["candidate_hash"].to_list() == ["abc"]
    assert read_verdicts(tmp_path / "nowhere").is_empty()


@pytest.fixture(scope="module")
def spoilt(quarter: Louyu, tmp_path_factory: pytest.TempPathFactory) -> tuple[pl.DataFrame, dict[str, str]]:
    """A copy of the quarter's candidate with one figure spoilt for each gate, and the gates' words on it."""
    [candidate] = quarter.home.candidates.iterdir()
    copy = tmp_path_factory.mktemp("spoilt") / "candidate"
    shutil.copytree(candidate, copy)
    figures = pl.read_parquet(copy / "figure.parquet")
    keys = {gate: figures.filter(chosen)["figure_key"][0] for gate, (chosen, _) in SPOILT.items()}
    for gate, (_, changed) in SPOILT.items():
        mine = pl.col("figure_key") == keys[gate]
        figures = figures.with_columns(
            pl.when(mine).then(pl.lit(value, figures.schema[name])).otherwise(name).alias(name)
            for name, value in changed.items()
        )
    figures.write_parquet(copy / "figure.parquet")
    verdicts = [(said.gate_id, said.figure_key, said.verdict) for said in judge_figures(copy)]
    return pl.DataFrame(verdicts, schema=["gate_id", "figure_key", "verdict"], orient="row"), keys


def _district(kpi: str, period: str) -> pl.Expr:
    return (
        (pl.col("kpi_id") == kpi)
        & (pl.col("period") == period)
        & (pl.col("area_type") == "district")
        & (pl.col("breakdown_type") == "_T")
    )


SPOILT: dict[str, tuple[pl.Expr, dict[str, Any]]] = {
    "G-WORD": (_district("building_cnt", "2023-09-30"), {"printed_zh": "280余座"}),
    "G-PERIOD": (_district("need_cnt", "CUM2023-09"), {"period": "九月"}),
    "G-FRESH": (_district("activity_cnt", "CUM2023-09"), {"missing_feeds": "A01"}),
    "G-CONS": (_district("troika_coverage_rate", "2023-09-30"), {"value": "1.5"}),
    "G-DEF": (_district("resource_cnt", "CUM2023-09"), {"unit": None}),
}


@pytest.mark.parametrize("gate", SPOILT)
def test_a_spoilt_figure_is_withheld_by_its_gate(spoilt: tuple[pl.DataFrame, dict[str, str]], gate: str) -> None:
    verdicts, keys = spoilt
    assert verdicts.filter(gate_id=gate, figure_key=keys[gate])["verdict"].to_list() == ["FAIL"]


def test_a_figure_s_failure_is_no_failure_of_the_whole(spoilt: tuple[pl.DataFrame, dict[str, str]]) -> None:
    verdicts, _ = spoilt
    assert set(verdicts.filter(figure_key=WHOLE)["verdict"]) == {"PASS"}


@pytest.mark.parametrize("break_it", [lambda frame: frame.drop("unit"), lambda frame: frame.drop("window_end_on")])
def test_a_check_that_crashes_stops_the_whole(
    quarter: Louyu, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, break_it: Callable[[Any], pl.DataFrame]
) -> None:
    from expectations import suite

    [candidate] = quarter.home.candidates.iterdir()
    whole = pl.from_pandas(suite.figure_frame(candidate).head(50))
    monkeypatch.setattr(suite, "figure_frame", lambda _: break_it(whole).to_pandas())
    crashed = [said for said in judge_figures(candidate) if said.verdict == "ERROR"]
    assert {said.gate_id for said in crashed} <= {"G-DEF", "G-PERIOD"}
    assert crashed
    assert all(said.figure_key == WHOLE and json.loads(said.evidence)["error"] for said in crashed)
