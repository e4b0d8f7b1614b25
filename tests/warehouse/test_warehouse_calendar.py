"""What departments owe, by when, and how well they deliver (SPEC 3.3, cadence; 2.5; B-TIM-01)."""

from collections.abc import Sequence, Set
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.clock import BEIJING
from common.deliveries import Delivery, Sidecar, Status, StoredFile
from common.home import Home
from common.messages import LouyuError
from warehouse.books import Entry
from warehouse.calendar import Due, Length, calendar, dues, ended_by, span_of, spans
from warehouse.scorecard import Split, scores

LENGTHS: tuple[Length, ...] = ("day", "week", "month", "quarter")
DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))


def entry(
    feed: str, received: str, *periods: str, status: Status = "ACCEPTED", read: int = 10, waits: int = 0,
    sender: str | None = None, period: str | None = None,
) -> Entry:  # fmt: skip
    moment = datetime.fromisoformat(f"{received}T10:00:00").replace(tzinfo=BEIJING)
    name = f"{feed}/{received}-{','.join(periods)}-{sender}.xlsx"
    landing = Delivery(
        feed, name, (StoredFile(name, name, 1),), moment, 0, Sidecar(sender=sender, period=period)
    )  # fmt: skip
    return Entry(landing, landing.id, status, None, periods, read, read - waits, waits)


def owed(home: Home, known: Sequence[Entry], feed: str, until: str) -> list[Due]:
    return [due for due in dues(known, calendar(home), date.fromisoformat(until)) if due.feed.id == feed]


def states(home: Home, known: Sequence[Entry], feed: str, on: str) -> dict[str, str]:
    return {due.span.label: due.state(date.fromisoformat(on)) for due in owed(home, known, feed, on)}


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def configure(home: Home, *rows: str) -> None:
    home.config.mkdir(parents=True, exist_ok=True)
    text = "\n".join(["feed,period,due,valid_from,valid_to,source_doc", *rows])
    (home.config / "delivery_calendar.csv").write_text(text, encoding="utf-8")


@given(st.sampled_from(LENGTHS), DAYS)
def test_every_day_lies_in_one_period_and_periods_follow_without_a_gap(length: Length, day: date) -> None:
    span = span_of(length, day)
    assert span.first <= day < span.end
    assert span_of(length, span.first) == span
    assert span.next.first == span.end


@given(st.sampled_from(LENGTHS), DAYS)
def test_a_period_has_ended_on_its_last_day_and_not_before(length: Length, day: date) -> None:
    ended = ended_by(length, day)
    assert (day - ended.end).days >= -1
    assert ended.next.end > ended.end
    assert (day - ended.next.end).days < -1


def test_a_due_day_counts_days_or_working_days_from_the_end_of_the_period(home: Home) -> None:
    given_calendar = calendar(home)
    september = span_of("month", date(2023, 9, 1))
    assert given_calendar.due_on("T01", september) == date(2023, 10, 15)
    # 1 to 6 October is the holiday, and the 7th and 8th, a weekend, are worked
    assert given_calendar.due_on("A01", september) == date(2023, 10, 9)
    assert given_calendar.due_on("R01", september) is None


def test_a_month_is_delivered_in_time_late_or_missing(home: Home) -> None:
    known = [
        entry("T01", "2023-08-14", "2023-07-01"), entry("T01", "2023-09-18", "2023-08-01"),
        entry("T01", "2023-12-01", "2023-11-01"),
    ]  # fmt: skip
    assert states(home, known, "T01", "2023-12-10") == {
        "2023-07": "ON_TIME", "2023-08": "LATE", "2023-09": "MISSING", "2023-10": "MISSING", "2023-11": "ON_TIME",
        "2023-12": "OPEN",
    }  # fmt: skip


def test_nothing_is_missing_before_its_due_day_has_passed(home: Home) -> None:
    known = [entry("T01", "2023-09-14", "2023-08-01")]
    assert states(home, known, "T01", "2023-10-15")["2023-09"] == "OPEN"
    assert states(home, known, "T01", "2023-10-16")["2023-09"] == "MISSING"


def test_a_part_of_a_month_that_has_not_ended_does_not_deliver_it(home: Home) -> None:
    known = [entry("T01", "2023-08-14", "2023-07-01"), entry("T01", "2023-08-20", "2023-08-01")]
    assert states(home, known, "T01", "2023-09-20")["2023-08"] == "MISSING"


def test_a_snapshot_shows_the_newest_period_that_had_ended_on_its_day(home: Home) -> None:
    known = [entry("B01", "2023-10-08", "2023-09-30"), entry("B01", "2023-12-05", "2023-12-05")]
    assert states(home, known, "B01", "2023-12-10") == {
        "2023-09": "ON_TIME",
        "2023-10": "MISSING", "2023-11": "ON_TIME", "2023-12": "OPEN",
    }  # fmt: skip


def test_updates_are_complete_to_their_receipt_so_a_later_one_makes_up_for_one_that_is_missing(home: Home) -> None:
    known = [entry("H01", "2023-08-03"), entry("H01", "2023-10-04")]
    assert states(home, known, "H01", "2023-10-20") == {
        "2023-07": "ON_TIME", "2023-08": "LATE", "2023-09": "ON_TIME", "2023-10": "OPEN"
    }  # fmt: skip


