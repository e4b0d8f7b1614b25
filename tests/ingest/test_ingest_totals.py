"""Totals, subtotals, footers and what is data after all (SPEC 3.0, B-LAY-03, 04, 09)."""

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
    books,
    csv_bytes,
    found,
    refused_by,
    take,
    values,
    xlsx_bytes,
)

TOTAL_WORDS = [
    "合计",
    "总计",
    "全区合计",
    "本月合计",
    "合 计",
    "合计:",
    "合　计：",
    "总 计",
    "合计（元）",
    "总计(万元):",
    "共计",
    "合计3户",
    "总计：共3户",
]
PARTIAL_WORDS = ["小计", "小计（元）", "八角街道小计", "累计", "汇总", "其中：国有", "其中", "1-9月累计"]
FOOTERS = ["填表人：张三", "制表人: 李四  审核人: 王五", "审核（签字）：", "单位盖章：", "(盖章)：", 
"单位（盖章）", "填报单位（公章）", "（公章）","备注：本表不含退税", "注1: 单位万元", "说明",
           "数据来源：区税务局", "联系人：张三", "填报日期：2023年10月10日", "单位负责人：",
           "经办人(签字): 张三"]  # fmt: skip


def total(word: str, amount: Any, place: int = 0) -> list[Any]:
    row: list[Any] = [None] * 5
    row[place], row[4] = word, amount
    return row


@pytest.mark.parametrize("word", TOTAL_WORDS)
@pytest.mark.parametrize("place", [0, 1])
def test_a_total_is_no_data_and_is_checked_against_the_sum(word: str, place: int) -> None:
    right = take("T01", csv_bytes(TAX, *TAX_ROWS, total(word, "3.50", place)))
    assert books(right) == ("ACCEPTED", 4, 3, 0, 1)
    assert [(part.stated, part.summed) for part in right.control_totals] == [(Decimal("3.5"), Decimal("3.5"))]
    assert [finding["row_no"] for finding in found(right, "B-LAY-03")] == [5]
    wrong = take("T01", csv_bytes(TAX, *TAX_ROWS, total(word, "3.51", place)))
    assert books(wrong) == ("REJECTED", 4, 0, 0, 4)
    assert refused_by(wrong) == "B-LAY-04"
    assert wrong.reason.message.zh.startswith("合计3.51与明细之和3.50相差0.01")
    assert [(told["row_no"], told["column"], told["cell"]) for told in found(wrong, "B-LAY-04")] == [(5, TAX[4], "E5")]


@pytest.mark.parametrize("word", PARTIAL_WORDS)
def test_a_subtotal_is_no_data_and_no_grand_total(word: str) -> None:
    outcome = take("T01", csv_bytes(TAX, TAX_ROWS[0], total(word, "1.5"), *TAX_ROWS[1:], total("合计", "3.5")))
    assert books(outcome) == ("ACCEPTED", 5, 3, 0, 2)


@pytest.mark.parametrize("empty", ["-", "—", "/", "——"])
def test_a_total_whose_other_cells_are_crossed_out_is_a_total(empty: str) -> None:
    outcome = take("T01", csv_bytes(TAX, *TAX_ROWS, ["合计", empty, empty, empty, "3.5"]))
    assert books(outcome) == ("ACCEPTED", 4, 3, 0, 1)
    assert len(outcome.control_totals) == 1


def test_a_total_in_another_feed_only_warns() -> None:
    row = ["合计", None, None, "1", "25500", None]
    outcome = take("B01", csv_bytes(BUILDINGS, *BUILDING_ROWS, row))
    assert books(outcome) == ("ACCEPTED", 4, 3, 0, 1)
    assert [finding["action"] for finding in found(outcome, "B-LAY-04")] == ["WARN"]
    assert found(outcome, "B-LAY-04")[0]["column"] == "建筑面积"


def test_every_sheet_is_checked_against_its_own_total() -> None:
    sheets = {"乙": [TAX, TAX_ROWS[1], total("合计", 2.25)], "丙": [TAX, TAX_ROWS[2], total("合计", -0.25)]}
    assert take("T01", xlsx_bytes(TAX, TAX_ROWS[0], total("合计", 1.5), sheet="甲", more=sheets)).accepted == 3
    sheets["丙"][-1] = total("合计", 0.25)
    wrong = take("T01", xlsx_bytes(TAX, TAX_ROWS[0], total("合计", 1.5), sheet="甲", more=sheets))
    assert [(told["sheet"], told["row_no"]) for told in found(wrong, "B-LAY-04")] == [("丙", 3)]


