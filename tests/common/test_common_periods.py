"""Period labels, assessment months and the words for them (SPEC 0.2, SURFACE)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.messages import LouyuError
from common.periods import (
    Period,
    add_months,
    assessment_month,
    assessment_window,
    in_words,
    last_month_end,
    month_end,
    parse_period,
)

YEARS = st.integers(2000, 2099)
MONTHS = st.integers(1, 12)
DAYS = st.dates(date(2000, 1, 1), date(2099, 12, 31))


def _labels(year: int, month: int) -> dict[str, str]:
    """Every notation of SURFACE for the periods that end with one month."""
    return {
        "M": f"{year}-{month:02d}", "Q": f"{year}-Q{(month + 2) // 3}", "YTD": f"{year}-YTD{month:02d}", "Y": f"{year}",
        "R12": f"R12-{year}-{month:02d}", "HM": f"HM{year}-{month:02d}", "CUM": f"CUM{year}-{month:02d}",
        "S": month_end(date(year, month, 1)).isoformat(),
    }  # fmt: skip


@given(YEARS, MONTHS)
def test_every_notation_of_the_surface_is_read_as_its_own_type(year: int, month: int) -> None:
    for kind, label in _labels(year, month).items():
        assert parse_period(label) == Period(kind, label)


@given(YEARS, MONTHS, YEARS, MONTHS)
def test_a_window_joins_two_periods_of_one_type(year: int, month: int, year_2: int, month_2: int) -> None:
    (first, last) = sorted([(year, month), (year_2, month_2)])
    for kind, label in _labels(*first).items():
        window = f"{label}/{_labels(*last)[kind]}"
        assert parse_period(window) == Period("WINDOW", window)


@pytest.mark.parametrize("label", [
    "2023-00", "2023-13", "2023-Q0", "2023-Q5", "2023-YTD13", "2023-YTD00", "R12-2023-13", "HM2023-00", "CUM2023-13",
    "2023-02-30", "2023-13-01", "2023-00-10", "2023-9", "23-09", "2023Q3", "2023年9月", "２０２３-０９", "", " 2023-09",
    "2023-09 ", "2023-09\n", "2023-09/2023-Q3", "2023-01/2023-02/2023-03", "/", "2023-09/", "hm2023-09", "HM2023-09-19",
    "2023-09/2023-01",
])  # fmt: skip
def test_what_is_no_period_is_refused_with_examples_of_what_is(label: str) -> None:
    with pytest.raises(LouyuError) as refused:
        parse_period(label)
    assert "2023-Q3" in refused.value.message.zh
    assert "2023-Q3" in refused.value.message.en


@given(st.text(max_size=24))
def test_reading_a_period_gives_a_period_or_a_refusal_that_people_understand(text: str) -> None:
    try:
        period = parse_period(text)
    except LouyuError:
        return
    assert period.label == text
    assert in_words(period).zh
    assert in_words(period).en


@pytest.mark.parametrize(("day", "label"), [
    (date(2023, 9, 18), "HM2023-09"), (date(2023, 9, 19), "HM2023-10"), (date(2023, 12, 18), "HM2023-12"),
    (date(2023, 12, 19), "HM2024-01"), (date(2024, 1, 1), "HM2024-01"), (date(2024, 2, 29), "HM2024-03"),
    (date(2025, 10, 26), "HM2025-11"),
])  # fmt: skip
def test_an_assessment_month_turns_on_the_nineteenth(day: date, label: str) -> None:
    assert assessment_month(day) == label


def test_an_assessment_month_is_one_month_long_and_never_reaches_to_today() -> None:
    assert assessment_window("HM2025-10") == (date(2025, 9, 19), date(2025, 10, 19))
    assert assessment_window("HM2024-01") == (date(2023, 12, 19), date(2024, 1, 19))


@given(DAYS, st.integers(1, 28))
def test_every_day_lies_in_exactly_the_assessment_month_it_is_labelled_with(day: date, start_day: int) -> None:
    label = assessment_month(day, start_day)
    first, end = assessment_window(label, start_day)
    assert first <= day < end
    assert assessment_month(first, start_day) == label
    assert assessment_month(end, start_day) != label
    assert 28 <= (end - first).days <= 31


@given(DAYS, st.integers(1, 28))
def test_assessment_months_follow_each_other_without_gap_or_overlap(day: date, start_day: int) -> None:
    _, end = assessment_window(assessment_month(day, start_day), start_day)
    assert assessment_window(assessment_month(end, start_day), start_day)[0] == end


@pytest.mark.parametrize("label", ["2023-09", "HM2023-9", "CUM2023-09"])
def test_only_an_assessment_label_has_an_assessment_window(label: str) -> None:
    with pytest.raises(ValueError, match=label):
        assessment_window(label)


@given(DAYS, st.integers(-600, 600), st.integers(-600, 600))
def test_months_add_up(day: date, one: int, other: int) -> None:
    assert add_months(add_months(day, one), other) == add_months(day, one + other)
    assert add_months(day, one).day == 1


@given(DAYS)
def test_a_month_end_is_the_last_day_before_the_next_month(day: date) -> None:
    end = month_end(day)
    assert (end.year, end.month) == (day.year, day.month)
    assert (end + timedelta(days=1)).day == 1
    last = last_month_end(day)
    assert last <= day < month_end(last + timedelta(days=1)) + timedelta(days=1)
    assert last == month_end(last)


@pytest.mark.parametrize(("label", "zh", "en"), [
    ("2023-09", "2023年9月", "September 2023"),
    ("2023-Q3", "2023年第三季度当季", "the single quarter Q3 2023"),
    ("2023-YTD09", "2023年1—9月累计", "January to September 2023, cumulative"),
    ("2023", "2023年", "2023"),
    ("R12-2023-09", "截至2023年9月的12个月", "the 12 months to September 2023"),
    ("HM2023-09", "2023年9月考核期", "assessment month September 2023"),
    ("CUM2023-09", "自成立运行至2023年9月底", "from the programme's start to the end of September 2023"),
    ("2023-09-30", "2023年9月30日", "30 September 2023"),
    ("HM2022-01/HM2022-12", "2022年1—12月考核期", "assessment months January to December 2022"),
])  # fmt: skip
def test_a_period_is_said_so_that_nobody_takes_it_for_another(label: str, zh: str, en: str) -> None:
    said = in_words(parse_period(label))
    assert (said.zh, said.en) == (zh, en)


def test_a_partial_period_says_how_far_it_reaches() -> None:
    said = in_words(parse_period("2023"), partial_to=date(2023, 9, 30))
    assert said.zh == "2023年(截至9月30日)"
    assert said.en == "2023 (to 30 September)"


@given(YEARS, MONTHS)
def test_different_periods_are_never_said_with_the_same_words(year: int, month: int) -> None:
    labels = _labels(year, month).values()
    assert len({in_words(parse_period(label)).zh for label in labels}) == 8
    assert len({in_words(parse_period(label)).en for label in labels}) == 8
