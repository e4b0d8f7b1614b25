"""Periods and units as a sentence says them."""

from decimal import Decimal
from fractions import Fraction

import pytest

from common.messages import Message
from common.periods import in_words, parse_period
from common.wording import PrintRule, print_value


@pytest.mark.parametrize(
    ("label", "zh", "en"),
    [
        ("HM2023-01/HM2023-09", "2023年1—9月考核期", "assessment months January to September 2023"),
        ("HM2023-09/HM2023-09", "2023年9月考核期", "assessment month September 2023"),
        (
            "HM2022-11/HM2023-02",
            "2022年11月考核期至2023年2月考核期",
            "assessment month November 2022 to assessment month February 2023",
        ),
    ],
)
def test_a_window_within_a_year_names_the_year_once(label: str, zh: str, en: str) -> None:
    assert in_words(parse_period(label)) == Message(zh, en)


@pytest.mark.parametrize(
    ("value", "unit", "printed"),
    [
        (1, "companies", "1 company"),
        (2, "companies", "2 companies"),
        (1, "buildings", "1 building"),
        (1, "a month", "1 a month"),
        (0, "tickets", "0 tickets"),
        (11, "needs", "11 needs"),
    ],
)
def test_exactly_one_is_singular_in_english(value: int, unit: str, printed: str) -> None:
    assert print_value(Fraction(value), PrintRule("家", Decimal(1), "", unit)).en == printed
