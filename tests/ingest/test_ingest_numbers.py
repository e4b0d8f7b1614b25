"""Numbers, money, areas and capital exactly as written (SPEC 0.4, 3.2 Numbers, B-NUM)."""

from datetime import date, datetime
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ingest_making import CODES, TAX, TAX_ROWS, as_column, csv_bytes, found, one_value, take, values, xlsx_bytes

from ingest.values.numbers import NULL_WORDS, parse_capital, parse_number
from ingest.values.units import find_unit

FEN = Decimal("0.01")
UNITS = {
    "元": 1, "百元": 100, "千元": 1000, "万元": 10**4, "十万元": 10**5, "百万元": 10**6, "千万元": 10**7, "亿元": 10**8,
    "人民币万元": 10**4, "人民币元": 1,
}  # fmt: skip


def _wide(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


@given(st.decimals(0, 10**12, places=2), st.sampled_from(["", "-", "－", "—", "−", "("]))
def test_every_way_to_write_a_number_is_that_number(size: Decimal, sign: str) -> None:
    value = -size if sign else size
    for body in (
        f"{size}",
        f"{size:,}",
        f"{size:,}".replace(",", "，"),
        f"{size:,}".replace(",", " "),
        _wide(f"{size}"),
    ):
        text = f"({body})" if sign == "(" else f"{sign}{body}"
        read = parse_number(text)
        assert read is not None, text
        assert read.value == value, text
        assert not read.is_approximate, text
    assert parse_number(_wide(f"({size:,})")) == parse_number(f"({size:,})")


@pytest.mark.parametrize(("text", "value"), [
    ("1,234.50", "1234.5"), ("1，234.50", "1234.5"), ("1 234.50", "1234.5"), ("１２３４．５０", "1234.5"),
    ("(1,234)", "-1234"),
    ("（1,234.5）", "-1234.5"), ("+5", "5"), (".5", "0.5"), ("5.", "5"), ("007", "7"), ("1.2万", "12000"),
    ("3亿", "300000000"),
    ("1.5千万", "15000000"), ("2万亿", "2000000000000"), ("12人次", "12"), ("5家", "5"), ("81%", "0.81"),
    ("-3.5％", "-0.035"),
    ("¥1,234.50", "1234.5"), ("￥1234", "1234"), ("-¥5", "-5"), ("¥-5", "-5"), ("(￥1,234.50)", "-1234.5"),
    ("人民币1000元", "1000"), ("RMB 100", "100"), ("1000元整", "1000"), ("'1000", "1000"), ("‘1,000.5", "1000.5"),
    ("1,234.5 元", "1234.5"), ("1.2 万元", "12000"), ("1.2 万", "12000"), ("50 人", "50"), ("-1,234.5 元", "-1234.5"),
    ("–5", "-5"), ("‐5", "-5"), ("- 1,234.50 ", "-1234.5"), ("负1,234.5元", "-1234.5"), ("CNY 100", "100"),
    ("100元人民币", "100"), ("3百", "300"),
    ("30位", "30"), ("30户", "30"), ("100辆", "100"), ("3000 平方米", "3000"), ("3000平", "3000"), ("3000M2", "3000"),
    ("3000 m²", "3000"), ("5.5元/㎡·天", "5.5"),
    ("1.5e3", "1500"), ("1234.50元", "1234.5"), ("0", "0"), ("-0", "0"), ("1,234.50元", "1234.5"), ("3000㎡", "3000"),
])  # fmt: skip
def test_the_notations_of_offices(text: str, value: str) -> None:
    read = parse_number(text)
    assert read is not None
    assert read.value == Decimal(value)


@pytest.mark.parametrize("text", [
    "", "abc", "一百二十", "1,23", "1,234,56", "12,34.5", "1.2.3", "--5", "△5", "▲1,234", "5-6", "5~6", "1/2", "=1+1",
    "#REF!",
    "#DIV/0!", "1234元整合", "五", "()", "(", "5)", "1,,234", "0x10", "1_000", "NaN", "inf", "∞", "1e999999999",
    "1e-99999999",
    "1" * 60, "1e", "万", "约", "５月",
])  # fmt: skip
def test_what_is_no_number_is_none(text: str) -> None:
    assert parse_number(text) is None


@pytest.mark.parametrize(("feed", "column", "text"), [
    ("T01", "amount_total", "81%"), ("T01", "amount_total", "100㎡"), ("T01", "amount_total", "50家"),
    ("B01", "gross_area_m2", "5000元"), ("B01", "gross_area_m2", "85%"), ("A01", "attendance", "100%"),
    ("A01", "attendance", "100元"), ("O01", "employees", "50㎡"), ("T01", "amount_total", "5元/㎡·天"),
    ("A01", "attendance", "5元/天"), ("O01", "rent", "100㎡"),
])  # fmt: skip
def test_a_number_whose_unit_is_of_another_kind_waits(feed: str, column: str, text: str) -> None:
    assert one_value(feed, column, text) == "B-NUM-03"


@pytest.mark.parametrize(("feed", "column", "text", "value"), [
    ("T01", "treasury_month", "'2023-09", date(2023, 9, 1)), ("A01", "held_on", "'20230920", date(2023, 9, 20)),
    ("H01", "created_at", "'2023-09-20 08:00:00", datetime(2023, 9, 20, 8)), ("R02", "code", "'000078", "000078"),
    ("T01", "amount_total", "'1,000.00", Decimal(1000)), ("A01", "attendance", "'30", 30),
])  # fmt: skip
def test_an_apostrophe_that_marks_digits_as_text_is_not_part_of_them(
    feed: str, column: str, text: str, value: Any
) -> None:
    assert one_value(feed, column, text) == value


@pytest.mark.parametrize(
    "text",
    ["约50", "大约50", "50余", "50多", "50余家", "5万余", "近50", "超50", "逾50", "50左右", "50以上", "50万左右"],
)
def test_a_number_that_is_only_about_so_much_says_so(text: str) -> None:
    read = parse_number(text)
    assert read is not None
    assert read.is_approximate
    assert one_value("T01", "amount_total", text) == "B-NUM-03"
    kept = as_column("A01", "attendance", text)
    assert kept.values[0] is not None
    assert [(rule, action) for _, rule, action, *_ in kept.problems] == [("B-NUM-03", "AUTO")]


@pytest.mark.parametrize(("feed", "column", "text", "meant"), [
    ("T01", "amount_total", "△1,234.50", "-1234.5"), ("T01", "amount_total", "▲5万", "-50000"),
    ("T01", "amount_total", "约1.2万", "12000"), ("T01", "amount_total", "十万", "1234.5"),
    ("A01", "attendance", "▽5", "-5"), ("A01", "attendance", "五十", "50"), ("B01", "gross_area_m2", "12亩", "1234.5"),
])  # fmt: skip
def test_a_number_that_is_not_guessed_waits_with_a_proposal_how_to_write_it(
    feed: str, column: str, text: str, meant: str
) -> None:
    [problem] = as_column(feed, column, text).problems
    assert (problem.rule, problem.action, dict(problem.facts)) == ("B-NUM-03", "QUARANTINE", {"p": meant})


def test_the_sender_is_told_what_a_triangle_may_mean() -> None:
    [told] = found(take("T01", csv_bytes(TAX, TAX_ROWS[0], (*TAX_ROWS[1][:4], "△2.25"))), "B-NUM-03")
    assert told["message_zh"] == '第3行"△2.25"无法识别为确切数值,请填写数字,如-2.25。'
    assert told["message_en"] == 'Row 3: "△2.25" is no exact number; write digits, such as -2.25.'


@pytest.mark.parametrize("text", [*sorted(NULL_WORDS - {""}), "　", " - ", "——"])
def test_an_empty_word_is_null_and_zero_is_zero(text: str) -> None:
    assert one_value("T01", "amount_district", text) is None
    assert one_value("B01", "floors", text) is None
    assert one_value("T01", "amount_district", "0") == 0


@given(st.decimals(-(10**6), 10**6, places=6), st.sampled_from(sorted(UNITS)))
def test_money_in_any_unit_is_exact_to_the_fen(amount: Decimal, word: str) -> None:
    exact = (amount * UNITS[word]).quantize(FEN, rounding=ROUND_HALF_EVEN)
    column = as_column("T01", "amount_total", str(amount), f"{amount:,}", unit=word)
    assert column.values.to_list() == [exact, exact]
    rounded = exact != amount * UNITS[word]
    found = {(rule, action) for _, rule, action, *_ in column.problems} - {("B-NUM-03", "AUTO")}
    assert found == ({("B-NUM-07", "AUTO")} if rounded else set())


@given(st.integers(-(10**14), 10**14))
def test_six_decimals_of_ten_thousand_yuan_are_whole_fen(fen: int) -> None:
    text = f"{Decimal(fen) / 10**6:.6f}"
    assert as_column("T01", "amount_total", text, unit="万元").values.to_list() == [Decimal(fen) / 100]


@given(st.lists(st.integers(-(10**9), 10**9), max_size=30))
def test_a_sum_of_amounts_has_no_noise(fens: list[int]) -> None:
    texts = [f"{Decimal(fen) / 10**6:.6f}" for fen in fens]
    assert as_column("T01", "amount_total", *texts, unit="万元").values.sum() == Decimal(sum(fens)) / 100


@given(st.floats(-1e9, 1e9).map(lambda number: round(number, 2)))
def test_a_number_cell_gives_the_amount_that_the_sheet_shows(number: float) -> None:
    outcome = take("T01", xlsx_bytes(TAX, (*TAX_ROWS[0][:4], number)))
    assert values(outcome, "amount_total") == [Decimal(str(number)).quantize(FEN)]


@given(
    st.lists(st.integers(-(10**13), 10**13) | st.integers(-(10**9), 10**9), min_size=1, max_size=20),
    st.sampled_from(["元", "千元", "万元", "亿元"]),
)
@settings(max_examples=30)
def test_number_cells_of_a_workbook_are_exact_to_the_fen_in_every_unit(fens: list[int], unit: str) -> None:
    cells = [float(Decimal(fen) / (100 * UNITS[unit])) for fen in fens]
    rows = [(*TAX_ROWS[0][:4], number, f"P{n}") for n, number in enumerate(cells)]
    outcome = take("T01", xlsx_bytes([f"单位：{unit}"], (*TAX, "电子税票号"), *rows))
    assert values(outcome, "amount_total") == [Decimal(fen) / 100 for fen in fens]
    assert found(outcome, "B-NUM-07") == []


@pytest.mark.parametrize(("feed", "column", "text", "unit"), [
    ("T01", "amount_total", "123456789012", "亿元"), ("T01", "amount_total", "999999999999", "万元"),
    ("T01", "amount_total", "1e15", None), ("T01", "amount_total", "1e40", None),
    ("T01", "amount_total", "9" * 30, "亿元"),
    ("B01", "gross_area_m2", "1" * 13, None), ("B01", "gross_area_m2", "1000000000", "万平方米"),
    ("O01", "rent", "123456789", None),
    ("E01", "reg_capital", "9" * 29 + "万元", None), ("E01", "reg_capital", "9" * 15 + "亿元", None),
    ("B01", "floors", "9" * 20, None), ("B01", "floors", "1e30", None), ("B01", "floors", "1.5", None),
])  # fmt: skip
def test_a_quantity_beyond_its_stored_type_waits_and_never_becomes_null_or_a_crash(
    feed: str, column: str, text: str, unit: str | None
) -> None:
    assert one_value(feed, column, text, unit=unit) == "B-NUM-03"


@given(
    st.decimals(allow_nan=False, allow_infinity=False) | st.integers(-(10**30), 10**30),
    st.sampled_from([None, "万元", "亿元"]),
)
def test_any_number_is_kept_exactly_or_refused(number: Any, unit: str | None) -> None:
    given_number = Decimal(number)
    for text in (str(given_number), format(given_number, "f")[:400]):
        read = one_value("T01", "amount_total", text, unit=unit)
        if isinstance(read, str):
            assert read == "B-NUM-03"
        else:
            factor = find_unit(unit, "money").factor if unit else Decimal(1)
            assert abs(read - Decimal(text) * factor) <= Decimal("0.005") or abs(given_number) < FEN


@pytest.mark.parametrize(("text", "unit", "value"), [
    ("100元", "万元", "100.00"), ("1.2万", "万元", "12000.00"), ("1.2万元", "元", "12000.00"),
    ("1.2", "万元", "12000.00"),
    ("100", None, "100.00"), ("3亿", "元", "300000000.00"), ("100人民币", "万元", "100.00"),
])  # fmt: skip
def test_a_unit_in_the_cell_wins_over_that_of_the_column(text: str, unit: str | None, value: str) -> None:
    assert one_value("T01", "amount_total", text, unit=unit) == Decimal(value)


@pytest.mark.parametrize(("text", "kind", "word", "factor"), [
    ("全口径税收(万元)", "money", "万元", 10**4), ("单位：元", "money", "元", 1), ("单位:亿元", "money", "亿元", 10**8),
    ("金额单位：人民币万元", "money", "人民币万元", 10**4), ("单位：千元", "money", "千元", 10**3),
    ("税收", "money", None, 1),
    ("建筑面积（万平方米）", "area", "万m2", 10**4), ("建筑面积(㎡)", "area", "m2", 1),
    ("面积(公顷)", "area", "公顷", 10**4),
    ("单位：平方米", "area", "m2", 1), ("单位:M2", "area", "m2", 1), ("单位：万元、平方米", "area", "m2", 1),
    ("单位：万元、平方米", "money", "万元", 10**4), ("建筑面积", "area", None, 1), ("人数(人)", "integer", None, 1),
])  # fmt: skip
def test_a_unit_is_found_in_a_header_or_a_unit_line(text: str, kind: Any, word: str | None, factor: int) -> None:
    unit = find_unit(text, kind)
    assert (unit.word if unit else None) == word
    assert unit is None or unit.factor == factor


@pytest.mark.parametrize(("header", "text", "per_day"), [
    ("租金(元/㎡·天)", "5.5", "5.5"), ("租金(元/㎡·月)", "150", "4.9315"), ("租金（元/平方米/天）", "6", "6"),
    ("租金(元/平方米·年)", "1825", "5"), ("租金", "4", "4"), ("租金(元/㎡·月)", "150元", "4.9315"),
    ("租金", "150元/㎡·月", "4.9315"), ("租金(元/㎡·月)", "5.5元/平米/天", "5.5"),
    ("租金(元/㎡·天)", "1825 元/平方米·年", "5"),
])  # fmt: skip
def test_rent_is_stored_per_day(header: str, text: str, per_day: str) -> None:
    rows = [("楼宇名称", "企业名称", header), ("银河大厦", "甲公司", text)]
    assert values(take("O01", csv_bytes(*rows)), "rent") == [Decimal(per_day)]


@pytest.mark.parametrize(("header", "text", "yuan"), [
    ("注册资本(万元)", "500", "5000000"), ("注册资金（万人民币）", "500", "5000000"),
    ("注册资本(万元人民币)", "500", "5000000"),
    ("注册资本/万元", "500", "5000000"), ("注册资本(万元)", "500元", "500"), ("注册资本", "500", "500"),
    ("注册资本(万)", "500", "5000000"), ("注册资本(万美元)", "500", None), ("注册资本(万元)", "500万美元", None),
])  # fmt: skip
def test_the_heading_of_a_capital_tells_its_unit_and_its_currency(header: str, text: str, yuan: str | None) -> None:
    columns = (
        "统一社会信用代码",
        "企业名称",
        "企业类型",
        "成立日期",
        "登记状态",
        "登记机关",
        "住所",
        "行业代码",
        header,
    )
    row = (CODES[0], "甲公司", "内资", "2020-01-01", "存续", "石景山区局", "石景山路1号", "I6513", text)
    assert values(take("E01", csv_bytes(columns, row)), "reg_capital") == [yuan and Decimal(yuan)]
    if header == "注册资本":
        assert values(take("E01", csv_bytes(["单位：万元"], columns, row)), "reg_capital") == [Decimal(5000000)]


@pytest.mark.parametrize("header", [
    "全口径税收/万元", "全口径税收[万元]", "全口径税收，万元", "全口径税收 万元", "全口径税收万元", "全口径税收(万)",
])  # fmt: skip
def test_a_unit_in_a_heading_needs_no_round_brackets(header: str) -> None:
    outcome = take("T01", csv_bytes((*TAX[:4], header), (*TAX_ROWS[0][:4], "2")))
    assert values(outcome, "amount_total") == [Decimal(20000)]
    assert found(outcome, "L-VAL-UNIT") == []


def test_the_header_wins_over_the_unit_line_and_that_over_the_default() -> None:
    def total(title: str | None, header: str) -> list[Any]:
        rows = [[title], [*TAX[:4], header], [*TAX_ROWS[0][:4], "2"]]
        return values(take("T01", csv_bytes(*rows[0 if title else 1 :])), "amount_total")

    assert total("单位：万元", "全口径税收(元)") == [Decimal(2)]
    assert total("单位：万元", "全口径税收") == [Decimal(20000)]
    assert total(None, "全口径税收(亿元)") == [Decimal(200000000)]
    assert total(None, "全口径税收") == [Decimal(2)]


@pytest.mark.parametrize(
    "title",
    [
        "填报单位：元泰大厦物业  单位：万元",
        "各单位多元化情况 (单位：万元)",
        "石景山区税收情况表（万元）",
        "税收情况 [人民币 万元]",
        "报送单位:区税务局\n单位: 万元",
    ],
)
def test_the_unit_that_reports_is_not_the_unit_of_the_amounts(title: str) -> None:
    outcome = take("T01", csv_bytes([title], TAX, (*TAX_ROWS[0][:4], "2")))
    assert values(outcome, "amount_total") == [Decimal(20000)]


def test_an_assumed_unit_is_told_once_and_a_stated_one_is_not() -> None:
    assert len(found(take("T01", csv_bytes(TAX, *TAX_ROWS)), "L-VAL-UNIT")) == 1
    assert found(take("T01", csv_bytes(["单位：元"], TAX, *TAX_ROWS)), "L-VAL-UNIT") == []


def test_the_text_and_unit_of_an_amount_are_kept_beside_it() -> None:
    outcome = take("T01", csv_bytes(["单位：万元"], TAX, (*TAX_ROWS[0][:4], " 1,234.567890 ")))
    row = outcome.rows.select("amount_total", "amount_total_text", "amount_total_unit").row(0)
    assert row == (Decimal("12345678.90"), " 1,234.567890 ", "万元")


@pytest.mark.parametrize(("text", "value", "currency"), [
    ("500(万元人民币)", "5000000", "CNY"), ("500万元", "5000000", "CNY"), ("1,000.5万", "10005000", "CNY"),
    ("300", "300", "CNY"),
    ("20万美元", "200000", "USD"), ("20(万元美元)", "200000", "USD"), ("1亿日元", "100000000", "JPY"),
    ("50万元港元", "500000", "HKD"),
    ("500人民币", "500", "CNY"), ("人民币500万元整", "5000000", "CNY"), ("500万元(人民币)", "5000000", "CNY"),
    ("¥500万", "5000000", "CNY"), ("1000万元整", "10000000", "CNY"), ("100万(美元)", "1000000", "USD"),
    ("USD 20万", "200000", "USD"), ("港元100万元", "1000000", "HKD"),
])  # fmt: skip
def test_capital_carries_its_currency(text: str, value: str, currency: str) -> None:
    assert parse_capital(text) == (Decimal(value), currency)


@pytest.mark.parametrize("text", ["", "若干", "500万贝壳", "万元", "1.2.3万元"])
def test_capital_in_no_known_currency_is_none(text: str) -> None:
    assert parse_capital(text) is None


@given(st.text(max_size=25))
def test_any_text_is_a_number_or_none(text: str) -> None:
    read = parse_number(text)
    assert read is None or read.value.is_finite()
    parse_capital(text)


@given(st.text("0123456789.,-+()eE万亿元%约余 ", max_size=16))
def test_whatever_looks_like_a_number_never_breaks_a_column(text: str) -> None:
    for feed, column in (
        ("T01", "amount_total"),
        ("B01", "gross_area_m2"),
        ("B01", "floors"),
        ("O01", "rent"),
        ("E01", "reg_capital"),
    ):
        as_column(feed, column, text, None)


@pytest.mark.parametrize("text", ["１２", "-１２", "１２３４５６７", "٣", "१२"])
@pytest.mark.parametrize(("feed", "column"), [("B01", "floors"), ("T01", "amount_total"), ("B01", "gross_area_m2")])
def test_digits_of_any_width_are_read_and_those_of_any_other_script_break_nothing(
    feed: str, column: str, text: str
) -> None:
    read = one_value(feed, column, text)
    assert read == int(text) or read == "B-NUM-03"
    assert read != "B-NUM-03" or text in {"٣", "१२"}
