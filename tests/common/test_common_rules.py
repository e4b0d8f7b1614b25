"""The catalogue of input rules: complete, bilingual, and exactly what the code uses (contracts/rules.yml)."""

import ast
import json
import re
from pathlib import Path
from string import Formatter

import pytest

from common.contracts import PROJECT, feeds
from common.findings import FINDING_SCHEMA, findings_frame
from common.rules import Finding, Place, Refusal, rules

ROOMS = ("common", "ingest", "identity", "review", "warehouse", "expectations", "publish", "dagster_project", "cli")
RULE_ID = re.compile(r"(?:B|L)-[A-Z]{3}-[A-Z0-9]+")
BRANCHES = [(rule.id, action) for rule in rules().values() for action in rule.actions]
FACTS = ("a", "b", "d", "ex", "f", "k", "m", "n", "o", "p", "t", "u", "x")
CATALOGUE = PROJECT.parent / "shared" / "domain" / "bad_inputs.json"


def _used() -> set[str]:
    """The rule ids that stand as whole strings in the code of the rooms, and those that the contracts ask by."""
    found = {column.asks for feed in feeds().values() for column in feed.columns}
    for room in ROOMS:
        for file in sorted((PROJECT / room).rglob("*.py")):
            tree = ast.parse(Path(file).read_text(encoding="utf-8"))
            texts = {
                node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)
            }
            found |= {text for text in texts if RULE_ID.fullmatch(text)}
    return found


def test_every_rule_that_the_code_names_is_in_the_catalogue() -> None:
    assert _used() - set(rules()) == set()


def test_every_rule_of_this_projects_own_is_used() -> None:
    # that every rule of SPEC part 5 is reached, the broken twin of the sample shows
    assert {rule for rule in rules() if rule.startswith("L-")} - _used() == set()


@pytest.mark.skipif(not CATALOGUE.exists(), reason="the domain's catalogue of bad input is not here")
def test_every_bad_input_of_the_domain_has_its_rule() -> None:
    named = {bad["id"] for bad in json.loads(CATALOGUE.read_text(encoding="utf-8"))}
    assert len(named) == 84
    assert {rule for rule in rules() if rule.startswith("B-")} == named


def test_a_rule_that_holds_asks_a_question_with_answers_and_no_other_rule_does() -> None:
    for rule in rules().values():
        assert ("HOLD" in rule.actions) == bool(rule.choices)
        words = [word for choice in rule.choices for word in (choice.code, *choice.also)]
        assert len(words) == len(set(words))
        assert all(choice.message.zh and choice.message.en for choice in rule.choices)


@pytest.mark.parametrize(("rule_id", "action"), BRANCHES)
def test_every_branch_of_a_rule_is_said_in_both_languages_with_its_facts(rule_id: str, action: str) -> None:
    place = Place("Sheet1", 7, "税款", "C7")
    said = Finding(rule_id, action, place, "the value", {fact: f"<{fact}>" for fact in FACTS}).message
    assert re.search(r"[\u4e00-\u9fff]", said.zh)
    assert re.search(r"[A-Za-z]{3}", said.en)
    assert not re.search(r"[\u4e00-\u9fff]", said.en.replace("税款", ""))
    assert not re.search(r"[{}—]", said.zh)
    assert not re.search(r"[{}]", said.en)


@pytest.mark.parametrize(("rule_id", "action"), BRANCHES)
def test_both_languages_of_a_message_tell_the_same_facts(rule_id: str, action: str) -> None:
    message = rules()[rule_id].said(action)
    fields = [{name for _, name, _, _ in Formatter().parse(text) if name} for text in (message.zh, message.en)]
    # the row, the column and the sheet stand before the message anyway
    assert fields[0] ^ fields[1] <= {"r", "c", "s"}


@pytest.mark.parametrize(("rule_id", "action", "zh"), [
    ("B-NUM-03", "QUARANTINE", "无法识别"), ("B-NUM-03", "AUTO", "解析为"), ("B-NUM-07", "AUTO", "分"),
    ("B-DAT-01", "QUARANTINE", "缺少年份"), ("B-DAT-01", "AUTO", "识别为"), ("B-LAY-07", "REJECT", "缺少必填列"),
    ("B-LAY-07", "WARN", "重复"),
])  # fmt: skip
def test_a_message_tells_what_was_done_and_not_what_another_branch_does(rule_id: str, action: str, zh: str) -> None:
    assert zh in Finding(rule_id, action, Place(row=7, column="税款"), "2023.9").message.zh


def test_a_finding_can_only_do_what_its_rule_allows() -> None:
    with pytest.raises(ValueError, match="B-FIL-01"):
        Finding("B-FIL-01", "AUTO")
    with pytest.raises(KeyError):
        Finding("B-NO-SUCH", "AUTO")


def test_a_fact_that_nobody_gave_shows_a_dash() -> None:
    assert "—" in Finding("B-DUP-01", "IGNORE").message.zh


@pytest.mark.parametrize("value", ["{v}", "{", "}", "{0}", "%s", '"', "<b>"])
def test_a_value_is_shown_as_it_stands_whatever_it_holds(value: str) -> None:
    assert value in Finding("B-DAT-02", "QUARANTINE", value=value).message.en


def test_a_refusal_carries_its_finding_and_says_it() -> None:
    refusal = Refusal(Finding("B-LAY-07", "REJECT", Place(column="税种")))
    assert refusal.finding.place.column == "税种"
    assert "税种" in refusal.message.zh
    assert "税种" in str(refusal)


def test_findings_become_a_table_of_a_fixed_shape() -> None:
    finding = Finding("B-DAT-02", "QUARANTINE", Place("Sheet1", 7, "入库月份", "C7"), "2023.13")
    frame = findings_frame([("T01-x", "T01", "税收.xlsx", finding)])
    assert dict(frame.schema) == dict(FINDING_SCHEMA)
    assert frame.row(0)[:10] == (
        "T01-x", "T01", "税收.xlsx", "Sheet1", 7, "入库月份", "C7", "B-DAT-02", "QUARANTINE", "2023.13",
    )  # fmt: skip
    assert findings_frame().schema == frame.schema
