"""Headers wherever they stand and however they are worded (SPEC 3.0, 0.1a; B-LAY-01, 02, 07, 08)."""

from itertools import permutations
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
    content_of,
    csv_bytes,
    found,
    json_bytes,
    refused_by,
    take,
    ticket,
    values,
    xlsx_bytes,
)

from common.contracts import Column, Feed, feeds, layouts
from ingest.opening import belongs_to
from ingest.tables.vocabulary import Vocabulary, header_key

FEEDS = list(feeds().values())
REQUIRED = [
    pytest.param(feed, column, id=f"{feed.id}.{column.name}") for feed in FEEDS for column in Vocabulary(feed).required
]
COLUMNS = [pytest.param(feed, column, id=f"{feed.id}.{column.name}") for feed in FEEDS for column in feed.columns]


def _disguises(name: str) -> list[str]:
    """The same header as offices write it: with units, blanks, line breaks, stars, colons and full width."""
    return [
        name, f"{name}(万元)", f"{name}（单位：平方米）", f" {name} ", "\n".join(name),
        f"*{name}", f"{name}:", f"{name}：",
        name.upper(), "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in name),
    ]  # fmt: skip


@pytest.mark.parametrize(("feed", "column"), COLUMNS)
def test_every_synonym_of_every_contract_is_found_however_it_is_dressed(feed: Feed, column: Column) -> None:
    vocabulary = Vocabulary(feed)
    for name in column.all_headers:
        for written in _disguises(name):
            path = (feed.by_name[column.of].zh, written) if column.of else (written,)
            assert vocabulary.find(path) is column, written


@pytest.mark.parametrize(("feed", "column"), COLUMNS)
def test_a_header_that_could_mean_two_things_is_never_mapped(feed: Feed, column: Column) -> None:
    for name in column.ambiguous:
        assert Vocabulary(feed).find((name,)) is None
        assert Vocabulary(feed).ambiguous(name) is column


@pytest.mark.parametrize(("feed", "column"), REQUIRED)
def test_a_missing_required_column_refuses_the_file_by_its_name(feed: Feed, column: Column) -> None:
    others = [other.zh for other in Vocabulary(feed).required if other is not column]
    others += [feed.by_name[group[0]].zh for group in feed.any_of]
    others += [
        other.zh for other in feed.columns if not other.required and other.of is None and other.zh not in others
    ][:2]
    outcome = take(feed.id, csv_bytes(others, ["1"] * len(others)))
    assert books(outcome) == ("REJECTED", 0, 0, 0, 0)
    assert refused_by(outcome) == "B-LAY-07"
    assert outcome.reason.place.column == column.zh
    assert column.zh in outcome.reason.message.zh
    assert column.zh in outcome.reason.message.en


def test_one_of_several_columns_is_enough_where_the_contract_says_so() -> None:
    for feed in FEEDS:
        for group in feed.any_of:
            required = [column.zh for column in Vocabulary(feed).required]
            without = take(feed.id, csv_bytes(required, ["1"] * len(required)))
            assert refused_by(without) == "B-LAY-07"
            assert feed.by_name[group[0]].zh in without.reason.message.zh
            for name in group:
                header = [*required, feed.by_name[name].zh]
                assert refused_by(take(feed.id, csv_bytes(header, ["1"] * len(header)))) != "B-LAY-07"


def test_an_ambiguous_heading_is_asked_about_and_not_taken() -> None:
    header = [name if name != "入库月份" else "所属月份" for name in TAX]
    outcome = take("T01", csv_bytes(header, *TAX_ROWS))
    assert refused_by(outcome) == "B-PER-03"
    assert "所属月份" in outcome.reason.message.zh


@pytest.mark.parametrize("name", ["地方级", "地方级税收(万元)", "地方级税收收入"])
def test_a_local_caliber_is_asked_about_and_not_left_out(name: str) -> None:
    outcome = take(
        "T01", csv_bytes([*TAX, name], *[(*row, share) for row, share in zip(TAX_ROWS, SHARES, strict=True)])
    )
    assert refused_by(outcome) == "L-LAY-CALIBER"
    assert outcome.reason.place.column == name
    assert (name in outcome.reason.message.zh, "市区两级" in outcome.reason.message.zh) == (True, True)


