"""Every bad input of SPEC part 5, sent beside the good district, ends as the specification says.

The twin brings its file of expected outcomes; what is compared here is what a user sees of each case: the status and
the rows of the delivery, the finding with its address and its message in both languages, the stored value, and what
``louyu status`` asks of whom.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from computing import computed
from louyu_home import Louyu
from made_once import once, shared

from common.contracts import PROJECT, feeds
from common.files import file_digest, read_json
from common.home import Home
from common.rules import Action, rules
from dagster_project.run import Run
from sample.broken import LATE, broken_cases
from sample.write import EXPECTED

GOOD_FROM = date(2022, 1, 1)
"""The good district's first day; all bad input that counts is about earlier ones."""

CATALOGUE = pl.read_csv(PROJECT / "dbt/seeds/catalogue/kpi.csv", columns=["kpi_id", "feeds"])
CASES = [case.name for case in broken_cases()]
COUNTS = ("read", "accepted", "quarantined", "set_aside")
ACTING = ("REJECT", "HOLD", "IGNORE")


@dataclass(frozen=True)
class Twin:
    """The broken twin after its figures were computed, as its commands show it."""

    louyu: Louyu
    expected: dict[str, dict[str, Any]]
    deliveries: list[dict[str, Any]]
    reasons_en: dict[str, str | None]
    findings: list[dict[str, Any]]
    status: dict[str, Any]

    def delivery(self, file: str) -> dict[str, Any] | None:
        """Find a delivery by its file; a file whose name was normalised, by its bytes."""
        for listed in self.deliveries:
            if listed["file"] == file:
                return listed
        path = self.louyu.home.inbox / file
        sha256 = file_digest(path) if path.is_file() else None
        return next((listed for listed in self.deliveries if listed["sha256"] == sha256), None)


def figures(louyu: Louyu) -> pl.DataFrame:
    """Return the figures of a home's one candidate."""
    [path] = (louyu.home.root / "warehouse" / "candidate").glob("*/figure.parquet")
    return pl.read_parquet(path)


@pytest.fixture(scope="session")
def twin(tmp_path_factory: pytest.TempPathFactory, key_file: Path) -> Twin:
    """The twin, written and computed once for all workers."""
    del key_file
    folder = shared(tmp_path_factory)
    louyu = Louyu(Home(folder / "broken-twin"))
    told = json.loads(once(folder / "broken-twin.json", lambda: json.dumps(_told(louyu), ensure_ascii=False)))
    expected = {entry["case"]: entry for entry in read_json(louyu.home.inbox / EXPECTED)}
    return Twin(louyu, expected=expected, **told)


def _told(louyu: Louyu) -> dict[str, Any]:
    louyu.call("sample", "--out", str(louyu.home.inbox), "--broken")
    run = Run(louyu.home, louyu.home.inbox)
    run.land()
    computed(run)
    english = louyu.json("deliveries", "--lang", "en")
    return {
        "deliveries": louyu.json("deliveries", "--lang", "zh"),
        "reasons_en": {listed["delivery_id"]: listed["reason"] for listed in english},
        "findings": louyu.json("quarantine", "--all"),
        "status": louyu.json("status"),
    }


@pytest.mark.parametrize("name", CASES)
def test_bad_input_ends_as_part_5_says(twin: Twin, name: str) -> None:
    wrong = list(_wrong(twin, twin.expected[name]))
    assert not wrong, "\n".join(wrong)


def test_every_bad_input_of_part_5_and_every_branch_of_it_is_sent(twin: Twin) -> None:
    sent = {(entry["rule_id"], entry["action"]) for entry in twin.expected.values()}
    branches = {(rule.id, action) for rule in rules().values() if rule.id.startswith("B-") for action in rule.actions}
    assert len({rule for rule, _ in branches}) == 84
    assert branches - sent == set()
    assert {entry["feed"] for entry in twin.expected.values()} == feeds().keys()


def test_the_books_of_every_delivery_balance(twin: Twin) -> None:
    for listed in twin.deliveries:
        parts = sum(listed[f"rows_{part}"] for part in COUNTS[1:])
        assert listed["rows_read"] == parts, listed


def test_a_note_about_rows_is_told_at_a_row_and_a_column(twin: Twin) -> None:
    """Only of a building without any organisation no row speaks."""
    about_rows = [found for found in twin.findings if found["rule_id"].startswith(("B-BIZ", "B-IDN", "B-NUM-04"))]
    lost = [found for found in about_rows if found["row"] is None or not found["column"]]
    assert {found["rule_id"] for found in lost if found["action"] != "HOLD"} <= {"B-BIZ-16"}, lost[:3]
    assert {found["rule_id"] for found in about_rows} - {found["rule_id"] for found in lost} >= {
        "B-BIZ-02", "B-BIZ-03", "B-BIZ-05", "B-BIZ-06", "B-BIZ-08", "B-BIZ-12", "B-BIZ-17", "B-IDN-05",
    }  # fmt: skip


MOVED_BY_THE_CASES = ["feed_timeliness", "feed_completeness", "quarantine_rate", "recon_gap", "rating_pipeline_cnt"]
"""How feeds deliver is what the twin is about, and its lists of titles hold applications of their own."""


def test_the_good_district_keeps_its_figures_but_those_of_the_late_feed(twin: Twin, quarter: Louyu) -> None:
    known = ["figure_key", "kpi_id", "period", "value", "numerator", "denominator"]
    good = figures(quarter).filter(pl.col("window_start_on") >= GOOD_FROM, pl.col("value").is_not_null())
    both = good.select(known).join(figures(twin.louyu).select(known), on="figure_key", how="left", suffix="_twin")
    differing = both.filter(
        ~pl.col("value").eq_missing(pl.col("value_twin")) & ~pl.col("kpi_id").is_in(MOVED_BY_THE_CASES)
    )
    feed, day = LATE
    assert set(differing["kpi_id"]) <= set(CATALOGUE.filter(pl.col("feeds").str.contains(feed))["kpi_id"])
    assert set(differing["period"]) == {day}
    assert not differing["value_twin"].drop_nulls().len()


