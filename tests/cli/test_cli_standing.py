"""What a clerk sees in the morning: what is due, missing, held and refused, and who must act (SURFACE, status)."""

import subprocess
import sys
from datetime import date

import pytest
from clerk_desk import Desk, book, tax_row

from cli.worklist import Action, Owed, actions, missing_message, open_refusals
from common.contracts import PROJECT
from warehouse.books import entries
from warehouse.calendar import Calendar, calendar

KINDS = ["RUN", "BLOCKED", "HELD", "REFUSED", "MISSING", "QUARANTINE", "WITHHELD", "DUE"]
ON = ("--on", "2023-10-20")


def test_an_empty_home_says_what_is_owed_and_where_to_begin(desk: Desk) -> None:
    told = desk.louyu.json("status", *ON)
    assert (told["build"], told["held"], told["withheld"], told["blocked"], told["quarantine"]) == (
        None,
        [],
        [],
        [],
        [],
    )
    assert told["actions"][0]["command"] == "louyu run"
    tax = next(row for row in told["missing"] if row["feed"] == "T01")
    assert (tax["period"], tax["due_on"], tax["days"]) == ("2023-09", "2023-10-15", -5)
    assert tax["message_zh"] == "T01 楼宇企业税收尚未报送2023-09数据,相关指标暂不发布。"
    assert tax["message_en"].startswith("T01 Tax by enterprise and tax type has not delivered 2023-09")
    assert {row["feed"] for row in told["due"]} >= {"T01", "B01", "H01"}


def test_a_home_never_built_lists_what_each_must_do_most_urgent_first(desk: Desk) -> None:
    desk.drop_tax("八月", tax_row(1, "1.5", "2023-08"), received="2023-09-12")
    desk.drop_tax("九月", tax_row(1), tax_row(2, "1.5余"), received="2023-10-12", sender="区财政局")
    desk.drop("B01", "台账.xlsx", book({"Sheet1": [("菜名", "价格"), ("宫保鸡丁", 28)]}), sender="楼宇专班")
    desk.take_in()
    told = desk.louyu.json("status", *ON)
    kinds = [row["kind"] for row in told["actions"]]
    assert kinds == sorted(kinds, key=KINDS.index)
    work = {row["kind"]: row for row in reversed(told["actions"])}
    assert (work["REFUSED"]["who_zh"], work["REFUSED"]["feed"]) == ("楼宇专班", "B01")
    assert "楼宇名称" in work["REFUSED"]["what_zh"]
    assert (work["QUARANTINE"]["who_zh"], work["QUARANTINE"]["feed"]) == ("区财政局", "T01")
    assert "--xlsx" in work["QUARANTINE"]["command"]
    assert [(row["who_zh"], row["rows"], row["rules"]) for row in told["quarantine"]] == [("区财政局", 1, ["B-NUM-03"])]
    assert all(row["who_zh"] and row["who_en"] and row["what_zh"] and row["what_en"] for row in told["actions"])


def test_a_held_delivery_says_its_question_its_answers_and_the_command(desk: Desk) -> None:
    desk.drop_tax("九月", *(tax_row(n) for n in range(1, 30)), version=2, received="2023-10-12")
    desk.drop_tax("九月旧", *(tax_row(n, "2.5") for n in range(1, 30)), version=1, received="2023-10-14")
    desk.take_in()
    told = desk.louyu.json("status", *ON)
    (held,) = [row for row in told["held"] if row["status"] == "HELD"]
    assert [choice["choice"] for choice in held["choices"]] == ["rollback", "keep"]
    (work,) = [row for row in told["actions"] if row["kind"] == "HELD"]
    assert work["command"] == f"louyu deliveries answer {held['delivery_id']} rollback|keep"
    assert "是否回退" in work["what_zh"]
    assert work["delivery_id"] == held["delivery_id"]


def test_a_period_that_waits_for_an_answer_is_not_called_missing(desk: Desk) -> None:
    desk.drop_tax("九月", tax_row(1), received="2023-10-12", period="2023-10")
    desk.take_in()
    told = desk.louyu.json("status", *ON)
    assert [row["kind"] for row in told["actions"] if row["feed"] == "T01" and row["period"] == "2023-09"] == []
    assert "HELD" in [row["kind"] for row in told["actions"]]
    assert [row for row in told["missing"] if row["feed"] == "T01"] == []


def test_a_question_says_that_a_newer_file_was_accepted_in_its_place(desk: Desk) -> None:
    desk.drop_tax("九月", tax_row(1), received="2023-10-12", period="2023-10")
    desk.drop_tax("九月新", tax_row(1, "2.5"), received="2023-10-14")
    desk.take_in()
    told = desk.louyu.json("status", *ON)
    assert [row["status"] for row in told["held"]] == ["HELD"]
    (work,) = [row for row in told["actions"] if row["kind"] == "HELD"]
    assert "其后的报送已采用" in work["what_zh"]
    assert work["command"].endswith("data|YYYY-MM|reject")