def test_a_total_in_ten_thousands_is_compared_to_the_fen() -> None:
    title = ["单位：万元"]
    rows = [(*TAX_ROWS[0][:4], "0.333333"), (*TAX_ROWS[1][:4], "0.666667")]
    assert take("T01", csv_bytes(title, TAX, *rows, total("合计", "1.000000"))).accepted == 2
    assert refused_by(take("T01", csv_bytes(title, TAX, *rows, total("合计", "1.000001")))) == "B-LAY-04"


def test_the_sum_holds_the_rows_that_wait_and_those_that_stand_twice() -> None:
    bad = (CODES[3], "丁公司", "增值税", "2023.13", "1.00")
    outcome = take("T01", csv_bytes(TAX, *TAX_ROWS, TAX_ROWS[0], bad, total("合计", "6.00")))
    assert books(outcome) == ("ACCEPTED", 6, 3, 1, 2)


def test_a_total_is_not_held_against_a_file_whose_amounts_could_not_all_be_read() -> None:
    outcome = take(
        "T01", csv_bytes(TAX, *TAX_ROWS, (CODES[3], "丁公司", "增值税", "2023-09", "约5"), total("合计", "8.5"))
    )
    assert books(outcome) == ("ACCEPTED", 5, 3, 1, 1)


@pytest.mark.parametrize("word", ["合计科技有限公司", "累计信息公司", "北京汇总大厦公司", "小计餐饮店"])
def test_a_name_that_holds_the_word_is_data(word: str) -> None:
    outcome = take("T01", csv_bytes(TAX, (CODES[0], word, "增值税", "2023-09", "1")))
    assert values(outcome, "taxpayer_name") == [word]


def test_a_row_with_keys_is_data_even_when_its_first_text_ends_like_a_total() -> None:
    outcome = take("B01", csv_bytes(("坐落地址", *BUILDINGS[:2], *BUILDINGS[3:]),
                                    ("合计", "银河大厦", "八角街道", "1000", "900", "是")))  # fmt: skip
    assert outcome.accepted == 1


@pytest.mark.parametrize("footer", FOOTERS)
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_footer_is_set_aside_and_told(footer: str, form: str) -> None:
    made = csv_bytes if form == "csv" else xlsx_bytes
    outcome = take("T01", made(TAX, *TAX_ROWS, [None] * 5, [footer, None, None, None, None]))
    assert books(outcome) == ("ACCEPTED", 4, 3, 0, 1)
    assert [finding["row_no"] for finding in found(outcome, "B-LAY-09")] == [6]


def test_a_short_footer_of_a_csv_file_is_no_shifted_row() -> None:
    assert books(take("T01", csv_bytes(TAX, *TAX_ROWS, ["填表人：张三"]))) == ("ACCEPTED", 4, 3, 0, 1)


@pytest.mark.parametrize(("feed", "header", "empty"), [("T01", TAX, "0"), ("B01", BUILDINGS, None)])
def test_a_file_of_totals_and_footers_alone_has_no_data_and_replaces_nothing(
    feed: str, header: Any, empty: str | None
) -> None:
    outcome = take(feed, csv_bytes(header, total("合计", empty), ["填表人：张三"]))
    assert books(outcome) == ("REJECTED", 2, 0, 0, 2)
    assert refused_by(outcome) == "B-FIL-01"
    assert outcome.scopes == ()


PAID = [(CODES[n % 4], f"企业{n}", "增值税", "2023-09", amount) for n, amount in enumerate((1, 2, 4, 8))]
CIT = (CODES[0], "企业0", "企业所得税", "2023-09", 2)
GROUPED = {
    "below each street": [PAID[0], PAID[1], total("八角小计", 3), PAID[2], total("古城小计", 4), total("合计", 7)],
    "above each street": [total("八角小计", 3), PAID[0], PAID[1], total("古城小计", 4), PAID[2], total("合计", 7)],
    "all at the end": [PAID[2], PAID[0], PAID[1], total("八角小计", 3), total("古城小计", 4), total("合计", 7)],
    "of buildings within streets": [
        PAID[0], total("甲楼小计", 1), PAID[1], total("乙楼小计", 2), total("八角小计", 3), PAID[2],
        total("丙楼小计", 4), total("古城小计", 4), total("合计", 7),
    ],
    "each called 合计": [PAID[0], PAID[1], total("合计", 3), PAID[2], total("合计", 4)],
    "each called 合计, then 总计": [PAID[0], PAID[1], total("合计", 3), PAID[2], total("合计", 4), total("总计", 7)],
    "without a word": [PAID[0], PAID[1], total(None, 3), PAID[2], total(None, 4), total("合计", 7)],
    "of an enterprise": [PAID[0], CIT, (*PAID[0][:2], "合计", "2023-09", 3), PAID[2], total("合计", 7)],
    "of a tax, below the total": [PAID[0], PAID[2], total("合计", 5), ["其中:", None, "增值税", None, 5]],
    "with the month": [PAID[0], ["合计", None, None, "2023-09", 1]],
    "with a count": [PAID[0], ["合计", "1户", None, None, 1]],
}  # fmt: skip