def test_a_local_caliber_beside_the_districts_own_is_no_question() -> None:
    outcome = take("T01", csv_bytes([*TAX, "地方级", "区级税收"], *[(*row, "9", share) for row, share in
                                                               zip(TAX_ROWS, SHARES, strict=True)]))  # fmt: skip
    assert [str(value) for value in values(outcome, "amount_district")] == SHARES


def test_a_local_caliber_above_two_columns_is_asked_about() -> None:
    rows = [[cell and cell.replace("区级税收", "地方级") for cell in TWO_ROWS[0]], TWO_ROWS[1], *WIDE]
    assert refused_by(take("T01", xlsx_bytes(*rows, merges=TWO_ROW_MERGES))) == "L-LAY-CALIBER"


@given(st.permutations(range(len(TAX))), st.sampled_from(["csv", "xlsx", "json"]))
def test_the_order_of_columns_does_not_matter(order: list[int], form: str) -> None:
    def made(places: Any) -> bytes:
        rows = [[row[place] for place in places] for row in (TAX, *TAX_ROWS)]
        if form == "json":
            return json_bytes([dict(zip(rows[0], row, strict=True)) for row in rows[1:]])
        return csv_bytes(*rows) if form == "csv" else xlsx_bytes(*rows)

    assert content_of(take("T01", made(order))).equals(content_of(take("T01", made(range(len(TAX))))))


TWO_ROWS = [
    ["纳税人识别号", "纳税人名称", "税种", "入库月份", "全口径税收", None, None, "区级税收", None],
    [None, None, None, None, "本期", "同期", "增减率", "本期", "同期"],
]
TWO_ROW_MERGES = ("A1:A2", "B1:B2", "C1:C2", "D1:D2", "E1:G1", "H1:I1")
SHARES = ["0.50", "0.50", "-0.20"]
WIDE = [(*row, "1", "50%", share, "0.4") for row, share in zip(TAX_ROWS, SHARES, strict=True)]


@pytest.mark.parametrize("form", ["merged", "unmerged", "csv"])
def test_two_row_headers_flatten_to_group_and_column(form: str) -> None:
    rows = [*TWO_ROWS, *WIDE]
    content = (
        csv_bytes(*rows) if form == "csv" else xlsx_bytes(*rows, merges=TWO_ROW_MERGES if form == "merged" else ())
    )
    outcome = take("T01", content)
    assert [str(value) for value in values(outcome, "amount_total")] == ["1.50", "2.25", "-0.25"]
    assert [str(value) for value in values(outcome, "amount_district")] == SHARES
    assert "amount_total_ly" not in outcome.rows.columns


def test_the_groups_of_a_two_row_header_may_stand_in_any_order() -> None:
    usual = content_of(take("T01", xlsx_bytes(*TWO_ROWS, *WIDE, merges=TWO_ROW_MERGES)))
    order = [7, 8, 3, 0, 4, 5, 6, 1, 2]
    rows = [[row[place] for place in order] for row in (*TWO_ROWS, *WIDE)]
    merges = ("A1:B1", "C1:C2", "D1:D2", "E1:G1", "H1:H2", "I1:I2")
    assert content_of(take("T01", xlsx_bytes(*rows, merges=merges))).equals(usual)


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
@pytest.mark.parametrize("form", ["merged", "unmerged", "title merged", "csv"])
def test_a_column_of_the_year_so_far_is_never_taken_for_the_month(order: tuple[int, ...], form: str) -> None:
    leaves, amounts = ["本月", "累计", "增减额"], ["1", "99", "7"]
    header = [[*TAX[:4], "全口径税收", None, None], [*[None] * 4, *(leaves[n] for n in order)]]
    rows = [[*row[:4], *(amounts[n] for n in order)] for row in TAX_ROWS]
    merges = ("A2:A3", "B2:B3", "C2:C3", "D2:D3", "E2:G2") if form == "merged" else ()
    merges = ("A1:G1", *merges) if "merged" in form.split() else ()
    header.insert(0, ["楼宇企业税收情况表"])
    outcome = take("T01", csv_bytes(*header, *rows) if form == "csv" else xlsx_bytes(*header, *rows, merges=merges))
    assert [str(value) for value in values(outcome, "amount_total")] == ["1.00"] * 3
    assert outcome.questions == ()
    assert {told["column"] for told in found(outcome, "B-LAY-07")} == {"全口径税收/累计", "全口径税收/增减额"}


