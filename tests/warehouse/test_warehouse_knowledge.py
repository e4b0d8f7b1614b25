"""What two builds knew: the events of a cut, what lay between two of them, and what a build of a part of it knows."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import pytest
from office_home import TAX, Office, Row, tax_rows

from common.clock import parse_moment
from common.deliveries import delivery_of
from common.ledger import Event, Ledger
from common.messages import LouyuError
from review.judgement import Standing
from warehouse.config import sync
from warehouse.knowledge import Change, changes_between, events_of, with_definitions, without_corrections

FIRST = parse_moment("2023-10-31")


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """Two months of tax, as known on the first day."""
    made = Office(tmp_path)
    for month, day in (("2023-08", "2023-09-10"), ("2023-09", "2023-10-10")):
        made.drop("T01", month, TAX, tax_rows(month, range(10_000, 10_400)), day, period=month)
    made.take_in()
    return made


def between(office: Office) -> tuple[list[Change], list[Event], list[Event]]:
    """What lies between the first day and now."""
    was = [one for one in office.standings(FIRST) if one.delivery.received_at <= FIRST]
    now = list(office.judged().values())
    events = [_events(office, side, moment) for side, moment in ((was, FIRST), (now, parse_moment("2030-01-01")))]
    return changes_between(was, now, *events), *events


def _events(office: Office, side: Sequence[Standing], moment: datetime) -> list[Event]:
    return events_of(Ledger(office.home.ledger), {one.delivery.id for one in side}, moment)


def causes(changes: Sequence[Change]) -> dict[str, str]:
    return {Path(change.what).stem: change.cause for change in changes}


def changed(month: str, last: int = 10_400) -> list[Row]:
    """The same month with one amount corrected by a little."""
    return tax_rows(month, [10_001, *range(10_001, last)])


def test_a_new_month_is_late_data_and_a_month_sent_again_is_a_correction(office: Office) -> None:
    office.drop("T01", "2023-10", TAX, tax_rows("2023-10", range(10_000, 10_400)), "2023-11-10", period="2023-10")
    office.drop("T01", "again", TAX, changed("2023-08"), "2023-11-11", period="2023-08", version=2)
    changes, *_ = between(office)
    assert causes(changes) == {"2023-10": "late_data", "again": "source_correction"}


def test_what_waited_for_an_answer_is_late_data_once_it_counts(office: Office) -> None:
    office.drop("T01", "held", TAX, tax_rows("2023-10", range(100_000_000, 100_000_400)), "2023-10-20",
                period="2023-10")  # fmt: skip
    held = office.judged()["held"]
    assert held.status == "HELD"
    office.answer("held", "yuan")
    assert causes(between(office)[0]) == {"held": "late_data"}


def test_the_offices_tables_are_decisions_but_for_its_corrections(office: Office) -> None:
    ledger = Ledger(office.home.ledger)
    office.home.config.mkdir()
    (office.home.config / "parameter.csv").write_text("name,value\nneed.close_days,60\n")
    (office.home.config / "correction.csv").write_text(
        "feed,row_key,column_name,found_value,value,reason,provider,status\n"
        "T01,tax_type=VAT;treasury_month=2023-09,amount_total,1,2,r,p,RETIRED\n"
    )
    sync(office.home, ledger)
    changes, was, now = between(office)
    assert causes(changes) == {"parameter": "definition", "correction": "source_correction"}
    decided = with_definitions(was, now, FIRST)
    tables = [event.scope["table"] for event in decided if event.kind == "parameter"]
    assert tables == ["parameter"]
    assert all(event.known_at <= FIRST for event in decided)
    kept = [event.scope["table"] for event in without_corrections(was, now, changes) if event.kind == "parameter"]
    assert kept == ["parameter"]


def test_a_build_without_the_corrections_knows_all_else(office: Office) -> None:
    office.drop("T01", "2023-10", TAX, tax_rows("2023-10", range(10_000, 10_400)), "2023-11-10", period="2023-10")
    office.drop("T01", "again", TAX, changed("2023-08"), "2023-11-11", period="2023-08", version=2)
    changes, was, now = between(office)
    names = {Path(delivery_of(event).path).stem for event in without_corrections(was, now, changes)}
    assert names == {"2023-08", "2023-09", "2023-10"}


def test_what_landed_after_a_build_was_not_known_to_it_however_early_it_was_received(office: Office) -> None:
    before = {one.delivery.id for one in office.standings()}
    office.drop("T01", "2023-07", TAX, tax_rows("2023-07", range(10_000, 10_400)), "2023-08-10", period="2023-07")
    office.take_in()
    ledger = Ledger(office.home.ledger)
    assert {delivery_of(event).id for event in events_of(ledger, before, FIRST)} == before
    assert len(ledger.events(FIRST)) == 3


def test_a_delivery_that_the_ledger_lost_is_named(office: Office) -> None:
    with pytest.raises(LouyuError, match="T01-gone"):
        events_of(Ledger(office.home.ledger), {"T01-gone"}, FIRST)
