"""What may be shown: a gate that is silent stops everything, a withheld figure takes its descendants with it."""

import shutil
from pathlib import Path

import polars as pl
import pytest
from louyu_home import Louyu

from common.messages import LouyuError
from publish.plan import blocking, plan, public_figures
from publish.protection.protecting import HIDDEN_FILE

GATES = pl.DataFrame({"gate_id": ["G-CONS", "G-DEF"]})


def verdicts(*said: tuple[str, str, str]) -> pl.DataFrame:
    return pl.DataFrame(said, schema=["gate_id", "figure_key", "verdict"], orient="row")


@pytest.mark.parametrize(
    ("said", "blocked"),
    [
        ([("G-CONS", "*", "PASS"), ("G-DEF", "*", "PASS")], ()),
        ([("G-CONS", "*", "PASS"), ("G-DEF", "*", "PASS"), ("G-DEF", "some figure", "FAIL")], ()),
        ([("G-CONS", "*", "FAIL"), ("G-DEF", "*", "PASS")], ("G-CONS: FAIL",)),
        ([("G-CONS", "*", "PASS"), ("G-DEF", "*", "ERROR")], ("G-DEF: ERROR",)),
        ([("G-CONS", "*", "PASS")], ("G-DEF: MISSING",)),
        ([], ("G-CONS: MISSING", "G-DEF: MISSING")),
    ],
)
def test_only_a_gate_that_passed_lets_through(said: list[tuple[str, str, str]], blocked: tuple[str, ...]) -> None:
    assert blocking(GATES, verdicts(*said)) == blocked


@pytest.fixture
def candidate(quarter: Louyu, tmp_path: Path) -> Path:
    [made] = quarter.home.candidates.iterdir()
    copy = tmp_path / "candidate"
    shutil.copytree(made, copy)
    return copy


def fail(candidate: Path, gate: str, **figure: str) -> None:
    """Let a gate refuse one district figure of a candidate."""
    figures = pl.read_parquet(candidate / "figure.parquet")
    key = figures.filter(area_type="district", breakdown_type="_T", **figure)["figure_key"].item()
    said = pl.read_parquet(candidate / "verdicts.parquet")
    refused = said.head(1).with_columns(
        pl.lit(gate).alias("gate_id"), pl.lit(key).alias("figure_key"), pl.lit("FAIL").alias("verdict")
    )
    pl.concat([said, refused]).write_parquet(candidate / "verdicts.parquet")


def shown(candidate: Path) -> pl.DataFrame:
    return public_figures(plan(candidate), candidate, "R", pl.DataFrame()).filter(
        area_type="district", breakdown_type="_T"
    )


def test_a_withheld_figure_takes_what_is_derived_from_it_and_nothing_else(candidate: Path) -> None:
    before = shown(candidate)
    fail(candidate, "G-CONS", kpi_id="building_tax_district", period="2022-Q3")
    after = shown(candidate)
    key = ["kpi_id", "period", "base_period"]
    lost = before.filter(pl.col("value").is_not_null()).join(
        after.filter(pl.col("value").is_null()), on=key, how="semi", nulls_equal=True
    )
    assert {("building_tax_district", "2022-Q3"), ("building_tax_district_yoy", "2023-Q3")} <= set(
        lost.select("kpi_id", "period").iter_rows()
    )
    derived = {"building_tax_district_yoy", "district_retained_share", "district_tax_per_sqm", "tax_share_of_budget"}
    assert set(lost["kpi_id"]) <= {"building_tax_district", *derived}
    assert not lost.filter(kpi_id="building_tax_district", period="2023-Q3").height


def test_a_withheld_figure_shows_nothing_but_its_gate_and_reason(candidate: Path) -> None:
    fail(candidate, "G-WORD", kpi_id="need_cnt", period="CUM2023-09")
    [row] = shown(candidate).filter(kpi_id="need_cnt", period="CUM2023-09").to_dicts()
    empty = ("value", "numerator", "denominator", "printed_zh", "printed_en")
    assert [row[name] for name in empty] == [None] * len(empty)
    assert (row["obs_status"], row["conf_status"]) == ("M", "N")
    assert row["note"].startswith("G-WORD")


def test_a_warning_withholds_nothing(candidate: Path) -> None:
    before = shown(candidate)
    fail(candidate, "G-JUMP", kpi_id="need_cnt", period="CUM2023-09")
    said = pl.read_parquet(candidate / "verdicts.parquet")
    is_mine = (pl.col("gate_id") == "G-JUMP") & pl.col("figure_key").str.starts_with("need_cnt|")
    warned = pl.when(is_mine).then(pl.lit("WARN")).otherwise("severity").alias("severity")
    said.with_columns(warned).write_parquet(candidate / "verdicts.parquet")
    assert shown(candidate).equals(before)


def suppress(candidate: Path, **figure: str) -> None:
    """Let disclosure control suppress one district figure more."""
    figures = pl.read_parquet(candidate / "figure.parquet")
    key = figures.filter(area_type="district", breakdown_type="_T", **figure)["figure_key"].item()
    hidden = pl.read_parquet(candidate / HIDDEN_FILE)
    more = pl.DataFrame([(key, "secondary", "")], schema=hidden.schema, orient="row")
    pl.concat([hidden, more]).write_parquet(candidate / HIDDEN_FILE)


def test_a_suppressed_figure_is_confidential_and_its_note_tells_nothing_of_its_size(candidate: Path) -> None:
    suppress(candidate, kpi_id="building_ticket_cnt", period="HM2023-05")
    figures = pl.read_parquet(candidate / "figure.parquet")
    noted = pl.when(kpi_id="building_ticket_cnt", period="HM2023-05").then(pl.lit("2件 / 2 tickets")).otherwise("note")
    figures.with_columns(noted.alias("note")).write_parquet(candidate / "figure.parquet")
    [row] = shown(candidate).filter(kpi_id="building_ticket_cnt", period="HM2023-05").to_dicts()
    empty = ("value", "numerator", "denominator", "printed_zh", "printed_en")
    assert [row[name] for name in empty] == [None] * len(empty)
    assert (row["obs_status"], row["conf_status"]) == ("M", "C")
    assert row["note"] == "G-SDC: 为保护单个企业数据不予公布 / not published to protect individual enterprises"


def test_what_a_gate_refuses_and_disclosure_control_suppresses_is_confidential(candidate: Path) -> None:
    suppress(candidate, kpi_id="need_cnt", period="CUM2023-09")
    fail(candidate, "G-WORD", kpi_id="need_cnt", period="CUM2023-09")
    [row] = shown(candidate).filter(kpi_id="need_cnt", period="CUM2023-09").to_dicts()
    assert row["conf_status"] == "C"


def test_a_candidate_on_which_disclosure_control_has_not_spoken_is_no_plan(candidate: Path) -> None:
    (candidate / HIDDEN_FILE).unlink()
    with pytest.raises(LouyuError, match="Disclosure control has not spoken"):
        plan(candidate)