def test_a_header_of_three_rows_flattens_too() -> None:
    header = [
        [*TAX[:4], "税收收入", None, None, None],
        [*[None] * 4, "全口径税收", None, "区级税收", None],
        [*[None] * 4, "本期", "增减额", "本期", "增减额"],
    ]
    merges = ("A1:A3", "B1:B3", "C1:C3", "D1:D3", "E1:H1", "E2:F2", "G2:H2")
    outcome = take("T01", xlsx_bytes(*header, *((*row, "9", "0.1", "9") for row in TAX_ROWS[:2]), merges=merges))
    assert books(outcome) == ("ACCEPTED", 2, 2, 0, 0)
    assert [str(value) for value in values(outcome, "amount_total")] == ["1.50", "2.25"]
    assert [str(value) for value in values(outcome, "amount_district")] == ["0.10", "0.10"]


def test_traditional_headings_and_words_are_read_as_simplified_ones() -> None:
    header = ("納稅人識別號", "納稅人名稱", "稅種", "入庫月份", "全口徑稅收")
    outcome = take("T01", csv_bytes(header, (CODES[0], "臺北飯店", "增值稅", "2023-09", "1")))
    assert (values(outcome, "tax_type"), values(outcome, "taxpayer_name")) == (["VAT"], ["臺北飯店"])
    assert [told["message_en"] for told in found(outcome, "B-ENC-04")] == [
        "Full-width, traditional or invisible characters normalised (增值稅→增值税, 1 such)."
    ]


def test_a_comparison_column_without_its_group_is_never_taken_for_the_amount() -> None:
    outcome = take("T01", csv_bytes((*TAX[:4], "同期", TAX[4]), *((*row[:4], "99", row[4]) for row in TAX_ROWS)))
    assert [str(value) for value in values(outcome, "amount_total")] == ["1.50", "2.25", "-0.25"]


TITLES = st.lists(
    st.sampled_from(
        [["石景山区2023年9月楼宇企业税收情况表"], ["填报单位：区财政局"], [None], ["", "单位：元"], ["2023年9月30日"]]
    ),
    max_size=6,
)


@given(TITLES, st.sampled_from(["csv", "xlsx"]))
def test_titles_above_the_header_change_nothing_but_the_row_numbers(titles: list[list[str | None]], form: str) -> None:
    made = csv_bytes if form == "csv" else xlsx_bytes
    outcome = take("T01", made(*titles, TAX, *TAX_ROWS))
    assert (
        content_of(outcome)
        .drop("amount_total_unit")
        .equals(content_of(take("T01", made(TAX, *TAX_ROWS))).drop("amount_total_unit"))
    )
    assert values(outcome, "row_no") == [len(titles) + 2 + n for n in range(3)]


def test_a_header_below_the_searched_rows_is_not_found_and_the_reason_names_a_column() -> None:
    outcome = take("T01", csv_bytes(*[["说明"]] * 20, TAX, *TAX_ROWS))
    assert refused_by(outcome) == "B-LAY-07"


@pytest.mark.parametrize("rows", [[["甲", "乙"], ["1", "2"]], [["只有一列"]], [["纳税人名称"], ["甲公司"]]])
def test_a_table_without_a_known_header_is_refused(rows: list[list[str]]) -> None:
    for made in (csv_bytes, xlsx_bytes):
        assert refused_by(take("T01", made(*rows))) == "B-LAY-07"


def test_a_repeated_heading_is_told_and_the_first_column_counts() -> None:
    outcome = take("T01", csv_bytes((*TAX, "税收收入"), *((*row, "99") for row in TAX_ROWS)))
    assert [str(value) for value in values(outcome, "amount_total")] == ["1.50", "2.25", "-0.25"]
    assert "税收收入" in found(outcome, "B-LAY-07")[0]["message_zh"]
    assert "缺少" not in found(outcome, "B-LAY-07")[0]["message_zh"]


def test_an_unknown_column_is_left_out_and_does_no_harm() -> None:
    outcome = take("T01", csv_bytes(("序号", *TAX, "备用"), *((n, *row, "x") for n, row in enumerate(TAX_ROWS))))
    assert outcome.accepted == 3


