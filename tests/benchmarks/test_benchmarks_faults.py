"""Every fault changes the delivery that it is meant for, always in the same way, and nothing else."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest

from benchmarks.faults.fault import Fault
from benchmarks.faults.parcel import Parcel
from benchmarks.faults.reasons import REASONS
from benchmarks.faults.registry import FAULTS
from benchmarks.mutation import _key
from benchmarks.proving.homes import AS_OF, KNOWN_AT, SINCE, District
from common.contracts import feeds
from sample.forms import Pages, Total, Workbook

IDS = list(FAULTS)


@pytest.fixture(scope="module")
def district() -> District:
    return District(1, Path("unused"))


def contents(parcel: Parcel) -> Mapping[str, bytes]:
    return dict(parcel.files())


def test_there_are_sixty_kinds_of_fault_over_the_feeds_that_figures_are_made_of() -> None:
    assert len(FAULTS) >= 60
    assert len({fault.name.en for fault in FAULTS.values()}) == len(FAULTS)
    assert {fault.feed for fault in FAULTS.values()} >= {
        "A01", "B01", "E01", "G01", "G02", "G03", "H01", "H02", "M01", "N01", "O01", "P01", "R01", "R02", "T01", "V01",
    }  # fmt: skip
    assert REASONS.keys() <= FAULTS.keys()


@pytest.mark.parametrize("id", IDS)
def test_a_fault_changes_its_delivery_always_in_the_same_way(id: str, district: District) -> None:
    fault: Fault = FAULTS[id]
    clean, sent = fault.sent(district)
    _, again = fault.sent(district)
    assert clean.delivery.feed == fault.feed == id[:3].upper()
    assert [contents(one) for one in sent] == [contents(one) for one in again]
    assert [contents(one) for one in sent] != [contents(clean)]
    assert all(one.delivery.feed == fault.feed for one in sent)


def test_a_parcel_that_nobody_changed_is_sent_as_it_was(district: District) -> None:
    for parcel in district.last:
        unchanged = parcel.change(lambda records: records)
        assert contents(unchanged) == contents(parcel), parcel.delivery.name


def test_rows_are_seen_by_the_columns_of_the_contract(district: District) -> None:
    for parcel in district.last:
        feed = feeds()[parcel.delivery.feed]
        seen = set(parcel.records()[0])
        required = {column.name for column in feed.columns if column.required and not column.parts}
        assert required <= seen, (parcel.delivery.name, required - seen)


def test_totals_follow_the_rows_unless_they_are_kept(district: District) -> None:
    clean = district.target("T01")
    followed = clean.change(lambda records: records[:100])
    kept = clean.change(lambda records: records[:100], keeps_totals=True)
    assert _total(clean) == _total(kept) != _total(followed)


def _total(parcel: Parcel) -> tuple[object, ...]:
    assert isinstance(parcel.form, Workbook)
    [total] = [row for row in parcel.form.sheets[0].rows if isinstance(row, Total)]
    return tuple(total)


def test_the_last_month_holds_one_delivery_of_each_monthly_feed(district: District) -> None:
    assert SINCE.date() > AS_OF
    assert all(SINCE <= one.delivery.received_at < KNOWN_AT for one in district.last)
    counted = Counter(one.delivery.feed for one in district.last)
    assert {feed: counted[feed] for feed in ("T01", "O01", "H01", "H02", "M01", "N01")} == dict.fromkeys(
        ("T01", "O01", "H01", "H02", "M01", "N01"), 1
    )
    assert isinstance(district.target("H01").form, Pages)
    assert district.before(district.target("T01")).delivery.received_at < SINCE


def test_a_result_is_known_by_its_fault_and_by_the_code() -> None:
    first, other = list(FAULTS.values())[:2]
    assert _key(first, "code") == _key(first, "code")
    assert len({_key(first, "code"), _key(other, "code"), _key(first, "other code")}) == 3
