"""The gates that compare figures: for each what passes, what fails, and what is only warned of (SPEC 1.3, 4.3, 4.4)."""

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from gates_making import DISTRICT, STREET, candidate, figure, judged, months

from common.messages import LouyuError
from expectations.comparing import GATES, judge_comparisons
from expectations.explanations import figure_hash
from expectations.verdicts import WHOLE
from expectations.words import judge_words

Q3 = "2023-Q3"
CASES: dict[str, tuple[str, list[dict[str, Any]], list[dict[str, Any]]]] = {
    "tax and GDP": ("G-ENV", [figure("building_tax_total", Q3, "2056000000")],
                    [figure("building_tax_total", Q3, "205600000000")]),
    "tax so far and GDP": ("G-ENV", [figure("building_tax_total", "2023-YTD09", "5400000000", obs_status="P")],
                           [figure("building_tax_total", "2023-YTD09", "370931141964", obs_status="P")]),
    "tax and budget": ("G-ENV", [figure("building_tax_district", Q3, "515000000")],
                       [figure("building_tax_district", Q3, "51500000000")]),
    "activities a station and day": (
        "G-ENV",
        [figure("station_cnt", "2023-09-30", 64), figure("activity_cnt", "2023-YTD09", 1500)],
        [figure("station_cnt", "2023-09-30", 64), figure("activity_cnt", "2023-YTD09", 96000)],
    ),
    "people and floor": (
        "G-ENV",
        [figure("building_area_total", "2023-09-30", 1000), figure("employee_cnt", "2023-09-30", 500)],
        [figure("building_area_total", "2023-09-30", 1000), figure("employee_cnt", "2023-09-30", 501)],
    ),
    "too many tickets": ("G-ENV", months("2023-01", [100] * 8 + [500]), months("2023-01", [100] * 8 + [501])),
    "too few tickets": ("G-ENV", months("2023-01", [100] * 8 + [20]), months("2023-01", [100] * 8 + [19])),
    "tickets beside a median of few": (
        "G-ENV", months("2023-01", [4] * 6 + [0, 21]), months("2023-01", [5] * 6 + [0]),
    ),
    "growth on the year": (
        "G-JUMP",
        [figure("building_tax_total_yoy", Q3, base="2022-Q3", parts=(150, 100))],
        [figure("building_tax_total_yoy", Q3, base="2022-Q3", parts=(151, 100))],
    ),
    "change of a rate": (
        "G-JUMP",
        [figure("resolution_rate", f"HM2023-0{month}", parts=(part, 100)) for month, part in ((8, 80), (9, 85))],
        [figure("resolution_rate", f"HM2023-0{month}", parts=(part, 100)) for month, part in ((8, 80), (9, 86))],
    ),
    "a month far from its history": (
        "G-JUMP",
        months("2021-01", [100, 102] * 12 + [104], "activity_cnt"),
        months("2021-01", [100, 102] * 12 + [110], "activity_cnt"),
    ),
    "retained share": (
        "G-RATIO",
        [figure("district_retained_share", Q3, parts=(45, 100))],
        [figure("district_retained_share", Q3, parts=(46, 100))],
    ),
    "marginal share": (
        "G-RATIO",
        [figure("building_tax_total_yoy", Q3, base="2022-Q3", parts=(140, 100)),
         figure("building_tax_district_yoy", Q3, base="2022-Q3", parts=(31, 20))],
        [figure("building_tax_total_yoy", Q3, base="2022-Q3", parts=(140, 100)),
         figure("building_tax_district_yoy", Q3, base="2022-Q3", parts=(32, 20))],
    ),
    "attendance of an activity": (
        "G-RATIO",
        [figure("attendance_per_activity", "2023-09", parts=(30, 10))],
        [figure("attendance_per_activity", "2023-09", parts=(29, 10))],
    ),
    "a rate above all": (
        "G-RATIO",
        [figure("occupancy_rate", "2023-09-30", parts=(100, 100))],
        [figure("occupancy_rate", "2023-09-30", parts=(101, 100))],
    ),
    "count of too few": ("G-SDC", [figure("need_cnt", "CUM2023-09", 0), figure("activity_cnt", "2023-09", 3)],
                         [figure("activity_cnt", "2023-09", 2)]),
    "rate of too few": (
        "G-SDC",
        [figure("resolution_rate", "HM2023-09", parts=(3, 5))],
        [figure("resolution_rate", "HM2023-09", parts=(3, 4))],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_what_is_within_its_limit_passes(case: str, tmp_path: Path) -> None:
    gate, within, _ = CASES[case]
    assert judged(tmp_path, *within).get(gate, []) == []


@pytest.mark.parametrize("case", CASES)
def test_the_figure_beyond_its_limit_fails_with_evidence(case: str, tmp_path: Path) -> None:
    gate, _, beyond = CASES[case]
    [said] = judged(tmp_path, *beyond)[gate]
    assert (said.figure_key, said.verdict, said.severity) == (beyond[-1]["figure_key"], "FAIL", "ERROR")
    told = json.loads(said.evidence)
    assert all(told[name] for name in ("check", "check_zh", "expected", "found", "todo", "todo_zh"))


@pytest.mark.parametrize("case", [case for case, (gate, *_) in CASES.items() if gate != "G-SDC"])
def test_below_the_district_a_figure_is_warned_of(case: str, tmp_path: Path) -> None:
    gate, _, beyond = CASES[case]
    moved = [
        row | {"area_type": "street", "area_code": STREET, "figure_key": row["figure_key"].replace(DISTRICT, STREET)}
        for row in beyond
    ]
    [said] = judged(tmp_path, *moved)[gate]
    assert (said.verdict, said.severity) == ("FAIL", "WARN")


def test_what_is_too_small_and_suppressed_passes(tmp_path: Path) -> None:
    few = figure("activity_cnt", "2023-09", 2)
    assert "G-SDC" not in judged(tmp_path, few, hidden=[few["figure_key"]])


def test_without_a_word_of_disclosure_control_its_gate_cannot_speak(tmp_path: Path) -> None:
    [said] = [
        one
        for one in judge_comparisons(candidate(tmp_path, figure("activity_cnt", "2023-09", 3), hidden=None))
        if one.gate_id == "G-SDC"
    ]
    assert (said.figure_key, said.verdict) == (WHOLE, "ERROR")


def test_a_member_of_a_breakdown_is_no_figure_of_the_whole_district(tmp_path: Path) -> None:
    one = figure("building_tax_total_yoy", Q3, base="2022-Q3", parts=(3, 1), member=("tax_type", "VAT"))
    assert [said.severity for said in judged(tmp_path, one)["G-JUMP"]] == ["WARN"]


def test_a_period_that_is_not_over_is_no_jump(tmp_path: Path) -> None:
    before, after = figure("resolution_rate", "HM2023-09", parts=(80, 100)), figure(
        "resolution_rate", "HM2023-10", parts=(10, 100), obs_status="P"
    )  # fmt: skip
    assert "G-JUMP" not in judged(tmp_path, before, after)


def test_rates_to_date_are_compared_with_the_same_months_of_the_year_before(tmp_path: Path) -> None:
    def rate(period: str, part: int) -> dict[str, Any]:
        return figure("need_closed_rate", period, parts=(part, 100))

    growing = [rate("2023-YTD01", 10), rate("2023-YTD02", 40), rate("2023-YTD03", 70)]
    assert "G-JUMP" not in judged(tmp_path / "within a year", *growing)
    [said] = judged(tmp_path / "over a year", rate("2022-YTD03", 60), *growing)["G-JUMP"]
    assert said.figure_key == growing[-1]["figure_key"]


def test_a_growth_carries_its_decomposition(tmp_path: Path) -> None:
    grown = figure("building_tax_total_yoy", Q3, base="2022-Q3", parts=(300, 100))
    parts = [
        figure("tax_yoy_decomposition", Q3, value, base="2022-Q3", member=("component", code), audience="TAX")
        for code, value in (("SAME", 150), ("MOVED_IN", 50))
    ]
    [said] = judged(tmp_path, grown, *parts)["G-JUMP"]
    assert json.loads(said.evidence)["decomposition"] == ["MOVED_IN=50.00", "SAME=150.00"]


GROWN = figure("building_tax_total_yoy", Q3, base="2022-Q3", parts=(181, 100))


def explanation(of: dict[str, Any], gate: str = "G-JUMP") -> dict[str, str]:
    hashed = figure_hash(*(of[name] for name in ("figure_key", "value", "numerator", "denominator")))
    bound = {"gate_id": gate, "figure_key": of["figure_key"], "figure_hash": hashed}
    return bound | {"text_zh": "退库", "text_en": "refunds", "explained_by": "a clerk"}


def test_an_explained_figure_passes_and_says_who_explained_it(tmp_path: Path) -> None:
    [said] = judged(tmp_path, GROWN, explanations=[explanation(GROWN)])["G-JUMP"]
    assert said.verdict == "PASS"
    assert json.loads(said.evidence)["explained"] | {"at": ""} == {
        "text_zh": "退库", "text_en": "refunds", "who": "a clerk", "at": "", "decomposition": "",
    }  # fmt: skip


@pytest.mark.parametrize(
    "other",
    [
        explanation(figure("building_tax_total_yoy", Q3, base="2022-Q3", parts=(182, 100))),
        explanation(figure("building_tax_total_yoy", Q3, base="2022-Q3", parts=(362, 200))),
        explanation(GROWN, "G-RATIO"),
        explanation(figure("building_tax_total_yoy", "2023-Q2", base="2022-Q2", parts=(181, 100))),
    ],
    ids=["another value", "the same growth of other levels", "another gate", "another period"],
)
def test_an_explanation_of_another_figure_explains_nothing(tmp_path: Path, other: dict[str, str]) -> None:
    [said] = judged(tmp_path, GROWN, explanations=[other])["G-JUMP"]
    assert said.verdict == "FAIL"


def test_what_cannot_be_is_not_explained_away(tmp_path: Path) -> None:
    impossible = figure("building_tax_total", Q3, "205600000000")
    [said] = judged(tmp_path, impossible, explanations=[explanation(impossible, "G-ENV")])["G-ENV"]
    assert said.verdict == "FAIL"


def test_a_limit_holds_for_the_periods_in_which_it_is_valid(tmp_path: Path) -> None:
    since = {"gate_id": "G-JUMP", "name": "yoy_max", "value": "0.9", "valid_from": "2023-07-01"}
    early = figure("building_tax_total_yoy", "2023-Q2", base="2022-Q2", parts=(181, 100))
    found = judged(tmp_path, early, GROWN, thresholds=[since])["G-JUMP"]
    assert [said.figure_key for said in found] == [early["figure_key"]]


def test_a_headcount_equal_to_its_norm_rests_on_rows_of_persons(tmp_path: Path) -> None:
    equal = [figure("staff_norm", "2023-09-30", 260), figure("staff_fulltime_cnt", "2023-09-30", 260)]
    assert "G-NORM" not in judged(tmp_path / "roll", *equal, persons=260)
    [said] = judged(tmp_path / "no roll", *equal, persons=64)["G-NORM"]
    assert (said.figure_key, said.severity) == (equal[1]["figure_key"], "ERROR")
    unequal = [equal[0], figure("staff_fulltime_cnt", "2023-09-30", 259)]
    assert "G-NORM" not in judged(tmp_path / "unequal", *unequal)
    explained = [explanation(equal[1], "G-NORM")]
    assert [one.verdict for one in judged(tmp_path / "said", *equal, explanations=explained)["G-NORM"]] == ["PASS"]


def published(*rows: dict[str, Any]) -> pl.DataFrame:
    frame = pl.DataFrame(rows, schema_overrides={"value": pl.Decimal(38, 8), "base_period": pl.String})
    return frame.rename({"window_start_on": "window_start", "window_end_on": "window_end"})


@pytest.mark.parametrize(
    ("period", "value", "named"),
    [
        ("2023-Q3", "2056000000", None),
        ("2023-Q3", "12000000000", None),
        ("2023-Q3", "20560000000", "×10"),
        ("2023-Q3", "205600000000", "×100"),
        ("2023-Q3", "2056000000000", "×1000"),
        ("2023-Q3", "20560000000000", "×10000"),
        ("2023-Q3", "205600", "÷10000"),
        ("2023-Q2", "205600", None),
    ],
)
def test_tax_is_held_against_what_was_published_last(
    tmp_path: Path, period: str, value: str, named: str | None
) -> None:
    last = published(figure("building_tax_total", "2023-Q3", "2056000000"))
    folder = candidate(tmp_path, figure("building_tax_total", period, value))
    found = [said for said in judge_comparisons(folder, last) if said.gate_id == "G-UNIT" and said.figure_key != WHOLE]
    assert [json.loads(said.evidence)["found"].split("(")[1].split(",")[0] for said in found] == (
        [named] if named else []
    )
    assert all((said.verdict, said.severity) == ("FAIL", "ERROR") for said in found)


@pytest.mark.parametrize(
    ("place", "severity"),
    [({"area": STREET}, "ERROR"), ({"member": ("tax_type", "CIT")}, "WARN"), ({"member": ("industry", "J")}, "WARN")],
)
def test_of_one_tax_type_or_industry_which_pays_by_season_it_is_only_warned(
    tmp_path: Path, place: dict[str, Any], severity: str
) -> None:
    june, july = (figure("building_tax_total", month, value, **place) for month, value in (
        ("2023-06", "10000000"), ("2023-07", "89270140"),
    ))  # fmt: skip
    verdicts = judge_comparisons(candidate(tmp_path, july), published(june))
    assert [one.severity for one in verdicts if (one.gate_id, one.verdict) == ("G-UNIT", "FAIL")] == [severity]


def test_a_new_period_is_held_against_the_one_published_before_it_by_the_month(tmp_path: Path) -> None:
    last = published(figure("building_tax_total", "2022-YTD12", "4800000000"))
    january = figure("building_tax_total", "2023-YTD01", "400000000")
    slip = figure("building_tax_total", "2023-YTD01", "40000")
    for name, one, wrong in (("right", january, 0), ("slip", slip, 1)):
        verdicts = judge_comparisons(candidate(tmp_path / name, one), last)
        assert len([said for said in verdicts if said.gate_id == "G-UNIT" and said.figure_key != WHOLE]) == wrong


def test_a_crash_inside_a_gate_is_an_error_and_leaves_the_others_alone(tmp_path: Path) -> None:
    def crash(_: object) -> Any:
        raise ZeroDivisionError("inside")

    said = judge_comparisons(candidate(tmp_path, GROWN), gates=dict(GATES) | {"G-ENV": crash})
    of = {one.gate_id: one.verdict for one in said if one.figure_key == WHOLE}
    assert of.pop("G-ENV") == "ERROR"
    assert set(of.values()) == {"PASS"}
    assert "inside" in next(one.evidence for one in said if one.verdict == "ERROR")


def test_a_gate_without_its_limit_is_an_error(tmp_path: Path) -> None:
    folder = candidate(tmp_path, GROWN)
    file = folder / "office_gate_threshold.parquet"
    pl.read_parquet(file).filter(pl.col("name") != "yoy_max").write_parquet(file)
    assert {one.gate_id for one in judge_comparisons(folder) if one.verdict == "ERROR"} == {"G-JUMP"}


@pytest.mark.parametrize(
    ("text", "failed"),
    [
        ("楼宇税收增长81%。", set()),
        ("楼宇税收快速增长81%。", set()),
        ("楼宇税收快速增长3%。", {"G-CLAIM"}),
        ("诉求量大幅下降。", {"G-CLAIM"}),
        ("详询联系人:张三 13812345678。", {"G-PII"}),
    ],
)
def test_words_for_the_public_are_judged_whole(tmp_path: Path, text: str, failed: set[str]) -> None:
    said = judge_words(candidate(tmp_path, GROWN), lambda: {"zh": text})
    assert {one.gate_id for one in said} == {"G-CLAIM", "G-PII"}
    assert {one.gate_id for one in said if one.verdict == "FAIL"} == failed
    assert all("13812345678" not in one.evidence and "张三" not in one.evidence for one in said)


def test_personal_data_in_a_public_table_stop_the_candidate(tmp_path: Path) -> None:
    row = figure("activity_cnt", "2023-09", 9, member=("unit", "办事处 13812345678"))
    said = {one.gate_id: one for one in judge_words(candidate(tmp_path, row), lambda: {})}
    assert (said["G-PII"].verdict, said["G-CLAIM"].verdict) == ("FAIL", "PASS")
    assert json.loads(said["G-PII"].evidence)["found"][0]["where"] == "figure.breakdown_code"


def test_words_that_cannot_be_written_are_an_error(tmp_path: Path) -> None:
    def crash() -> Any:
        raise LouyuError("坏", "broken")

    assert {one.verdict for one in judge_words(candidate(tmp_path, GROWN), crash)} == {"ERROR"}


@pytest.mark.parametrize("period", ["2012-Q3", "2030-Q1"])
def test_a_year_without_reference_is_held_against_the_nearest(tmp_path: Path, period: str) -> None:
    right, wrong = (figure("building_tax_total", period, value) for value in ("2056000000", "205600000000"))
    assert "G-ENV" not in judged(tmp_path / "right", right)
    assert len(judged(tmp_path / "wrong", wrong)["G-ENV"]) == 1


def test_a_district_of_which_nothing_is_known_is_held_against_no_other_and_says_so(tmp_path: Path) -> None:
    folder = candidate(tmp_path, figure("building_tax_total", Q3, "205600000000"))
    context = {"as_of": "2023-09-30", "district": "310104"}
    (folder / "context.json").write_text(json.dumps(context), encoding="utf-8")
    said = {one.gate_id: one for one in judge_comparisons(folder) if one.gate_id in ("G-ENV", "G-UNIT")}
    assert {(one.figure_key, one.verdict) for one in said.values()} == {(WHOLE, "PASS")}
    why = {gate: [each["why"] for each in json.loads(one.evidence)["not_applied"]] for gate, one in said.items()}
    assert ["GDP" in each or "budget" in each for each in why["G-ENV"]] == [True, True]
    assert "nothing was published" in why["G-UNIT"][0]


def test_a_check_with_its_reference_is_not_said_to_be_idle(tmp_path: Path) -> None:
    [said] = [one for one in judge_comparisons(candidate(tmp_path, GROWN)) if one.gate_id == "G-ENV"]
    assert json.loads(said.evidence)["not_applied"] == []
