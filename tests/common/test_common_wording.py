"""Printed numbers and what they claim (SPEC 0.5, 0.6; SURFACE, printed_zh / printed_en)."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.messages import Language
from common.statements import Statement, holds, read_statement
from common.wording import PrintRule, exact_value, print_value

MEETINGS = PrintRule("次", Decimal(10), "余", "meetings")
ACTIVITIES = PrintRule("场", Decimal(100), "余", "activities")
ATTENDANCE = PrintRule("万人次", Decimal(1), "余", "attendances")
TAX = PrintRule("亿元", Decimal("0.01"), "约", "RMB")
COUNT = PrintRule("件", Decimal(1), "", "tickets")
AREA = PrintRule("万㎡", Decimal("0.01"), "", "m²")
RATE = PrintRule("%", Decimal("0.1"), "", "%")
CHANGE = PrintRule("%", Decimal("0.1"), "", "%", is_change=True)
GROWTH = PrintRule("%", Decimal(1), "约", "%", is_change=True)
RULES = (MEETINGS, ACTIVITIES, ATTENDANCE, TAX, COUNT, AREA, RATE, CHANGE, GROWTH)
MODES = st.sampled_from(["gbt8170", "half_up"])
EXACT = st.one_of(
    st.fractions(-(10**12), 10**12, max_denominator=10**6), st.integers(-(10**13), 10**13).map(Fraction),
    st.fractions(-3, 12, max_denominator=3000), st.decimals(-(10**11), 10**11, places=2).map(Fraction),
)  # fmt: skip


@pytest.mark.parametrize(("value", "rule", "zh", "en"), [
    (543, MEETINGS, "540余次", "more than 540 meetings"),
    (540, MEETINGS, "540次", "540 meetings"),
    (549, MEETINGS, "540余次", "more than 540 meetings"),
    (9, MEETINGS, "9次", "9 meetings"),
    (10, MEETINGS, "10次", "10 meetings"),
    (0, MEETINGS, "0次", "0 meetings"),
    (1537, ACTIVITIES, "1500余场", "more than 1,500 activities"),
    (1500, ACTIVITIES, "1500场", "1,500 activities"),
    (99, ACTIVITIES, "99场", "99 activities"),
    (41260, ATTENDANCE, "4万余人次", "more than 40,000 attendances"),
    (40000, ATTENDANCE, "4万人次", "40,000 attendances"),
    (9999, ATTENDANCE, "9999人次", "9,999 attendances"),
    (1146, COUNT, "1146件", "1,146 tickets"),
    (0, COUNT, "0件", "0 tickets"),
    (Decimal("2056000000.00"), TAX, "约20.56亿元", "about RMB 2.056 billion"),
    (Decimal("515000000.00"), TAX, "约5.15亿元", "about RMB 515 million"),
    (Decimal("0.81"), GROWTH, "增长约81%", "up about 81%"),
    (Decimal("1.15"), GROWTH, "增长约115%", "up about 115%"),
    (Fraction(-118, 221), CHANGE, "下降53.4%", "down 53.4%"),
    (Fraction(1), RATE, "100.0%", "100.0%"),
    (Fraction(0), CHANGE, "持平", "unchanged"),
])  # fmt: skip
def test_the_wording_of_the_headlines_and_their_edges(value: Any, rule: PrintRule, zh: str, en: str) -> None:
    printed = print_value(Fraction(value), rule)
    assert (printed.zh, printed.en) == (zh, en)


@given(EXACT, st.sampled_from(RULES), MODES)
def test_what_is_printed_never_contradicts_its_value(value: Fraction, rule: PrintRule, mode: Any) -> None:
    printed = print_value(value, rule, mode)
    for language in ("zh", "en"):
        statement = read_statement(printed.say(language), language)
        assert statement is not None, printed
        assert holds(statement, value, mode), (value, printed)


@given(EXACT, st.sampled_from(["余", "约", "近", "超", "达", ""]), st.sampled_from(["件", "万元", "亿元"]),
       st.sampled_from(["0.01", "1", "10", "100"]))  # fmt: skip
def test_no_word_of_the_grammar_is_printed_where_it_does_not_hold(
    value: Fraction, word: Any, unit: str, step: str
) -> None:
    printed = print_value(value, PrintRule(unit, Decimal(step), word, "RMB"))
    for language in ("zh", "en"):
        statement = read_statement(printed.say(language), language)
        assert statement is not None, printed
        assert holds(statement, value), (value, printed)


@given(st.integers(1, 10**7), st.sampled_from([MEETINGS, ACTIVITIES, ATTENDANCE]))
def test_a_multiple_of_its_step_prints_bare(count: int, rule: PrintRule) -> None:
    scale = 10**4 if rule.unit.startswith("万") else 1
    printed = print_value(Fraction(count) * Fraction(rule.step) * scale, rule)
    assert "余" not in printed.zh
    assert "more than" not in printed.en


@given(st.integers(10, 10**7))
def test_more_than_is_said_of_what_is_more_and_is_less_than_one_step_away(count: int) -> None:
    printed = print_value(Fraction(count), MEETINGS)
    assert ("余" in printed.zh) == (count % 10 != 0)
    assert printed.zh.startswith(str(count // 10 * 10))


@given(EXACT.filter(lambda value: value > 0), st.sampled_from([COUNT, TAX, RATE]))
def test_a_negative_value_prints_its_size_and_says_so(value: Fraction, rule: PrintRule) -> None:
    positive, negative = print_value(value, rule), print_value(-value, rule)
    if positive.zh != negative.zh:
        assert (negative.zh, negative.en) == (f"负{positive.zh}", f"minus {positive.en}")
    else:
        assert float(positive.zh.rstrip("件亿元%")) == 0


@given(st.fractions(0, 1, max_denominator=10**6))
def test_a_fall_prints_as_the_rise_of_the_same_size_does(value: Fraction) -> None:
    rise, fall = print_value(value, CHANGE), print_value(-value, CHANGE)
    assert fall.zh == rise.zh.replace("增长", "下降")
    assert fall.en == rise.en.replace("up", "down")


@pytest.mark.parametrize(("value", "zh"), [
    (Decimal("0.01"), "0.01元"), (Decimal("499999"), "499999.00元"), (Decimal("500000.01"), "约0.01亿元"),
    (0, "0.00亿元"),
    (Decimal("-2056000000"), "负约20.56亿元"), (Decimal("3000"), "3000.00元"),
])  # fmt: skip
def test_an_amount_too_small_for_its_unit_is_said_in_yuan(value: Any, zh: str) -> None:
    assert print_value(Fraction(value), TAX).zh == zh


@pytest.mark.parametrize("value", [Fraction(2499, 2500), Fraction(99999, 100000), Fraction(10001, 10000)])
def test_nearly_all_never_reads_like_all(value: Fraction) -> None:
    assert print_value(value, RATE).zh not in ("100%", "100.0%")
    assert print_value(Fraction(1), RATE).zh == "100.0%"


def test_growth_above_two_hundred_percent_is_a_multiple_of_the_growth_not_of_the_base() -> None:
    assert print_value(Fraction(356, 100), GROWTH).zh == "增长约3.56倍"
    assert print_value(Fraction(356, 100), GROWTH).en == "up about 356%"
    assert print_value(Fraction(2), GROWTH).zh == "增长约200%"


def test_rounding_happens_once_from_the_exact_parts_and_never_from_the_stored_value() -> None:
    stored = Decimal("0.49500000")
    exact = exact_value("ratio", stored, Decimal(494999999), Decimal(1000000000))
    assert print_value(exact, PrintRule("%", Decimal(1), "", "%")).zh == "49%"
    assert exact_value("yoy", Decimal("0.81"), Decimal(181), Decimal(100)) == Fraction(81, 100)
    assert exact_value("l4l", Decimal("0.81"), Decimal(181), Decimal(100)) == Fraction(81, 100)
    assert exact_value("window_change", Decimal(0), Decimal(103), Decimal(221)) == Fraction(-118, 221)
    assert exact_value("level", Decimal("12.5"), None, None) == Fraction(25, 2)
    assert exact_value("ratio", Decimal("12.5"), Decimal(1), Decimal(0)) == Fraction(25, 2)


def test_the_office_chooses_how_ties_round() -> None:
    rule = PrintRule("%", Decimal("0.1"), "", "%")
    assert print_value(Fraction(5345, 10000), rule).zh == "53.4%"
    assert print_value(Fraction(5345, 10000), rule, "half_up").zh == "53.5%"


GRAMMAR: tuple[tuple[str, Language, str, bool], ...] = (
    ("540余次", "zh", "543", True), ("540余次", "zh", "540", False), ("540余次", "zh", "550", False),
    ("1500余场", "zh", "1537", True), ("1500余场", "zh", "1600", False), ("4万余人次", "zh", "41260", True),
    ("4万余人次", "zh", "49999", True), ("4万余人次", "zh", "50000", False), ("4万多人次", "zh", "41260", True),
    ("约20.56亿元", "zh", "2056000000", True), ("约20.56亿元", "zh", "2056499999", True),
    ("约20.56亿元", "zh", "2056600000", False), ("20.56亿元", "zh", "2055500001", True),
    ("近300座", "zh", "278", True), ("近300座", "zh", "300", False), ("近300座", "zh", "199", False),
    ("接近300座", "zh", "200", True), ("超500万元", "zh", "5000000", False), ("超500万元", "zh", "5000001", True),
    ("突破500万元", "zh", "6000000", False), ("逾20亿元", "zh", "2056000000", True), ("达1146件", "zh", "1146", True),
    ("达20.56亿元", "zh", "2055999999", False), ("下降53.4%", "zh", "-0.534", True),
    ("下降53.4%", "zh", "0.534", False),
    ("增长81%", "zh", "0.81", True), ("增长81%", "zh", "-0.81", False), ("增长3.56倍", "zh", "3.56", True),
    ("持平", "zh", "0", True), ("持平", "zh", "0.2", False), ("more than 540 meetings", "en", "543", True),
    ("about RMB 2.056 billion", "en", "2056000000", True), ("RMB 515 million", "en", "515000000", True),
    ("nearly 300 buildings", "en", "278", True), ("down 53.4%", "en", "-0.534", True),
    ("down 53.4%", "en", "0.534", False),
    ("reached 1,146 tickets", "en", "1146", True), ("over 40,000 attendances", "en", "41260", True),
)  # fmt: skip


@pytest.mark.parametrize(("text", "language", "value", "is_true"), GRAMMAR)
def test_the_table_of_wordings(text: str, language: Language, value: str, is_true: bool) -> None:
    statement = read_statement(text, language)
    assert statement is not None
    assert holds(statement, Fraction(value)) is is_true


@pytest.mark.parametrize("text", ["", "—", "约", "亿元", "暂不公布"])
def test_a_text_without_a_number_states_none(text: str) -> None:
    assert read_statement(text, "zh") is None


@given(st.text(max_size=30), st.sampled_from(["zh", "en"]))
def test_any_text_can_be_read_without_failing(text: str, language: Any) -> None:
    statement = read_statement(text, language)
    assert statement is None or isinstance(statement, Statement)
