"""Words, codes, names and lists to their stored form (SPEC 0.1b Forms, 3.2; B-IDN-01, B-NUM-07)."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ingest_making import CODES, KEY, TAX, TAX_ROWS, as_column, csv_bytes, one_value, take

from common.codes import credit_code
from common.contracts import Column, Feed, feeds
from common.text import clean
from ingest.values.convert import DTYPES

TYPED = [(feed, column) for feed in feeds().values() for column in feed.stored]


def columns(*types: str) -> list[Any]:
    return [pytest.param(feed, column, id=f"{feed.id}.{column.name}") for feed, column in TYPED if column.type in types]


@pytest.mark.parametrize(("feed", "column"), columns("enum"))
def test_every_word_of_an_enumeration_is_its_code_however_it_is_written(feed: Feed, column: Column) -> None:
    for code, value in column.values.items():
        for word in (code, value.zh, value.en, *value.also):
            for written in (word, f" {word} ", word.upper(), word.lower(), "".join(f"{c}\u200b" for c in word)):
                assert one_value(feed.id, column.name, written) == code, written


@pytest.mark.parametrize(("feed", "column"), columns("enum"))
def test_an_unknown_word_is_other_with_a_warning_or_waits(feed: Feed, column: Column) -> None:
    converted = as_column(feed.id, column.name, "查无此词", None)
    if "OTHER" in column.values:
        assert converted.values.to_list() == ["OTHER", None]
        assert [problem.action for problem in converted.problems] == ["WARN"]
    else:
        assert converted.values.to_list() == [None, None]
        assert [(rule, action) for _, rule, action, *_ in converted.problems] == [("L-VAL-ENUM", "QUARANTINE")]


@pytest.mark.parametrize(("feed", "column"), columns("boolean"))
def test_yes_and_no_in_all_their_words(feed: Feed, column: Column) -> None:
    for code, value in column.values.items():
        for word in (value.zh, value.en, *value.also):
            assert one_value(feed.id, column.name, word) is (code == "true"), word
    for word in ("是", "√", "Y", "yes", "TRUE", "1", "有", "✓"):
        assert one_value(feed.id, column.name, word) is True, word
    for word in ("否", "×", "N", "no", "False", "0"):
        assert one_value(feed.id, column.name, word) is False, word
    assert one_value(feed.id, column.name, "也许") == "L-VAL-BOOL"


@pytest.mark.parametrize(("feed", "column"), columns("person", "free_text"))
def test_a_person_becomes_a_pseudonym_and_withheld_names_are_empty(feed: Feed, column: Column) -> None:
    one, same, other = as_column(feed.id, column.name, "张三", " 张三 ", "李四").values
    assert one == same != other
    assert one == KEY("张三")
    assert as_column(feed.id, column.name, "保密", "匿名", None).values.to_list() == [None] * 3


@pytest.mark.parametrize("text", ["138××××0000", "138xxxx0000", "138****0000", "１３８＊＊＊＊００００",
                                  "110105********002X", "+86 138XXXX0000", "010-6887****"])  # fmt: skip
def test_a_telephone_with_hidden_digits_tells_nobody_apart(text: str) -> None:
    assert one_value("H01", "caller_phone", text) is None


@pytest.mark.parametrize("text", ["13812340000", "11010519491231002X", "138 1234 0000", "10号楼xx", "X女士"])
def test_what_hides_no_digit_still_tells_persons_apart(text: str) -> None:
    assert str(one_value("H01", "caller_phone", text)).startswith("P1:")


@pytest.mark.parametrize(("text", "value"), [
    (CODES[0], CODES[0]), (CODES[0].lower(), CODES[0]), (f" {CODES[0][:8]} {CODES[0][8:]} ", CODES[0]),
    ("".join(chr(ord(c) + 0xFEE0) for c in CODES[0]), CODES[0]), (f"{CODES[0]}\u200b", CODES[0]),
    (f"'{CODES[0]}", CODES[0]), (f"{CODES[0][:8]}-{CODES[0][8:]}", CODES[0]),
    ("91110107MA0000015X", "91110107MA0000015X"), ("123", "123"), ("110107123456789", "110107123456789"),
    ("9.11101E+17", "B-NUM-07"), ("9.11101e17", "B-NUM-07"), ("无", None), ("——", None),
    ("11010519491231002X", KEY("11010519491231002X")),
])  # fmt: skip
@pytest.mark.parametrize("feed", ["E01", "T01", "O01"])
def test_a_credit_code_is_spelled_in_one_way_and_kept_for_the_register_to_judge(
    feed: str, text: str, value: Any
) -> None:
    assert one_value(feed, "uscc", text) == value


def test_the_number_of_a_natural_person_never_leaves_as_it_is() -> None:
    for feed, column in (("T01", "uscc"), ("O01", "uscc"), ("E01", "uscc")):
        for text in ("11010519491231002X", "11010519491231002x", " 110105 19491231 002X", "11010519491231002X01"):
            assert one_value(feed, column, text) == KEY("11010519491231002X")
        # the old number of 15 digits has no check digit; its district and day of birth tell it
        assert one_value(feed, column, "110105491231022") == KEY("110105491231022")


@pytest.mark.parametrize(
    "number",
    [
        "110105194912310021",
        "１１０１０５１９４９１２３１００２１",
        "110105 19491231 0021",
        "11010519491231002101",
        "110105-19491231-0021",
    ],
)
@pytest.mark.parametrize("feed", ["T01", "E01", "O01"])
def test_a_mistyped_number_of_a_natural_person_is_neither_stored_nor_shown(number: str, feed: str) -> None:
    assert one_value(feed, "uscc", number) == "B-IDN-01"
    outcome = take("T01", csv_bytes(TAX, (number, *TAX_ROWS[0][1:]), TAX_ROWS[1]))
    assert (outcome.accepted, outcome.quarantined) == (1, 1)
    assert clean(number)[-4:] not in clean(str(outcome.rows.rows()) + str(outcome.findings.rows()))


def test_a_credit_code_that_begins_like_a_number_of_a_person_stays_a_code() -> None:
    code = credit_code("12110107199001010")
    assert one_value("T01", "uscc", code) == code


@pytest.mark.parametrize(("text", "value"), [
    ("0001234", "0001234"), ("abc-12", "ABC-12"), ("ＡＢ１２", "AB12"), ("无", None), ("NULL", None), ("none", None),
    ("N/A", None), ("暂无", None),
    ("1.5E+10", "B-NUM-07"), ("1E5", "B-NUM-07"), ("12 34", "1234"),
])  # fmt: skip
def test_a_code_is_text_with_its_leading_zeros(text: str, value: Any) -> None:
    assert one_value("T01", "voucher_no", text) == value


@pytest.mark.parametrize(("text", "value"), [
    ("甲、乙、丙", ["甲", "乙", "丙"]), ("甲,乙，丙;丁；戊/己|庚", ["甲", "乙", "丙", "丁", "戊", "己", "庚"]),
    ("甲", ["甲"]), ("、", None),
    ("甲、、乙", ["甲", "乙"]), ("无", None),
])  # fmt: skip
def test_a_list_is_split_at_every_mark_that_offices_use(text: str, value: Any) -> None:
    read = one_value("A01", "co_hosts", text)
    assert (read.to_list() if read is not None else None) == value


@given(st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Zl", "Zp")), max_size=20))
def test_a_text_is_cleaned_the_same_way_everywhere(text: str) -> None:
    read = one_value("A01", "title", text)
    assert read == (clean(text) or None) or (read is None and len(clean(text)) < 5)


EVERY_KIND = [next((f.id, c.name) for f, c in TYPED if c.type == kind) for kind in sorted({c.type for _, c in TYPED})]


@pytest.mark.parametrize(("feed", "column", "text", "value"), [
    ("T01", "tax_type", "企业职工基本养老保险费", "SOCIAL"), ("T01", "tax_type", "进口货物增值税", "CUSTOMS"),
    ("T01", "tax_type", "营改增", "VAT"), ("E01", "entity_type", "有限责任公司（外商独资）", "FOREIGN"),
    ("E01", "entity_type", "有限责任公司分公司(自然人投资或控股)", "BRANCH"),
    ("E01", "status", "吊销，已注销", "DEREGISTERED"),
    ("E01", "entity_type", "有限责任公司(自然人投资或控股)", "DOMESTIC"),
    ("R01", "rating_code", "北京市级小巨人", "SG_BJ"),
    ("R02", "exchange", "上海证券交易所科创板", "STAR"), ("R02", "exchange", "上海证券交易所", "L-VAL-ENUM"),
    ("H01", "status", "已签收", "HANDLING"), ("H01", "unit_role", "协办单位", "ASSIST"),
    ("H01", "urgency", "Ⅱ级", "L2"),
    ("H02", "satisfaction", "未回访", "NOT_RATED"), ("H02", "resolved", "0", "NO"),
    ("M01", "status", "待召开", "PLANNED"),
    ("N01", "status", "已完成", "CLOSED"), ("N03", "status", "在建", "RUNNING"),
    ("P01", "source", "12345", "HOTLINE_HINT"),
    ("O01", "self_owned", "自有", True), ("O01", "self_owned", "租赁", False), ("O01", "has_party_org", "已建", True),
    ("B01", "stat_flag", "未在统", False), ("H01", "exclude_flag", "未剔除", False),
    ("H02", "valid", "无效回访", False),
])  # fmt: skip
def test_the_words_of_offices_are_known(feed: str, column: str, text: str, value: Any) -> None:
    assert one_value(feed, column, text) == value


@pytest.mark.parametrize(("feed", "column"), EVERY_KIND)
@given(
    texts=st.lists(
        st.none()
        | st.text(max_size=12)
        | st.sampled_from(["1", "是", "2023-09-01", "1e99", "无", "91110107MA0000015C"])
    )
)
def test_any_texts_become_a_column_of_the_stored_type_and_every_loss_is_told(
    feed: str, column: str, texts: list[str | None]
) -> None:
    converted = as_column(feed, column, *texts)
    assert converted.values.dtype == DTYPES[feeds()[feed].by_name[column].type]
    assert len(converted.values) == len(texts)
    for position in converted.refused:
        assert converted.values[position] is None
    assert {position for position, *_ in converted.problems} <= set(range(len(texts)))


@pytest.mark.parametrize(("feed", "column"), EVERY_KIND)
def test_a_value_is_read_the_same_alone_and_among_others(feed: str, column: str) -> None:
    texts = [
        "1",
        "2023-09-01",
        "是",
        "无",
        "x y",
        "12.50",
        "约5",
        "91110107MA0000015C",
        "甲、乙",
        None,
        "2023年9月1日",
        "1,234",
    ]
    together = as_column(feed, column, *texts)
    for position, text in enumerate(texts):
        alone = as_column(feed, column, text)
        assert alone.values.to_list() == [together.values.to_list()[position]], text
        assert alone.refused == ({0} if position in together.refused else set()), text
        noted = {(note.rule, note.action, note.form) for note in alone.problems}
        assert noted <= {(note.rule, note.action, note.form) for note in together.problems}, text


def test_a_layout_says_what_its_words_mean_and_which_are_empty() -> None:
    assert one_value("B01", "floors", "-1", missing=frozenset({"-1"})) is None
    assert one_value("T01", "voucher_no", "N/A", missing=frozenset({"n/a"})) is None
    assert one_value("A01", "held_on", "2000-01-01", missing=frozenset({"2000-01-01"})) is None
    assert one_value("T01", "amount_total", "0.00", missing=frozenset({"0.00"})) is None
    assert one_value("E01", "reg_district", "石景山", mapped={"石景山": "110107"}) == "110107"
    assert one_value("E01", "reg_district", "A", mapped={"A": "110107"}) == "110107"
    assert one_value("B01", "floors", "十", mapped={"十": "10"}) == 10