@pytest.mark.parametrize("form", GROUPED)
def test_totals_of_parts_are_no_data_wherever_they_stand(form: str) -> None:
    rows = GROUPED[form]
    data = [row for row in rows if row in [*PAID, CIT]]
    outcome = take("T01", xlsx_bytes(TAX, *rows))
    assert books(outcome) == ("ACCEPTED", len(rows), len(data), 0, len(rows) - len(data))
    assert len(found(outcome, "B-LAY-03")) == len(rows) - len(data)


@pytest.mark.parametrize("form", [form for form in GROUPED if form != "of a tax, below the total"])
def test_a_subtotal_that_is_the_sum_of_no_run_of_rows_is_told_at_its_cell(form: str) -> None:
    rows = [list(row) for row in GROUPED[form]]
    first = next(n for n, row in enumerate(GROUPED[form]) if row not in [*PAID, CIT])
    rows[first][4] += 0.5
    outcome = take("T01", xlsx_bytes(TAX, *rows))
    assert refused_by(outcome) == "B-LAY-04"
    [told] = found(outcome, "B-LAY-04")
    assert told["action"] == "REJECT"
    assert told["cell"] == f"E{first + 2}" or form == "each called 合计"


def test_a_subtotal_that_does_not_add_up_only_warns_elsewhere() -> None:
    rows = [BUILDING_ROWS[0], ["小计", "八角街道", None, 10001, 8000, None], *BUILDING_ROWS[1:]]
    outcome = take("B01", xlsx_bytes(BUILDINGS, *rows))
    assert books(outcome) == ("ACCEPTED", 4, 3, 0, 1)
    assert [(told["action"], told["cell"]) for told in found(outcome, "B-LAY-04")] == [("WARN", "D3")]


def test_a_vacant_unit_is_no_total() -> None:
    header = ("所在楼宇", "房号", "企业名称", "租赁面积")
    outcome = take("O01", xlsx_bytes(header, ("甲大厦", "101", "甲公司", 100), ("甲大厦", "102", None, 150)))
    assert books(outcome) == ("ACCEPTED", 2, 1, 1, 0)


def test_the_total_of_a_list_that_goes_on_over_two_sheets_is_of_both() -> None:
    def carried(amount: float) -> Any:
        more = {"Sheet1 (2)": [TAX, *TAX_ROWS[1:], total("合计", amount)]}
        return take("T01", xlsx_bytes(TAX, TAX_ROWS[0], more=more))

    assert books(carried(3.5)) == ("ACCEPTED", 4, 3, 0, 1)
    assert refused_by(carried(3.6)) == "B-LAY-04"


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize("again", [[TAX], [["2023年9月税收"], ["单位：元"], TAX]])
def test_a_heading_that_every_printed_page_repeats_is_no_data(again: list[Any], form: str) -> None:
    made = csv_bytes if form == "csv" else xlsx_bytes
    outcome = take("T01", made(["2023年9月税收"], ["单位：元"], TAX, *TAX_ROWS[:2], *again, TAX_ROWS[2]))
    assert books(outcome) == ("ACCEPTED", 3 + len(again), 3, 0, len(again))
    assert [told["row_no"] for told in found(outcome, "B-LAY-01")][1:] == [6 + n for n in range(len(again))]


@pytest.mark.parametrize(
    "numbers",
    [["栏次", 1, 2, 3, 4, 5], [1, 2, 3, 4, 5, 6], ["甲", "乙", "丙", "丁", 1, 2], ["(1)", "(2)", *[None] * 4]],
)
def test_a_row_that_numbers_the_columns_is_no_data(numbers: list[Any]) -> None:
    rows = [(f"{n}", *row) for n, row in enumerate(TAX_ROWS, start=1)]
    outcome = take("T01", xlsx_bytes(("序号", *TAX), numbers, *rows))
    is_numbering = numbers[-1] is not None
    assert (outcome.set_aside, outcome.quarantined) == ((1, 0) if is_numbering else (0, 1))


AMOUNTS = st.lists(st.integers(-(10**9), 10**9), min_size=1, max_size=8)


@given(AMOUNTS, st.integers(-(10**6), 10**6))
def test_a_file_is_taken_in_exactly_if_its_total_is_the_sum(fens: list[int], off: int) -> None:
    rows = [(*TAX_ROWS[0][:2], "增值税", "2023-09", f"{Decimal(fen) / 100}", f"P{n}") for n, fen in enumerate(fens)]
    stated = Decimal(sum(fens) + off) / 100
    outcome = take("T01", csv_bytes((*TAX, "电子税票号"), *rows, [*total("合计", f"{stated}"), None]))
    assert outcome.status == ("ACCEPTED" if off == 0 else "REJECTED")
