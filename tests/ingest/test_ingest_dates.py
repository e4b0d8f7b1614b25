"""Dates and times in every notation that offices use, and none that could mean two days (SPEC 3.2, B-DAT)."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ingest_making import as_column, one_value

from ingest.values.dates import parse_date, parse_time

DAYS = st.dates(date(1901, 1, 1), date(2099, 12, 31))
MOMENTS = st.datetimes(datetime(1990, 1, 1), datetime(2099, 12, 31)).map(lambda moment: moment.replace(microsecond=0))
CHINESE = "〇一二三四五六七八九"


def _tens(number: int) -> str:
    tens, ones = divmod(number, 10)
    return ("" if tens == 0 else "十" if tens == 1 else CHINESE[tens] + "十") + ("" if ones == 0 else CHINESE[ones])


def notations(day: date) -> list[str]:
    """Every accepted way to write a day."""
    y, m, d = day.year, day.month, day.day
    plain = [
        f"{y}-{m:02d}-{d:02d}", f"{y}-{m}-{d}", f"{y}/{m}/{d}", f"{y}/{m:02d}/{d:02d}", f"{y}.{m}.{d}",
        f"{y}.{m:02d}.{d:02d}",
        f"{y}{m:02d}{d:02d}", f"{y}年{m}月{d}日", f"{y}年{m:02d}月{d:02d}日", f"{y} 年 {m} 月 {d} 日", f" {y}-{m}-{d} ",
        f"{y}-{m:02d}-{d:02d} 00:00:00", f"{y}-{m:02d}-{d:02d}T08:30:00", f"{y}/{m}/{d} 8:05", f"{y}年{m}月{d}日 下午",
        f"{y}-{m}-{d} 星期五", f"{y}年{m}月{d}日(周五)",
        f"{''.join(CHINESE[int(digit)] for digit in str(y))}年{_tens(m)}月{_tens(d)}日",
    ]  # fmt: skip
    return [*plain, "".join(chr(ord(c) + 0xFEE0) if "0" <= c <= "9" else c for c in plain[0])]


@given(DAYS)
def test_every_notation_of_a_day_is_that_day(day: date) -> None:
    for text in notations(day):
        found = parse_date(text)
        assert found.problem is None, text
        assert found.value is not None, text
        assert found.value.date() == day, text
        assert not found.is_month_only, text


@given(st.dates(date(1927, 5, 18), date(2099, 12, 31)))
def test_a_spreadsheet_serial_is_the_day_of_its_date_system(day: date) -> None:
    assert parse_date(str((day - date(1899, 12, 30)).days)).value == datetime.combine(day, datetime.min.time())
    since_1904 = (day - date(1904, 1, 1)).days
    if since_1904 >= 10_000:
        assert parse_date(str(since_1904), epoch_1904=True).value == datetime.combine(day, datetime.min.time())


def test_the_two_date_systems_lie_1462_days_apart() -> None:
    one, other = parse_date("45170").value, parse_date("45170", epoch_1904=True).value
    assert one == datetime(2023, 9, 1)
    assert other is not None
    assert other - one == timedelta(days=1462)


@given(MOMENTS)
def test_a_serial_with_a_fraction_is_a_moment_to_the_second(moment: datetime) -> None:
    seconds = (moment - datetime(1899, 12, 30)).total_seconds()
    assert parse_time(f"{seconds / 86400:.10f}").value == moment


@pytest.mark.parametrize("text", [
    "2023-02-29", "2023-2-30", "2023-13-01", "2023.13.1", "2月30日", "2023-00-10", "2023-09-00", "2023-9-31",
    "20231301",
    "20230931", "2023年2月30日", "二〇二三年二月三十日", "01/02/2023", "1/2/23", "23.9.1", "23-09-01", "99-1-1",
    "9月1日", "9.1",
    "2023年", "2023", "昨天", "待定日期", "2023-09-01至2023-09-30", "2023-09-01 至 2023-09-30", "2023年9月1日至3日",
    "2023-09-01、2023-09-02", "2023-09-01 2023-09-02", "2023-09-01 第二天", "0023-09-01", "1023-09-01", "20233-09-01",
    "9999年12月",
    "60", "59", "1", "-45170", "451700", "4517", "45170.5.5", "2023-09-1a", "２０２３", "2023Q3", "前三季度", "1-9月",
])  # fmt: skip
def test_what_could_be_two_days_or_none_is_a_problem_and_never_a_guess(text: str) -> None:
    found = parse_date(text)
    assert found.value is None
    assert found.problem in ("B-DAT-01", "B-DAT-02")


@pytest.mark.parametrize("text", ["9月1日", "12月31日", "9月1", "9月", "9月份", "9月1号", "九月一日", "9月1日上午"])
def test_a_day_without_a_year_is_told_as_such(text: str) -> None:
    assert parse_date(text).problem == "B-DAT-01"


@pytest.mark.parametrize(
    "text", ["2023年9月", "2023-09", "2023.9", "2023/09", "202309", "2023年09月份", "二〇二三年九月"]
)
def test_a_month_gives_its_first_day_and_is_flagged(text: str) -> None:
    found = parse_date(text)
    assert found.value == datetime(2023, 9, 1)
    assert found.is_month_only


@pytest.mark.parametrize("text", [
    "1900-01-00", "1900-1-0", "1900/1/0", "0000-00-00", "9999-12-31", "9999/12/31", "1899-12-30", "1899-12-31",
    "9999年12月31日", "99991231", "00000000", "19000100", "1900年1月0日",
    "9999-12-31 00:00:00", "1900-01-00 00:00:00", "1899-12-30 00:00:00", "0000-00-00 00:00:00",
])  # fmt: skip
def test_a_placeholder_is_empty_in_dates_and_in_times(text: str) -> None:
    for parse in (parse_date, parse_time):
        found = parse(text)
        assert (found.value, found.problem, found.is_placeholder) == (None, None, True)


@pytest.mark.parametrize("text", ["二O二三年九月一日", "二0二三年九月一日", "二Ｏ二三年九月一日", "二◯二三年九月一日"])
def test_whatever_is_typed_for_the_chinese_zero_is_a_zero(text: str) -> None:
    assert parse_date(text).value == datetime(2023, 9, 1)


@pytest.mark.parametrize("text", ["至今", "长期", "永久", "无固定期限", "待定"])
def test_an_open_end_is_empty_without_a_finding(text: str) -> None:
    assert parse_date(text) == parse_date("长期")
    assert parse_date(text).value is None
    assert parse_date(text).problem is None


@given(MOMENTS)
def test_every_notation_of_a_moment_is_that_moment(moment: datetime) -> None:
    m = moment
    half, hour = ("上午", m.hour) if m.hour < 12 else ("下午", m.hour - 12 or 12)
    if m.hour == 0:
        half, hour = "凌晨", 12
    for text in (
        m.isoformat(), m.isoformat(" "),
        f"{m:%Y/%m/%d %H:%M:%S}", f"{m.year}/{m.month}/{m.day} {m.hour}:{m.minute:02d}:{m.second:02d}",
        f"{m:%Y-%m-%dT%H:%M:%S}+08:00", f"{m:%Y-%m-%d} {half}{hour}:{m.minute:02d}:{m.second:02d}",
        f"{m.year}年{m.month}月{m.day}日{m.hour}时{m.minute}分{m.second}秒",
        f"{m.year}年{m.month}月{m.day}日 {m:%H:%M:%S}",
        f"{m:%Y-%m-%d} {half} {hour:02d}:{m.minute:02d}:{m.second:02d}", f"{m:%Y-%m-%d %I:%M:%S %p}",
        f"{(m - timedelta(hours=8)):%Y-%m-%dT%H:%M:%S}Z", f"{m:%Y-%m-%d %H:%M:%S}.000",
    ):  # fmt: skip
        assert parse_time(text).value == moment, text


@given(MOMENTS, st.integers(-12 * 4, 14 * 4))
def test_an_offset_is_converted_to_beijing_time(moment: datetime, quarters: int) -> None:
    zone = timezone(timedelta(minutes=15 * quarters))
    there = moment.replace(tzinfo=UTC).astimezone(zone)
    assert parse_time(there.isoformat()).value == moment + timedelta(hours=8)


@given(
    st.datetimes(datetime(2002, 1, 1), datetime(2099, 1, 1)).map(
        lambda moment: moment.replace(microsecond=0, tzinfo=UTC)
    )
)
def test_epoch_seconds_and_milliseconds_are_moments(moment: datetime) -> None:
    seconds = int(moment.timestamp())
    beijing = moment.replace(tzinfo=None) + timedelta(hours=8)
    assert parse_time(str(seconds)).value == beijing
    assert parse_time(f"{seconds}000").value == beijing


@pytest.mark.parametrize("text", [
    "2023-09-01 25:00:00", "2023-09-01 10:61", "2023-02-30 10:00:00", "10:00:00", "下午 05:23:52", "9月1日 10:00",
    "soon",
    "2023-09-01 10:00-11:00", "2023-09-01 10:00 - 11:00", "2023-09-01 10:00~11:00", "2023-09-01 下午99:00",
])  # fmt: skip
def test_what_is_no_moment_is_a_problem(text: str) -> None:
    found = parse_time(text)
    assert found.value is None
    assert found.problem is not None


@pytest.mark.parametrize(("text", "problem"), [
    ("01/02/2023 08:00", "B-DAT-02"), ("2023-02-30 08:00:00", "B-DAT-02"), ("23.9.1 8:00", "B-DAT-02"),
    ("9月20日 8:00", "B-DAT-01"), ("2023-09-20 25:00", "L-VAL-TIME"),
])  # fmt: skip
def test_a_moment_whose_day_is_no_day_waits_for_the_reason_of_the_day(text: str, problem: str) -> None:
    assert parse_time(text).problem == problem


@pytest.mark.parametrize(("text", "hour"), [
    ("中午12:30", 12), ("中午1:30", 13), ("中午11:30", 11), ("晚上8:30", 20), ("下午12:30", 12), ("上午12:30", 0),
    ("凌晨12:30", 0), ("早上8:30", 8), ("晚上12:30", None),
])  # fmt: skip
def test_an_hour_of_a_part_of_the_day_is_that_hour_or_none(text: str, hour: int | None) -> None:
    expected = None if hour is None else datetime(2023, 9, 20, hour, 30)
    assert parse_time(f"2023-09-20 {text}").value == expected


@pytest.mark.parametrize("text", ["2023-09-20 24:00", "2023-09-20 24:00:00", "2023年9月20日24时"])
def test_the_end_of_a_day_is_the_beginning_of_the_next(text: str) -> None:
    assert parse_time(text).value == datetime(2023, 9, 21)


def test_a_long_text_is_no_date_and_costs_no_time() -> None:
    assert parse_date("1:00 " * 20_000).problem == "B-DAT-02"
    assert parse_time("2023-09-01 " + "1:00 " * 20_000).problem == "L-VAL-TIME"


def test_a_day_alone_is_its_midnight() -> None:
    assert parse_time("2023-09-01").value == datetime(2023, 9, 1)


def test_the_edges_of_an_assessment_month_keep_their_second() -> None:
    assert parse_time("2023-09-18 23:59:59").value == datetime(2023, 9, 18, 23, 59, 59)
    assert parse_time("2023/9/19 0:00:00").value == datetime(2023, 9, 19)


@given(st.text(max_size=25))
def test_any_text_is_a_date_a_problem_or_empty(text: str) -> None:
    for parse in (parse_date, parse_time):
        found = parse(text)
        assert not (found.value and found.problem)


@given(st.text("0123456789-/.年月日 :TZ+上下午", max_size=20))
def test_whatever_looks_like_a_date_never_breaks_the_parser(text: str) -> None:
    for parse in (parse_date, parse_time):
        found = parse(text)
        assert not (found.value and found.problem)
        assert found.value is None or 1850 <= found.value.year <= 2150


@given(st.lists(DAYS, min_size=1, max_size=6), st.data())
def test_a_column_of_mixed_notations_is_read_like_its_parts(days: list[date], data: st.DataObject) -> None:
    texts = [data.draw(st.sampled_from(notations(day))) for day in days]
    assert as_column("A01", "held_on", *texts).values.to_list() == days
    times = as_column("H01", "created_at", *(day.isoformat() for day in days)).values.to_list()
    assert times == [datetime.combine(day, datetime.min.time()) for day in days]


@pytest.mark.parametrize(("feed", "column", "text", "value"), [
    ("T01", "treasury_month", "2023-09-15", date(2023, 9, 1)), ("T01", "treasury_month", "202309", date(2023, 9, 1)),
    ("T01", "treasury_month", "2023年9月", date(2023, 9, 1)), ("T01", "treasury_month", "2023.13", "B-DAT-02"),
    ("O01", "moved_out_on", "至今", None), ("O01", "lease_end", "9999-12-31", None), ("O01", "lease_end", "无", None),
    ("H01", "closed_at", "9999-12-31 00:00:00", None), ("H01", "closed_at", "——", None),
    ("A01", "held_on", "2023年9月", date(2023, 9, 1)), ("A01", "held_on", "9月1日", "B-DAT-01"),
])  # fmt: skip
def test_a_column_of_dates_keeps_what_its_type_keeps(feed: str, column: str, text: str, value: Any) -> None:
    assert one_value(feed, column, text) == value


def notes(feed: str, column: str, *texts: str, **context: Any) -> list[tuple[str, str, int, Any]]:
    """Rule, action, number and what was read of the notes on a column."""
    problems = as_column(feed, column, *texts, **context).problems
    return [(problem.rule, problem.action, problem.number, problem.facts.get("d")) for problem in problems]


@pytest.mark.parametrize(("text", "read"), [
    ("2023.9.1", "2023-09-01"), ("2023/9/1", "2023-09-01"), ("2023年9月1日", "2023-09-01"), ("20230901", "2023-09-01"),
    ("2023年9月1号", "2023-09-01"), ("45170", "2023-09-01"), ("二〇二三年九月一日", "2023-09-01"),
    ("2023-9-1", "2023-09-01"), ("2023.9", "2023-09-01"), ("2023-09", "2023-09-01"),
])  # fmt: skip
def test_a_date_in_another_form_is_read_with_a_note_of_what_was_read(text: str, read: str) -> None:
    assert notes("A01", "held_on", text) == [("B-DAT-01", "AUTO", 1, read)]


@pytest.mark.parametrize("text", ["2023-09-01", "2023-09-01 00:00:00", "2023-09-01T00:00:00", "2023-09-01 00:00"])
def test_an_iso_date_needs_no_note(text: str) -> None:
    assert notes("A01", "held_on", text) == []


def test_a_form_of_dates_is_noted_once_in_a_column_with_its_number() -> None:
    texts = ["2023年9月1日", "2023-09-01", "2023年10月12日", "2023/9/3", "2023年9月1日", "20230901"]
    assert notes("A01", "held_on", *texts) == [
        ("B-DAT-01", "AUTO", 3, "2023-09-01"), ("B-DAT-01", "AUTO", 1, "2023-09-03"),
        ("B-DAT-01", "AUTO", 1, "2023-09-01"),
    ]  # fmt: skip


def test_a_month_is_noted_as_a_month_and_a_moment_as_a_moment() -> None:
    assert notes("T01", "treasury_month", "2023年9月") == [("B-DAT-01", "AUTO", 1, "2023-09")]
    assert notes("T01", "treasury_month", "2023-09") == []
    assert notes("H01", "created_at", "2023/9/1 8:05") == [("B-DAT-01", "AUTO", 1, "2023-09-01 08:05:00")]
    assert notes("H01", "created_at", "20230901080500") == [("B-DAT-01", "AUTO", 1, "2023-09-01 08:05:00")]


def test_placeholders_are_counted_and_empty() -> None:
    assert notes("A01", "held_on", "9999-12-31", "2023-09-01", "1900-01-00") == [("B-DAT-04", "WARN", 2, None)]


@pytest.mark.parametrize(("text", "noted"), [
    ("2023-09-01T00:00:00Z", True), ("1693526400000", True), ("2023-09-01T00:00:00+00:00", True),
    ("2023-09-01T00:00:00+08:00", False), ("2023-09-01T08:00:00", False), ("2023-09-01 08:00:00", False),
])  # fmt: skip
def test_only_a_time_from_another_zone_is_said_to_be_converted(text: str, noted: bool) -> None:
    assert as_column("H01", "created_at", text).values.to_list() == [datetime(2023, 9, 1, 0 if "+08" in text else 8)]
    assert [rule for rule, *_ in notes("H01", "created_at", text)] == ["B-DAT-06"] * noted


def test_a_time_of_an_interface_without_a_zone_is_beijings_with_a_warning() -> None:
    texts = ["2023-09-01 08:00:00", "2023/9/1 9:00", "2023-09-01T00:00:00+08:00", "2023-09-01 08:00:00"]
    found = [note for note in notes("H01", "created_at", *texts, is_api=True) if note[0] == "B-DAT-06"]
    assert found == [("B-DAT-06", "WARN", 3, None)]
    assert [note for note in notes("H01", "created_at", *texts) if note[0] == "B-DAT-06"] == []
    assert notes("H01", "created_at", "2023-09-01T00:00:00+08:00", is_api=True) == []


@pytest.mark.parametrize("text", ["20230901103000123", "2023090110300", "20230931103000", "2023-09-01103000"])
def test_digits_that_run_together_otherwise_are_no_moment(text: str) -> None:
    assert parse_time(text).value is None or len(text) == 13


@pytest.mark.parametrize("text", ["20230901103000", "202309011030", "20230901 103000", "2023年9月1号 10:30"])
def test_a_moment_may_be_written_without_marks_or_with_a_common_word_for_the_day(text: str) -> None:
    assert parse_time(text).value == datetime(2023, 9, 1, 10, 30)