@pytest.mark.parametrize("levels", [("一级分类", "二级分类", "三级分类"), ("三级分类", "一级分类", "二级分类")])
def test_columns_of_one_path_join_from_the_top_whatever_their_order(levels: tuple[str, ...]) -> None:
    record = ticket(1)
    del record["问题分类"]
    parts = {"一级分类": "城乡建设", "二级分类": "物业", "三级分类": None}
    outcome = take("H01", json_bytes([record | {level: parts[level] for level in levels}]))
    assert values(outcome, "category_path") == ["城乡建设->物业"]


@pytest.mark.parametrize("merged", [True, False])
def test_a_value_written_once_for_several_rows_is_filled_down(merged: bool) -> None:
    rows = [list(row) for row in BUILDING_ROWS]
    rows[1][1] = rows[2][1] = None
    outcome = take("B01", xlsx_bytes(BUILDINGS, *rows, merges=("B2:B4",) if merged else ()))
    assert values(outcome, "street_name") == ["八角街道"] * 3
    assert [finding["action"] for finding in found(outcome, "B-LAY-02")] == ["AUTO" if merged else "WARN"]


def test_a_blank_cell_outside_a_merged_range_is_not_filled() -> None:
    rows = [list(row) for row in BUILDING_ROWS]
    rows[1][1] = rows[2][1] = None
    outcome = take("B01", xlsx_bytes(BUILDINGS, *rows, merges=("B2:B3",)))
    assert (outcome.accepted, outcome.quarantined) == (2, 1)
    assert found(outcome, "L-VAL-MISSING")[0]["cell"] == "B4"


def test_a_blank_is_never_filled_over_the_edge_of_a_sheet() -> None:
    first, second = [list(row) for row in BUILDING_ROWS[:2]]
    second[1] = None
    outcome = take("B01", xlsx_bytes(BUILDINGS, first, more={"Sheet2": [BUILDINGS, second]}))
    assert (outcome.accepted, outcome.quarantined) == (1, 1)


def test_the_name_of_a_sheet_is_the_building_where_the_contract_says_so() -> None:
    header = ("房号", "企业名称", "统一社会信用代码")
    outcome = take("O01", xlsx_bytes(header, ("101", "甲公司", CODES[0]), sheet="银河大厦",
                                     more={"金安大厦": [header, ("201", "乙公司", CODES[1])]}))  # fmt: skip
    assert sorted(values(outcome, "building_name")) == ["金安大厦", "银河大厦"]
    assert found(outcome, "B-LAY-08")[0]["message_zh"].startswith("检测到2个")


@pytest.mark.parametrize("name", ["甲大厦", "1、甲大厦", "（二）、甲大厦", "03.甲大厦", "甲大厦 (2)"])
def test_the_number_and_the_copy_of_a_sheet_are_no_part_of_the_buildings_name(name: str) -> None:
    header, row = ("房号", "企业名称", "租赁面积"), ("101", "甲公司", 100)
    assert values(take("O01", xlsx_bytes(header, row, sheet=name)), "building_name") == ["甲大厦"]
    assert values(take("O01", xlsx_bytes(header, row, sheet="1号楼")), "building_name") == ["1号楼"]


def test_a_list_that_has_no_sheets_needs_a_column_of_buildings() -> None:
    outcome = take("O01", csv_bytes(("房号", "企业名称", "租赁面积"), ("101", "甲公司", 100)))
    assert (refused_by(outcome), found(outcome, "B-LAY-07")[0]["column"]) == ("B-LAY-07", "所在楼宇")


@pytest.mark.parametrize("unit", ["万元", "（万元）", "人民币万元"])
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_unit_may_stand_alone_above_the_table_or_below_its_headings(unit: str, form: str) -> None:
    made = csv_bytes if form == "csv" else xlsx_bytes
    for rows in (
        [["税收情况表"], [None, None, None, None, unit], TAX, *TAX_ROWS],
        [["税收情况表"], TAX, [None, None, None, None, unit], *TAX_ROWS],
    ):
        outcome = take("T01", made(*rows))
        assert books(outcome) == ("ACCEPTED", 3, 3, 0, 0)
        assert [str(value) for value in values(outcome, "amount_total")] == ["15000.00", "22500.00", "-2500.00"]


def test_a_row_of_units_below_the_headings_is_of_each_column() -> None:
    units = [None, None, None, "万㎡", "平方米", None]
    outcome = take("B01", xlsx_bytes(BUILDINGS, units, ("银河大厦", "八角街道", "石景山路1号", 2, 15000, "是")))
    assert (values(outcome, "gross_area_m2"), values(outcome, "rentable_area_m2")) == ([20000], [15000])