def test_a_refused_file_is_nobody_s_work_once_a_better_one_came(desk: Desk) -> None:
    desk.drop("T01", "坏.xlsx", b"PK\x03\x04" + bytes(100), received="2023-10-10", period="2023-09")
    desk.take_in()
    home = desk.louyu.home
    assert [entry.landing.path for entry in open_refusals(entries(home), calendar(home))] == ["T01/坏.xlsx"]
    desk.drop_tax("九月", tax_row(1), received="2023-10-12")
    desk.take_in()
    assert list(open_refusals(entries(home), calendar(home))) == []
    assert [row["status"] for row in desk.louyu.json("status", *ON)["held"]] == ["REJECTED"]


def test_a_run_of_missing_months_is_one_thing_to_do(desk: Desk) -> None:
    desk.drop_tax("五月", tax_row(1, "1.5", "2023-05"), received="2023-06-12")
    desk.take_in()
    told = desk.louyu.json("status", *ON)
    (work,) = [row for row in told["actions"] if (row["kind"], row["feed"]) == ("MISSING", "T01")]
    assert work["period"] == "2023-06/2023-09"
    assert [row["period"] for row in told["missing"] if row["feed"] == "T01"] == [
        "2023-06", "2023-07", "2023-08", "2023-09"
    ]  # fmt: skip


def test_a_table_tells_the_work_first_and_in_one_language(desk: Desk) -> None:
    desk.drop_tax("九月", tax_row(1), tax_row(2, "1.5余"))
    desk.take_in()
    told = desk.louyu.call("status", *ON, "--lang", "en").stdout
    assert told.strip().startswith("To do, most urgent first")
    assert "rows to mend and send again" in told
    assert "待改正" not in told


def test_a_day_that_is_none_is_refused_with_its_reason(desk: Desk) -> None:
    assert "YYYY-MM-DD" in desk.louyu.call("status", "--on", "yesterday", code=1).stderr


def test_every_withheld_figure_and_every_gate_that_blocks_has_somebody_to_act() -> None:
    withheld = [
        {"kpi_id": "a", "gate": "G-DEF", "figures": 1, "note": "G-DEF: 口径未批准 / its definition is not approved"},
        {"kpi_id": "b", "gate": "G-DEF", "figures": 2, "note": "G-DEF: 口径未批准 / its definition is not approved"},
        {"kpi_id": "c", "gate": "G-XYZ", "figures": 2, "note": "G-XYZ: 其他 / other"},
    ]  # fmt: skip
    found: list[Action] = actions(
        [], Owed((), (), ()), Calendar({}, {}), [], withheld, ["G-KEYS: FAIL"], date(2023, 10, 20), is_built=True
    )  # fmt: skip
    assert [(one.kind, one.who.en) for one in found] == [
        ("BLOCKED", "Data engineer"),
        ("WITHHELD", "Reform office (definitions)"),
        ("WITHHELD", "Reform office reviewer"),
    ]
    assert found[1].what.en.endswith("a, b")


def test_status_does_not_wait_for_dagster(desk: Desk) -> None:
    code = f"""
import sys
sys.argv = ["louyu", "status", "--home", {str(desk.louyu.home.root)!r}]
from cli.main import app
app(standalone_mode=False)
assert not {{"dagster", "dbt", "great_expectations", "ingest"}} & set(sys.modules), sorted(sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]


@pytest.mark.parametrize("feed", ["T01", "B01", "H01"])
def test_what_is_missing_is_said_in_both_languages(feed: str) -> None:
    said = missing_message(feed, "2023-09")
    assert feed in said.zh
    assert feed in said.en
    assert "{" not in said.zh + said.en


def test_the_scorecard_is_a_list_and_a_csv_that_runs_nothing(desk: Desk) -> None:
    desk.drop_tax("九月", tax_row(1), tax_row(2, "1.5余"), sender="=街道")
    desk.take_in()
    path = desk.louyu.home.root / "score.csv"
    rows = desk.louyu.json("scorecard", *ON, "--feed", "T01", "--csv", str(path))
    assert [(row["feed"], row["month"], row["timeliness"], row["quarantine_rate"]) for row in rows] == [
        ("T01", "2023-09", "1.0000", "0.5000")
    ]
    assert path.read_text(encoding="utf-8-sig").splitlines()[0].startswith("who_zh,who_en,feed,month,periods_due")
    desk.louyu.call("scorecard", *ON, "--by", "sender", "--csv", str(path))
    assert ",'=街道," in path.read_text(encoding="utf-8-sig")


def test_a_scorecard_is_by_month_unless_asked_for_otherwise(desk: Desk) -> None:
    desk.drop_tax("八月", tax_row(1, "1.5", "2023-08"), received="2023-09-20")
    desk.drop_tax("九月", tax_row(1), received="2023-10-12")
    desk.take_in()
    months = desk.louyu.json("scorecard", *ON, "--feed", "T01")
    assert [(row["month"], row["timeliness"]) for row in months] == [("2023-08", "0.0000"), ("2023-09", "1.0000")]
    (whole,) = desk.louyu.json("scorecard", *ON, "--feed", "T01", "--by", "feed")
    assert (whole["timeliness"], whole["completeness"], "month" in whole) == ("0.5000", "1.0000", False)


def test_what_is_asked_for_by_a_wrong_name_is_not_answered_with_nothing(desk: Desk) -> None:
    assert "T01" in desk.louyu.call("scorecard", "--feed", "T99", code=1).stderr
    assert "louyu deliveries" in desk.louyu.call("quarantine", "--delivery", "T01-none", code=1).stderr