def test_status_names_every_held_delivery_and_whom_it_waits_for(twin: Twin) -> None:
    held = {listed["delivery_id"]: listed for listed in twin.deliveries if listed["status"] == "HELD"}
    asked = {action["delivery_id"]: action for action in twin.status["actions"] if action["kind"] == "HELD"}
    assert held
    assert asked.keys() == held.keys()
    for action in asked.values():
        assert action["who_zh"], action
        assert action["who_en"], action
        assert action["command"].startswith(f"louyu deliveries answer {action['delivery_id']} "), action
    assert {entry["delivery_id"] for entry in twin.status["held"]} >= held.keys()


def _wrong(twin: Twin, expected: Mapping[str, Any]) -> Iterator[str]:
    """Yield what differs between a case's outcome and what is expected of it."""
    for before in expected["before"]:
        listed = twin.delivery(before["file"])
        if listed is None or (listed["status"], listed["rows_accepted"]) != (before["status"], before["rows"]):
            yield f"before: {before}, found {_books(listed)}"
    if expected["file"] is None:
        yield from _wrong_late(twin, expected)
        return
    listed = twin.delivery(expected["file"])
    if listed is None:
        yield f"{expected['file']}: no such delivery"
        return
    rows = expected["rows"]
    wanted = (expected["status"], *(rows[part] if rows else listed[f"rows_{part}"] for part in COUNTS))
    if _books(listed) != wanted:
        yield f"status and rows: expected {wanted}, found {_books(listed)}: {listed['reason']}"
    yield from _wrong_finding(twin, expected, listed)
    yield from _wrong_value(twin, expected, listed)


def _books(listed: Mapping[str, Any] | None) -> tuple[Any, ...] | None:
    return (listed["status"], *(listed[f"rows_{part}"] for part in COUNTS)) if listed else None


def _wrong_finding(twin: Twin, expected: Mapping[str, Any], listed: Mapping[str, Any]) -> Iterator[str]:
    at = "feed" if expected["stage"] == "warehouse" else "delivery_id"
    of_it = [found for found in twin.findings if found[at] == listed[at]]
    named = [found for found in of_it if found["rule_id"] == expected["rule_id"]]
    same = [found for found in named if found["action"] == expected["action"]]
    there = [found for found in same if expected["row"] in (None, found["row"])]
    there = [found for found in there if expected["column"] in (None, found["column"])]
    messages = [(found["message_zh"], found["message_en"]) for found in there]
    if expected["action"] in ACTING and expected["row"] is None and expected["column"] is None:
        messages.append((listed["reason"], twin.reasons_en[listed["delivery_id"]]))
    if not messages:
        told = sorted({f"{found['rule_id']} {found['action']}" for found in of_it})
        places = [(found["action"], found["row"], found["column"]) for found in named][:9]
        yield f"finding: none at ({expected['row']}, {expected['column']}); of the rule: {places}; of the file: {told}"
    elif not any(_is_said(expected, zh, en) for zh, en in messages):
        yield f"message: {messages[0]}"


def _is_said(expected: Mapping[str, Any], zh: str | None, en: str | None) -> bool:
    """Tell whether both messages are the rule's own, with every placeholder filled in."""
    unfilled = {"", "None"} if expected["bare"] else {"", "None", "—"}
    for template, said in zip(_templates(expected["rule_id"], expected["action"]), (zh, en), strict=True):
        match = template.fullmatch(said or "")
        if match is None or unfilled & {part.strip() for part in match.groups()}:
            return False
    return True


@cache
def _templates(rule: str, action: Action) -> tuple[re.Pattern[str], re.Pattern[str]]:
    message = rules()[rule].said(action)
    return _pattern(message.zh), _pattern(message.en)


def _pattern(template: str) -> re.Pattern[str]:
    texts = re.split(r"\{\w+\}", template)
    answers = r"(?:\s*\((?:答复:|answers: ).*\))?"
    return re.compile("(.*?)".join(map(re.escape, texts)) + answers, re.DOTALL)


def _wrong_value(twin: Twin, expected: Mapping[str, Any], listed: Mapping[str, Any]) -> Iterator[str]:
    if not expected["stored"]:
        return
    folder = twin.louyu.home.rows / f"feed={listed['feed']}"
    rows = pl.read_parquet(folder / f"{listed['delivery_id']}.parquet", hive_partitioning=False)
    found = rows.filter(row_no=expected["stored_row"]).to_dicts() if expected["stored_row"] else rows.to_dicts()
    stored = {column: _text(found[0][column]) for column in expected["stored"]} if found else None
    if stored != expected["stored"]:
        yield f"stored: expected {expected['stored']}, found {stored}"


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _wrong_late(twin: Twin, expected: Mapping[str, Any]) -> Iterator[str]:
    wanted = expected["figure"]
    missing = [
        one for one in twin.status["missing"]
        if one["feed"] == expected["feed"] and wanted["period"].startswith(one["period"])
    ]  # fmt: skip
    if not any(_is_said(expected, one["message_zh"], one["message_en"]) and one["who_zh"] for one in missing):
        yield f"status: {expected['feed']} {wanted['period']}: {missing}"
    found = figures(twin.louyu).filter(kpi_id=wanted["kpi_id"], period=wanted["period"], breakdown_type="_T")
    values = [_text(value) for value in found["value"].to_list()]
    if any(value != wanted["value"] for value in values):
        yield f"figure: expected {wanted}, found {values}"
