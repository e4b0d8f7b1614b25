"""Times of another zone and dates of another order, as a layout declares them (SPEC 0.1a, B-DAT-02)."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ingest_making import as_column, one_value

SHANGHAI = ZoneInfo("Asia/Shanghai")
ZONES = ("UTC", "America/New_York", "Europe/London", "Asia/Kolkata", "Australia/Lord_Howe")
MOMENTS = st.datetimes(datetime(1995, 1, 1), datetime(2030, 1, 1)).map(lambda moment: moment.replace(microsecond=0))


@given(MOMENTS, st.sampled_from(ZONES), st.sampled_from(["%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M:%S"]))
def test_a_time_of_another_zone_is_the_same_moment_in_beijing(moment: datetime, zone: str, form: str) -> None:
    there = moment.replace(tzinfo=ZoneInfo(zone))
    read = one_value("H01", "created_at", moment.strftime(form), time_zone=zone)
    assert read == there.astimezone(SHANGHAI).replace(tzinfo=None)


def test_a_day_is_the_day_it_was_in_beijing_and_a_day_without_a_time_stays() -> None:
    assert one_value("R02", "listed_on", "1997-11-24 16:00:00", time_zone="UTC") == date(1997, 11, 25)
    assert one_value("R02", "listed_on", "1997-11-24 15:59:59", time_zone="UTC") == date(1997, 11, 24)
    assert one_value("R02", "listed_on", "1997-11-24", time_zone="UTC") == date(1997, 11, 24)
    assert one_value("R02", "listed_on", "1997年11月24日", time_zone="America/New_York") == date(1997, 11, 24)


@pytest.mark.parametrize("text", ["2023-09-01T08:00:00Z", "2023-09-01T16:00:00+08:00", "1693555200"])
def test_an_offset_in_the_text_says_more_than_the_layout(text: str) -> None:
    assert one_value("H01", "created_at", text, time_zone="America/New_York") == datetime(2023, 9, 1, 16)


@given(MOMENTS)
def test_a_declared_form_is_read_as_declared(moment: datetime) -> None:
    texts = [f"{moment:%d/%m/%Y %H:%M:%S}"]
    assert as_column("H01", "created_at", *texts, dates=("%d/%m/%Y %H:%M:%S",)).values.to_list() == [moment]


@given(st.lists(st.dates(date(2000, 1, 1), date(2030, 1, 1)), min_size=1, max_size=8))
def test_no_date_of_a_column_is_read_the_wrong_way_once_one_of_them_shows_the_order(days: list[date]) -> None:
    months_first = [f"{day:%m/%d/%Y}" for day in days]
    read = as_column("A01", "held_on", *months_first, dates=("%d/%m/%Y",)).values.to_list()
    if any(day.day > 12 for day in days):
        # 05/05 is the same day either way
        assert [value for value, day in zip(read, days, strict=True) if value not in (None, day)] == []
    assert all(value is None for value, day in zip(read, days, strict=True) if day.day > 12)


def test_a_form_that_nobody_declared_stays_unread() -> None:
    assert one_value("A01", "held_on", "13/01/2018") == "B-DAT-02"
    assert one_value("A01", "held_on", "2018年", dates=("%Y年",)) == date(2018, 1, 1)
    assert one_value("A01", "held_on", "0001年", dates=("%Y年",)) == "B-DAT-02"


def test_numbers_of_another_scheme_are_kept_as_they_stand_and_people_are_still_hidden() -> None:
    kept = as_column("T01", "uscc", "N 037863", "ab-12", "110101199003078515", identifiers="permit").values.to_list()
    assert kept[:2] == ["permit:N 037863", "permit:ab-12"]
    assert kept[2].startswith("P1:")