def test_a_sheet_without_a_header_is_told_and_the_others_are_read() -> None:
    outcome = take("T01", xlsx_bytes(TAX, *TAX_ROWS, more={"说明": [["本表由财政局填报"]]}))
    assert outcome.accepted == 3
    assert [finding["sheet"] for finding in found(outcome, "L-LAY-SHEET")] == ["说明"]


@pytest.mark.parametrize("name", ["汇总", "分税种统计", "填表说明"])
def test_a_summary_beside_the_list_is_passed_over_and_told(name: str) -> None:
    summary = [["税种", "全口径税收"], ["增值税", 3.5]]
    outcome = take("T01", xlsx_bytes(*summary, sheet=name, more={"明细": [TAX, *TAX_ROWS]}))
    assert books(outcome) == ("ACCEPTED", 3, 3, 0, 0)
    assert [told["sheet"] for told in found(outcome, "L-LAY-SHEET")] == [name]
    assert refused_by(take("T01", xlsx_bytes(*summary, sheet=name))) == "B-LAY-07"
    assert refused_by(take("T01", xlsx_bytes(*summary, sheet="八角", more={"明细": [TAX, *TAX_ROWS]}))) == "B-LAY-07"


def test_a_column_of_a_csv_file_without_a_heading_shifts_nothing() -> None:
    rows = [(*row, "已核") for row in TAX_ROWS]
    assert books(take("T01", csv_bytes((*TAX, ""), *rows))) == ("ACCEPTED", 3, 3, 0, 0)
    assert take("T01", csv_bytes((*TAX, ""), *TAX_ROWS, rows[0])).quarantined == 1


def test_the_three_lists_in_one_workbook_belong_to_three_feeds() -> None:
    content = xlsx_bytes(("a", "b"), sheet="需求清单", more={"资源清单": [("a", "b")], "项目清单": [("a", "b")]})
    assert belongs_to(content, feeds()["N01"]) == {"N01": ("需求清单",), "N02": ("资源清单",), "N03": ("项目清单",)}
    assert belongs_to(b"%PDF", feeds()["N01"]) == {"N01": ()}
    assert belongs_to(xlsx_bytes(("a", "b")), feeds()["N02"]) == {"N02": ("Sheet1",)}


@given(st.text(st.characters(exclude_categories=("Cs",)), max_size=30))
def test_a_header_key_is_its_own_key_and_ignores_width(text: str) -> None:
    assert header_key(header_key(text)) == header_key(text) or "(" in header_key(text)
    assert header_key(f" {text}\n") == header_key(text)


def test_a_file_that_fits_no_contract_is_read_by_the_one_layout_that_fits() -> None:
    layout = layouts()["beijing_enterprise_register"]
    record = {layout.columns[name].headers[-1]: "" for name in layout.columns if layout.columns[name].headers}
    record |= {"name": "甲公司", "code": CODES[0], "registrationDay": "1990-01-01", "character": "有限责任公司",
               "legalRepresentative": "张三", "capital": "500(万元人民币)", "address": "石景山路1号",
               "city": "石景山"}  # fmt: skip
    outcome = take("E01", json_bytes({"erDataList": [record]}))
    assert outcome.layout == "beijing_enterprise_register"
    assert values(outcome, "reg_district") == ["110107"]
    assert [str(value) for value in values(outcome, "reg_capital")] == ["5000000.00"]
    assert values(outcome, "legal_rep")[0].startswith("P1:")
    by_name = take("E01", json_bytes({"erDataList": [record]}), layout="beijing_enterprise_register")
    assert content_of(by_name).equals(content_of(outcome))
    assert "张三" not in str(outcome.rows.rows()) + str(outcome.findings.rows())


def test_every_order_of_three_sheets_gives_the_same_rows() -> None:
    sheets = {name: [TAX, row] for name, row in zip("甲乙丙", TAX_ROWS, strict=True)}
    contents = set()
    for order in permutations(sheets):
        first, *rest = order
        made = xlsx_bytes(*sheets[first], sheet=first, more={name: sheets[name] for name in rest})
        contents.add(content_of(take("T01", made)).write_csv())
    assert len(contents) == 1
