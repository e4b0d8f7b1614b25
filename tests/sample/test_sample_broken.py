"""The broken twin: the good sample less what is late, and beside it cases that know nothing of each other."""

from pathlib import Path

import pytest

from common.codes import is_credit_code
from common.contracts import feeds
from common.files import file_digest, read_json
from common.rules import rules
from sample import SampleSummary, write_sample
from sample.broken import LATE, broken_cases
from sample.broken.filling import firm
from sample.marker import MARKER
from sample.write import EXPECTED

COUNTED = ("accepted", "quarantined", "set_aside")


@pytest.fixture(scope="session")
def twin(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, SampleSummary]:
    out = tmp_path_factory.mktemp("sample") / "twin"
    return out, write_sample(out, broken=True)


def digests(folder: Path) -> dict[str, str]:
    return {path.relative_to(folder).as_posix(): file_digest(path) for path in folder.rglob("*") if path.is_file()}


def test_the_good_district_is_whole_but_for_the_late_list(inbox: Path, twin: tuple[Path, SampleSummary]) -> None:
    good, broken = digests(inbox), digests(twin[0])
    missing = {path for path in good if path != MARKER and broken.get(path) != good[path]}
    feed, day = LATE
    assert {path.removesuffix(".meta.json") for path in missing} == {next(iter(sorted(missing)))}
    assert all(path.startswith(f"{feed}/") and day.replace("-", "")[:6] in path for path in missing)


def test_the_command_tells_where_the_expected_outcomes_lie(twin: tuple[Path, SampleSummary]) -> None:
    out, summary = twin
    assert summary.expected == out / EXPECTED
    assert [entry["case"] for entry in read_json(out / EXPECTED)] == [case.name for case in broken_cases()]
    assert summary.files == sum(not path.endswith(".meta.json") for path in digests(out) if not path.startswith("."))


def test_the_twin_is_the_same_bytes_every_time(twin: tuple[Path, SampleSummary]) -> None:
    before = digests(twin[0])
    write_sample(twin[0], broken=True)
    assert digests(twin[0]) == before


def test_every_branch_of_every_rule_of_part_5_has_a_case_and_every_feed_has_some() -> None:
    branches = {(rule.id, action) for rule in rules().values() if rule.id.startswith("B-") for action in rule.actions}
    cases = broken_cases()
    assert {(case.rule_id, case.action) for case in cases} == branches
    assert {case.expected()["feed"] for case in cases} == feeds().keys()
    assert len({case.name for case in cases}) == len(cases)


def test_no_two_cases_share_a_file_a_scope_or_an_enterprise() -> None:
    sent = [(case.name, delivery) for case in broken_cases() for delivery in case.deliveries]
    files = [str(path) for _, delivery in sent for path, _ in delivery.files()]
    assert len(set(files)) == len(files)
    scopes = {(str(delivery.sidecar.get("scope")), name) for name, delivery in sent if "scope" in delivery.sidecar}
    assert len({scope for scope, _ in scopes}) == len(scopes)
    firms = [firm(case.name, number) for case in broken_cases() for number in range(12)]
    assert len({code for code, _ in firms}) == len({name for _, name in firms}) == len(firms)
    assert all(is_credit_code(code) for code, _ in firms)


def test_expected_rows_add_up_and_a_finding_has_an_address_in_its_file() -> None:
    for case in broken_cases():
        told = case.expected()
        rows = told["rows"]
        assert rows is None or rows["read"] == sum(rows[part] for part in COUNTED), case.name
        assert rows is None or told["status"] == "ACCEPTED" or rows["accepted"] == 0, case.name
        assert told["row"] is None or told["row"] > 0, case.name