def test_a_refused_or_held_file_delivers_nothing(home: Home) -> None:
    known = [
        entry("T01", "2023-08-14", "2023-07-01"),
        entry("T01", "2023-09-14", "2023-08-01", status="HELD"),
        entry("T01", "2023-09-15", status="REJECTED", period="2023-08"),
    ]
    assert states(home, known, "T01", "2023-09-20")["2023-08"] == "MISSING"


def test_of_a_feed_that_never_came_the_newest_due_period_is_missing(home: Home) -> None:
    assert states(home, [], "T01", "2023-10-20") == {"2023-09": "MISSING", "2023-10": "OPEN"}


def test_the_office_can_say_since_when_a_feed_is_expected_move_its_due_day_or_expect_it_no_more(home: Home) -> None:
    configure(home, "T01,month,T+20d,,,通知1", "B01,month,,,,通知2", "R02,quarter,T+15d,2023-01-01,,通知3")
    assert states(home, [], "R02", "2023-10-20") == {
        "2023-Q1": "MISSING", "2023-Q2": "MISSING", "2023-Q3": "MISSING", "2023-Q4": "OPEN"
    }  # fmt: skip
    assert owed(home, [], "B01", "2023-10-20") == []
    assert owed(home, [], "T01", "2023-10-21")[0].due_on == date(2023, 10, 20)


def test_a_due_day_can_change_from_a_day_on(home: Home) -> None:
    configure(home, "T01,month,T+20d,2023-09-01,,通知1")
    given_calendar = calendar(home)
    assert given_calendar.due_on("T01", span_of("month", date(2023, 8, 1))) == date(2023, 9, 15)
    assert given_calendar.due_on("T01", span_of("month", date(2023, 9, 1))) == date(2023, 10, 20)


@pytest.mark.parametrize("row", ["X99,month,T+1d,,,", "T01,year,T+1d,,,", "T01,month,soon,,,", "T01,month,T+1d,9月,,"])
def test_a_calendar_that_cannot_be_read_says_what_it_takes(home: Home, row: str) -> None:
    configure(home, row)
    with pytest.raises(LouyuError, match=r"delivery_calendar\.csv") as refused:
        calendar(home)
    assert "T+5wd" in refused.value.message.zh


def test_a_refused_file_speaks_of_the_month_that_it_claims() -> None:
    refused = entry("T01", "2023-10-14", status="REJECTED", period="2023-08")
    assert [span.label for span in spans(refused, "month")] == ["2023-08"]
    unclaimed = entry("T01", "2023-10-14", status="REJECTED")
    assert [span.label for span in spans(unclaimed, "month")] == ["2023-09"]


def score(
    home: Home, known: Sequence[Entry], on: str, *by: Split, again: Set[str] = frozenset()
) -> list[dict[str, Any]]:
    found = scores(known, again, calendar(home), date.fromisoformat(on), by)
    return [row for row in found if row["feed"] == "T01"]


def test_a_score_counts_what_was_due_what_came_and_what_waits(home: Home) -> None:
    again = entry("T01", "2023-09-20", "2023-08-01", read=100, waits=2)
    known = [
        entry("T01", "2023-08-14", "2023-07-01", read=100, waits=1),
        entry("T01", "2023-09-18", "2023-08-01", read=100),
        again,
        entry("T01", "2023-09-19", status="REJECTED", read=0, period="2023-08"),
        entry("T01", "2023-10-12", "2023-09-01", status="HELD", read=100),
    ]
    (row,) = score(home, known, "2023-10-20", again=frozenset({again.delivery_id}))
    assert (row["periods_due"], row["periods_delivered"], row["periods_on_time"]) == (3, 2, 1)
    assert (row["timeliness"], row["completeness"]) == (Decimal("0.3333"), Decimal("0.6667"))
    assert (row["rows_read"], row["rows_quarantined"], row["quarantine_rate"]) == (400, 3, Decimal("0.0075"))
    assert (row["files"], row["refused"], row["held"], row["resends"]) == (5, 1, 1, 1)


def test_months_add_up_to_the_whole(home: Home) -> None:
    known = [entry("T01", f"2023-{month + 1:02d}-1{month % 7}", f"2023-{month:02d}-01", waits=month % 3)
             for month in range(1, 10)]  # fmt: skip
    (whole,), months = score(home, known, "2023-10-20"), score(home, known, "2023-10-20", "month")
    assert [row["month"] for row in months] == [f"2023-{month:02d}" for month in range(1, 10)]
    for name in ("periods_due", "periods_delivered", "periods_on_time", "files", "rows_read", "rows_quarantined"):
        assert sum(row[name] for row in months) == whole[name]


def test_by_sender_a_share_of_the_deliveries_is_in_time_and_nobody_owes_alone(home: Home) -> None:
    known = [
        entry("T01", "2023-09-14", "2023-08-01", sender="区财政局"),
        entry("T01", "2023-10-18", "2023-09-01", sender="区税务局"),
    ]
    rows = {row["sender"]: row for row in score(home, known, "2023-10-20", "sender")}
    assert {name: row["timeliness"] for name, row in rows.items()} == {"区财政局": Decimal(1), "区税务局": Decimal(0)}
    assert {row["completeness"] for row in rows.values()} == {None}


def test_what_came_after_the_day_of_the_score_is_not_known_to_it(home: Home) -> None:
    known = [entry("T01", "2023-09-14", "2023-08-01"), entry("T01", "2023-10-12", "2023-09-01")]
    (row,) = score(home, known, "2023-10-01")
    assert (row["files"], row["periods_due"], row["periods_delivered"]) == (1, 1, 1)
