"""Rules over a column or a whole delivery (SPEC 5: B-SEC-03, B-LAY-07, B-IDN-10, B-NUM-07, 08, B-DUP-03, B-BIZ-18)."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ingest_making import (
    BUILDING_ROWS,
    BUILDINGS,
    CODES,
    TAX,
    TAX_ROWS,
    as_column,
    books,
    csv_bytes,
    found,
    page,
    refused_by,
    take,
    ticket,
    values,
    xlsx_bytes,
)

from common.notes import Noted, counts, told_once
from common.rules import Finding, Place


@pytest.mark.parametrize(("feed", "channel", "refused"), [
    ("T01", "mail", True), ("T01", " Mail ", True), ("T01", "encrypted", False), ("T01", None, False),
    ("T01", "folder", False), ("B01", "mail", False),
])  # fmt: skip
def test_tax_by_ordinary_mail_is_refused_before_it_is_opened(feed: str, channel: str | None, refused: bool) -> None:
    content = csv_bytes(TAX, *TAX_ROWS) if feed == "T01" else csv_bytes(BUILDINGS, *BUILDING_ROWS)
    outcome = take(feed, content, channel=channel)
    assert books(outcome) == (("REJECTED", 0, 0, 0, 0) if refused else ("ACCEPTED", 3, 3, 0, 0))
    if refused:
        assert refused_by(outcome) == "B-SEC-03"
        assert "encrypted channel" in outcome.reason.message.en
        assert str(channel).strip() in outcome.reason.message.zh


def test_even_a_file_that_nobody_could_open_is_refused_for_its_channel() -> None:
    assert refused_by(take("T01", b"PK\x03\x04 broken", channel="mail")) == "B-SEC-03"


def test_a_column_that_nobody_agreed_on_is_told_once_and_row_numbers_as_such() -> None:
    header = ("序号", *TAX, "备注", "同比")
    rows = [(n, *row, "x", "1%") for n, row in enumerate(TAX_ROWS)]
    more = {"乙": [header, *rows]}
    outcome = take("T01", xlsx_bytes(header, *rows[:2], sheet="甲", more=more))
    [unknown] = found(outcome, "B-LAY-07")
    assert (unknown["action"], unknown["column"], unknown["row_no"]) == ("WARN", "备注", 1)
    assert "备注" in unknown["message_en"]
    [numbers] = found(outcome, "B-IDN-10")
    assert (numbers["action"], numbers["column"]) == ("AUTO", "序号")


def test_agreed_other_names_are_read_and_told_once_for_all_sheets() -> None:
    header = ("统一社会信用代码", "纳税人名称", *TAX[2:])
    outcome = take("T01", xlsx_bytes(header, *TAX_ROWS[:1], sheet="甲", more={"乙": [header, *TAX_ROWS[1:]]}))
    [told] = found(outcome, "B-LAY-07")
    assert (told["action"], told["column"], told["value"]) == ("AUTO", "统一社会信用代码", "纳税人识别号")
    assert told["message_zh"].startswith("2个列名")


def test_pages_tell_an_unknown_key_once() -> None:
    outcome = take("H01", [page(n, 3, ticket(n, 备注="x")) for n in (1, 2, 3)])
    assert [note["column"] for note in found(outcome, "B-LAY-07")] == ["备注"]


def test_columns_for_comparison_and_agreed_ones_are_no_news() -> None:
    header = [[*TAX[:4], "全口径税收", None, "区级税收", None], [None] * 4 + ["本期", "同期", "本期", "同期"]]
    outcome = take("T01", csv_bytes(*header, (*TAX_ROWS[0], "1", "0.5", "0.4")))
    assert found(outcome, "B-LAY-07") == []


NEED = ("编号", "楼宇", "需求内容", "提出时间", "进展")


def needs(*ids: Any, text: str | None = None) -> Any:
    rows = [(number, "银河大厦", text or f"需求{n}", "2023-09-01", "待办") for n, number in enumerate(ids)]
    return take("N01", csv_bytes(NEED, *rows))


@pytest.mark.parametrize("ids", [("1", "2", "3"), ("1",), ("3", "7", "12"), ("1", None, "2"), ("37",)])
def test_ids_that_only_number_the_rows_identify_nothing(ids: tuple[str | None, ...]) -> None:
    outcome = needs(*ids)
    assert values(outcome, "need_id") == [None] * len(ids)
    [note] = found(outcome, "B-IDN-10")
    assert (note["action"], note["column"], note["row_no"]) == ("AUTO", "编号", 2)
    assert note["message_en"] == '"编号" only numbers the rows and identifies nothing.'


@pytest.mark.parametrize(
    "ids", [("XQ-1", "XQ-2"), ("2", "1"), ("001", "002"), ("1", "X2"), ("20230901", "20230902"), ("5", "5")]
)
def test_ids_of_an_office_are_kept(ids: tuple[str, ...]) -> None:
    outcome = needs(*ids)
    assert values(outcome, "need_id") == list(ids)
    assert found(outcome, "B-IDN-10") == []


def test_numbers_begin_again_on_every_sheet() -> None:
    rows = [(n, "银河大厦", f"需求{n}", "2023-09-01", "待办") for n in (1, 2)]
    outcome = take("N01", xlsx_bytes(NEED, *rows, sheet="甲需求", more={"乙需求": [NEED, *rows]}))
    assert set(values(outcome, "need_id")) == {None}


def test_twenty_needs_in_the_same_words_wait() -> None:
    outcome = needs(*(f"X{n}" for n in range(20)), text="停车位不足")
    assert (outcome.accepted, outcome.quarantined) == (0, 20)
    first = found(outcome, "B-BIZ-18")[0]
    assert (first["message_zh"], first["row_no"]) == ("需求内容重复20条,请核对是否为复制。", 2)
    assert first["message_en"] == "20 identical needs; are they copies?"
    assert needs(*(f"X{n}" for n in range(19)), text="停车位不足").accepted == 19


LOST = "9.11101E+17"


@pytest.mark.parametrize(("lost", "refused"), [(0, False), (1, False), (2, False), (3, True), (4, True)])
def test_a_file_whose_codes_mostly_lost_their_digits_is_refused(lost: int, refused: bool) -> None:
    rows = [(LOST if n < lost else CODES[n], f"公司{n}", "增值税", "2023-09", "1") for n in range(4)]
    outcome = take("T01", csv_bytes(TAX, *rows))
    assert refused_by(outcome) == ("B-NUM-07" if refused else None)
    if refused:
        assert books(outcome) == ("REJECTED", 4, 0, 0, 4)
        assert outcome.reason.place.column == "纳税人识别号"
        assert LOST in outcome.reason.message.en
    else:
        assert (outcome.accepted, outcome.quarantined) == (4 - lost, lost)


def test_one_code_alone_waits_and_does_not_refuse_its_file() -> None:
    assert books(take("T01", csv_bytes(TAX, (LOST, *TAX_ROWS[0][1:])))) == ("ACCEPTED", 1, 0, 1, 0)


@pytest.mark.parametrize(("rates", "noted"), [
    (("50%", "0.5"), True), (("50", "0.5"), True), (("50%", "50"), True), (("50%", "50％"), False),
    (("50", "50.0"), False), (("0.5", "0.50"), False), (("50", None), False), ((None, None), False),
    (("-", "50%"), False),
])  # fmt: skip
def test_percentages_in_several_notations_are_noted_and_never_stored(
    rates: tuple[str | None, str | None], noted: bool
) -> None:
    header = (*TAX, "上年同期", "同比增减%")
    rows = [(CODES[n], f"公司{n}", "增值税", "2023-09", "150", "100", rate) for n, rate in enumerate(rates)]
    outcome = take("T01", csv_bytes(header, *rows))
    assert outcome.accepted == 2
    assert [(note["action"], note["column"]) for note in found(outcome, "B-NUM-08")] == [("AUTO", "同比增减%")] * noted


def test_percentages_without_the_amounts_beside_them_are_told_apart_by_their_sign() -> None:
    def notes(*rates: str) -> list[Any]:
        rows = [(CODES[n], f"公司{n}", "增值税", "2023-09", "150", rate) for n, rate in enumerate(rates)]
        return found(take("T01", csv_bytes((*TAX, "同比增减%"), *rows)), "B-NUM-08")

    assert len(notes("5%", "5")) == 1
    assert notes("5", "0.5") == []
    assert notes("5%", "0") == []


def test_a_duplicate_names_the_other_row_and_its_sheet() -> None:
    same = take("T01", csv_bytes(TAX, *TAX_ROWS, TAX_ROWS[0]))
    assert [note["message_zh"] for note in found(same, "B-DUP-03")] == ["第5行与第2行重复(整行/row)。"]
    other = (*TAX_ROWS[0][:4], "9")
    clash = take("T01", xlsx_bytes(TAX, TAX_ROWS[0], sheet="甲", more={"Sheet2": [TAX, TAX_ROWS[1], other]}))
    assert [(f["row_no"], f["message_en"].partition(" (")[0]) for f in found(clash, "B-DUP-03")] == [
        (2, "Row 2 duplicates row Sheet2!3"), (3, "Row 3 duplicates row 甲!2"),
    ]  # fmt: skip
    pages = take("H01", [page(1, 2, ticket(1)), page(2, 2, ticket(1))])
    assert [note["message_en"].partition(" (")[0] for note in found(pages, "B-DUP-03")] == [
        "Row 1 duplicates row file_1!1"
    ]


def test_a_number_that_is_more_than_digits_is_noted_with_what_was_read() -> None:
    outcome = take("T01", csv_bytes(TAX, (*TAX_ROWS[0][:4], "1,234.50元"), (*TAX_ROWS[1][:4], "2,000元")))
    [note] = found(outcome, "B-NUM-03")
    assert note["message_zh"] == '"1,234.50元"已解析为1234.50(同类2处)。'
    assert note["message_en"] == '"1,234.50元" read as 1234.50 (2 such).'
    assert values(outcome, "amount_total") == [Decimal("1234.50"), Decimal(2000)]
    assert found(take("T01", csv_bytes(TAX, *TAX_ROWS)), "B-NUM-03") == []


def test_a_rough_count_is_read_and_rough_money_waits() -> None:
    problems = as_column("A01", "attendance", "40余", "约50人", "30").problems
    assert [(p.rule, p.action, p.number, p.facts["n"]) for p in problems] == [("B-NUM-03", "AUTO", 2, 40)]
    for text in ("5万余", "50多", "约50"):
        [problem] = as_column("T01", "amount_total", text).problems
        assert (problem.rule, problem.action) == ("B-NUM-03", "QUARANTINE")


def test_capital_in_another_currency_is_empty_with_a_note() -> None:
    converted = as_column("E01", "reg_capital", "20万美元", "500万元")
    assert converted.values.to_list() == [None, Decimal(5000000)]
    [note] = converted.problems
    assert (note.rule, note.action, note.facts["n"]) == ("B-NUM-03", "AUTO", "USD 200000.00 → NULL")


@given(
    st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from(["", "x"]), st.integers(1, 9)), max_size=12), st.data()
)
def test_notes_of_parts_put_together_are_those_of_the_whole(notes: list[tuple[str, str, int]], data: Any) -> None:
    noted: list[Noted] = [
        (
            "f",
            Finding(
                "B-DAT-01", "AUTO", Place(row=n, column=column), facts={"d": "x"} | counts("B-DAT-01", number, form)
            ),
        )
        for n, (column, form, number) in enumerate(notes)
    ]
    cut = data.draw(st.integers(0, len(noted)))
    whole = told_once(noted)
    assert told_once([*told_once(noted[:cut]), *told_once(noted[cut:])]) == whole
    assert sum(finding.facts["n"] for _, finding in whole) == sum(number for *_, number in notes)
    assert len(whole) == len({(column, form) for column, form, _ in notes})
