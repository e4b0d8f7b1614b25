"""Rules over the columns of one row: which wait, are put right, or are only noted (SPEC 5; ingest/tables/rows.py)."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ingest_making import CODES, RECEIVED, books, csv_bytes, found, json_bytes, take, ticket, values

from common.contracts import feeds
from common.rules import rules
from ingest.outcome import Outcome
from ingest.tables.rows import DECIDED, ROW_RULES, check_rows
from ingest.values.convert import DTYPES

ROWS: Mapping[str, dict[str, Any]] = {
    "T01": {"纳税人识别号": CODES[0], "纳税人名称": "甲公司", "税种": "增值税", "入库月份": "2023-09",
            "全口径税收(元)": "100", "区级税收(元)": "40", "是否退税": "否", "电子税票号": "P1"},
    "O01": {"楼宇名称": "银河大厦", "企业名称": "甲公司", "租赁面积": "100", "从业人员数": "50",
            "入驻时间": "2022-01-01", "迁出时间": "2023-01-01"},
    "B01": {"楼宇名称": "银河大厦", "所属街道": "八角街道", "坐落地址": "石景山路1号", "建筑面积": "10000",
            "可租赁面积": "8000", "自用面积": "0", "空置面积": "100", "是否纳入统计": "是"},
    "A01": {"工作站": "古城站", "活动名称": "讲座", "活动类型": "培训", "活动时间": "2023-09-01", "参与人数": "30",
            "状态": "已举办"},
    "A02": {"活动编号": "HD001", "单位": "甲公司", "信用代码": CODES[0], "姓名": "张三", "手机号": "13800138000",
            "签到时间": "2023-09-01 09:00"},
    "B02": {"别名": "银河写字楼", "楼宇编码": "110107-001-0001", "起用时间": "2020-05-01", "来源": "人工"},
    "H01": ticket(1) | {"派单时间": "2023-09-20 09:00:00", "办结时间": "2023-09-21 08:00:00"},
    "H02": {"工单编号": "GD1", "回访次数": "1", "回访时间": "2023-09-25 10:00:00", "是否有效回访": "是",
            "是否联系": "是", "是否解决": "是", "是否满意": "满意"},
    "M01": {"类型": "吹哨报到", "楼宇": "银河大厦", "召开时间": "2023-09-20 10:00", "议题": "停车", "状态": "已召开"},
    "M02": {"编号": "HY001", "部门": "区住建委", "吹哨时间": "2023-09-20 09:00", "要求到场时间": "2023-09-20 10:00",
            "报到时间": "2023-09-20 09:50", "是否代会": "否", "街道评分": "92.5"},
    "N01": {"楼宇": "银河大厦", "需求内容": "停车位", "提出时间": "2023-09-01", "进展": "已销账",
            "销账时间": "2023-09-20"},
    "R01": {"企业名称": "甲公司", "资质类型": "高新技术企业", "批次": "第一批", "阶段": "认定",
            "认定日期": "2023-09-01", "文号": "公告1号"},
    "V01": {"工作站": "古城站", "企业": "甲公司", "信用代码": CODES[0], "走访时间": "2023-09-01", "反映问题": "停车难",
            "联系人": "张三", "联系电话": "13800138000"},
}  # fmt: skip
"""A row of each feed with which nothing is wrong."""


def sent(feed: str, *changes: Mapping[str, Any], **sidecar: Any) -> Outcome:
    """A delivery of one row for each set of changes to the good one."""
    rows = [ROWS[feed] | dict(change) for change in changes]
    header = list(dict.fromkeys(name for row in rows for name in row))
    return take(feed, csv_bytes(header, *([row.get(name) for name in header] for row in rows)), **sidecar)


def told(outcome: Outcome, rule: str) -> list[str]:
    return [finding["action"] for finding in found(outcome, rule)]


@pytest.mark.parametrize("feed", ROWS)
def test_a_good_row_is_accepted_without_a_word_of_any_rule_over_rows(feed: str) -> None:
    outcome = sent(feed, {})
    assert outcome.accepted == 1
    of_rows = {rule.rule for rule in ROW_RULES.get(feed, ())} | {"B-DAT-05"}
    assert of_rows & set(outcome.findings["rule_id"]) == set()


WAITS = [
    ("T01", "B-NUM-06", {"区级税收(元)": "100.01"}, "区级税收"),
    ("T01", "B-NUM-06", {"区级税收(元)": "-1"}, "区级税收"),
    ("T01", "B-NUM-06", {"全口径税收(元)": "-5", "区级税收(元)": "1"}, "区级税收"),
    ("T01", "B-NUM-06", {"全口径税收(元)": "0", "区级税收(元)": "1"}, "区级税收"),
    ("O01", "B-NUM-10", {"租赁面积": "0", "从业人员数": None}, "租赁面积"),
    ("O01", "B-NUM-10", {"租赁面积": "-3", "从业人员数": None}, "租赁面积"),
    ("O01", "B-NUM-10", {"租赁面积": "0.02", "从业人员数": None}, "租赁面积"),
    ("O01", "B-NUM-10", {"租赁面积": "1000000"}, "租赁面积"),
    ("B01", "B-NUM-10", {"建筑面积": "0", "可租赁面积": "0"}, "建筑面积"),
    ("B01", "B-NUM-10", {"建筑面积": "1.2", "可租赁面积": "1"}, "建筑面积"),
    ("B01", "B-NUM-10", {"建筑面积": "100000000"}, "建筑面积"),
    ("B01", "B-NUM-10", {"可租赁面积": "10001"}, "可租赁面积"),
    ("B01", "B-NUM-10", {"空置面积": "-1"}, "空置面积"),
    ("O01", "B-NUM-11", {"从业人员数": "51"}, "从业人员数"),
    ("O01", "B-NUM-11", {"从业人员数": "13800001111"}, "从业人员数"),
    ("O01", "B-NUM-11", {"从业人员数": "68601234", "租赁面积": None}, "从业人员数"),
    ("O01", "B-NUM-11", {"从业人员数": "-1"}, "从业人员数"),
    ("O01", "B-BIZ-04", {"迁出时间": "2021-12-31"}, "迁出时间"),
    ("A01", "B-NUM-09", {"参与人数": "0"}, "参与人数"),
    ("A01", "B-NUM-09", {"参与人数": "-5"}, "参与人数"),
    ("R01", "B-BIZ-07", {"资质类型": "小巨人"}, "资质类型"),
    ("R01", "B-BIZ-07", {"资质类型": "“小巨人”企业"}, "资质类型"),
    ("R01", "B-BIZ-07", {"资质类型": "专精特新“小巨人”企业"}, "资质类型"),
    ("R01", "B-BIZ-07", {"资质类型": "小巨人", "文号": "北京市关于公布国家级名单的通知"}, "资质类型"),
]  # fmt: skip

PASSES = [
    ("T01", "B-NUM-06", {"区级税收(元)": "100"}), ("T01", "B-NUM-06", {"区级税收(元)": "0"}),
    ("T01", "B-NUM-06", {"全口径税收(元)": "-100", "区级税收(元)": "-40"}),
    ("T01", "B-NUM-06", {"区级税收(元)": "200", "是否退税": "是"}), ("T01", "B-NUM-06", {"区级税收(元)": None}),
    ("O01", "B-NUM-10", {"租赁面积": "1", "从业人员数": None}), ("O01", "B-NUM-10", {"租赁面积": None}),
    ("B01", "B-NUM-10", {"建筑面积": "500", "可租赁面积": "500"}),
    ("B01", "B-NUM-10", {"建筑面积": "500000"}), ("B01", "B-NUM-10", {"可租赁面积": "0"}),
    ("O01", "B-NUM-11", {"从业人员数": "50"}), ("O01", "B-NUM-11", {"从业人员数": "0"}),
    ("O01", "B-NUM-11", {"从业人员数": "900", "租赁面积": None}),
    ("O01", "B-BIZ-04", {"迁出时间": "2022-01-01"}), ("O01", "B-BIZ-04", {"迁出时间": None}),
    ("A01", "B-NUM-09", {"参与人数": "0", "状态": "取消"}), ("A01", "B-NUM-09", {"参与人数": "1"}),
    ("N01", "B-BIZ-18", {"进展": "未办", "销账时间": None}),
]  # fmt: skip


@pytest.mark.parametrize(("feed", "rule", "change", "column"), WAITS)
def test_a_row_that_breaks_a_rule_waits_at_its_cell_and_the_rest_loads(
    feed: str, rule: str, change: dict[str, Any], column: str
) -> None:
    outcome = sent(feed, change, {"楼宇名称": "别的大厦"} if feed in ("B01", "O01") else {})
    assert books(outcome)[2:4] == (1, 1)
    [finding] = found(outcome, rule)
    assert (finding["action"], finding["row_no"]) == ("QUARANTINE", 2)
    assert finding["column"].startswith(column)
    assert finding["cell"].endswith("2")
    assert finding["value"]
    for message in (finding["message_zh"], finding["message_en"]):
        assert "None" not in message
        assert "—" not in message.replace(" — ", "") or change.get("租赁面积", "") is None


@pytest.mark.parametrize(("feed", "rule", "change"), PASSES)
def test_a_near_miss_is_accepted(feed: str, rule: str, change: dict[str, Any]) -> None:
    outcome = sent(feed, change)
    assert (outcome.accepted, told(outcome, rule)) == (1, [])


def test_a_building_that_does_not_say_whether_it_is_in_statistics_is_in_them_with_a_warning() -> None:
    outcome = sent("B01", {}, {"楼宇名称": "别的", "是否纳入统计": None}, {"楼宇名称": "第三", "是否纳入统计": "—"})
    assert values(outcome, "stat_flag") == [True, True, True]
    [told_of] = found(outcome, "L-VAL-DEFAULT")
    assert (told_of["action"], told_of["row_no"], told_of["column"]) == ("WARN", 3, "是否纳入统计")
    assert told_of["message_zh"] == '"是否纳入统计"为空,按"纳入/Yes"读取(同类2处),请核对。'
    assert found(sent("H01", {"是否剔除": None}), "L-VAL-DEFAULT") == []


def test_most_areas_of_a_list_in_another_unit_are_a_question_about_the_list_and_not_its_rows() -> None:
    slipped = [{"楼宇名称": f"{n}号楼", "建筑面积": "1.2", "可租赁面积": "0.9"} for n in range(12)]
    assert told(sent("B01", *slipped), "B-NUM-10") == []
    assert (
        told(sent("B01", *slipped[:4], *({"楼宇名称": f"好{n}"} for n in range(8))), "B-NUM-10") == ["QUARANTINE"] * 4
    )


def test_the_message_of_a_rule_over_rows_tells_its_facts_in_both_languages() -> None:
    [swapped] = found(sent("T01", {"区级税收(元)": "400"}), "B-NUM-06")
    assert "区级税收400.00大于全口径税收100.00" in swapped["message_zh"]
    assert "district amount 400.00 exceeds the total 100.00" in swapped["message_en"]
    [early] = found(sent("O01", {"迁出时间": "2021-12-31"}), "B-BIZ-04")
    assert early["message_zh"] == "迁出时间2021-12-31早于迁入时间2022-01-01。"
    assert early["message_en"] == "Moved out (2021-12-31) before moved in (2022-01-01)."
    [crowded] = found(sent("O01", {"从业人员数": "51"}), "B-NUM-11")
    assert crowded["message_en"] == "Employee count 51 does not fit the floor area of 100.00 m²."


def test_a_refund_sent_as_a_positive_amount_changes_its_sign_with_a_note_for_every_row() -> None:
    outcome = sent(
        "T01",
        {"是否退税": "是"},
        {"是否退税": "是", "全口径税收(元)": "7", "区级税收(元)": None, "电子税票号": "P2"},
        {"电子税票号": "P3"},
    )
    assert values(outcome, "amount_total") == [Decimal(-100), Decimal(-7), Decimal(100)]
    assert values(outcome, "amount_district") == [Decimal(-40), None, Decimal(40)]
    assert [row["row_no"] for row in found(outcome, "B-NUM-05")] == [2, 3]
    assert "100.00 / 40.00" in found(outcome, "B-NUM-05")[0]["message_zh"]
    assert values(outcome, "amount_total_text")[0] == "100"


@pytest.mark.parametrize("amounts", [("-100", "-40"), ("0", "0"), ("-100", None)])
def test_a_refund_that_is_not_positive_needs_no_note(amounts: tuple[str, str | None]) -> None:
    outcome = sent("T01", {"是否退税": "是", "全口径税收(元)": amounts[0], "区级税收(元)": amounts[1]})
    assert values(outcome, "amount_total") == [Decimal(amounts[0])]
    assert told(outcome, "B-NUM-05") == []


def test_control_totals_compare_with_the_amounts_as_sent() -> None:
    rows = [
        ROWS["T01"] | {"是否退税": "是"},
        ROWS["T01"] | {"全口径税收(元)": "1", "电子税票号": "P2", "区级税收(元)": "0"},
    ]
    header = list(ROWS["T01"])
    total = ["合计", None, None, None, "101", "40", None, None]
    outcome = take("T01", csv_bytes(header, *([row[name] for name in header] for row in rows), total))
    assert outcome.status == "ACCEPTED"
    assert values(outcome, "amount_total") == [Decimal(-100), Decimal(1)]


AMOUNT = st.none() | st.decimals(-(10**6), 10**6, places=2)


@given(st.lists(st.tuples(AMOUNT, AMOUNT, st.sampled_from([True, False, None])), min_size=1))
def test_turning_signs_keeps_sizes_and_leaves_no_refund_positive(rows: list[Any]) -> None:
    feed = feeds()["T01"]
    frame = pl.DataFrame({column.name: pl.Series([None] * len(rows), dtype=DTYPES[column.type])
                          for column in feed.stored}).with_columns(
        pl.Series("amount_total", [row[0] for row in rows], dtype=DTYPES["money"]),
        pl.Series("amount_district", [row[1] for row in rows], dtype=DTYPES["money"]),
        pl.Series("is_refund", [row[2] for row in rows], dtype=pl.Boolean),
        file=pl.lit("f"), sheet=pl.lit(None, pl.String), row_no=pl.int_range(pl.len()),
    )  # fmt: skip
    checked, _ = check_rows(feed, frame, pl.DataFrame(), date(2023, 10, 12))
    for name in ("amount_total", "amount_district"):
        assert checked[name].abs().equals(frame[name].abs())
        assert not checked.select(((pl.col(name) > 0) & pl.col("is_refund")).any()).item()
        rest = pl.col("is_refund").fill_null(False).not_()
        assert checked.filter(rest)[name].equals(frame.filter(rest)[name])
    again, _ = check_rows(feed, checked, pl.DataFrame(), date(2023, 10, 12))
    assert again.equals(checked)


EVENTS = [(feed.id, column.name) for feed in feeds().values() for column in feed.stored
          if column.type in ("date", "month", "timestamp") and not column.may_be_future]  # fmt: skip


@pytest.mark.parametrize(("feed", "column"), [
    ("T01", "入库月份"), ("A01", "活动时间"), ("H01", "创建时间"), ("H01", "更新时间"), ("H02", "回访时间"),
    ("O01", "入驻时间"), ("N01", "提出时间"), ("R01", "认定日期"),
])  # fmt: skip
def test_an_event_after_the_day_of_receipt_waits(feed: str, column: str) -> None:
    for day, waits in (("2023-10-12", False), ("2023-11-01", True)):
        outcome = sent(feed, {column: day})
        assert told(outcome, "B-DAT-05") == ["QUARANTINE"] * waits
    [finding] = found(outcome, "B-DAT-05")
    assert "2023-10-12" in finding["message_zh"]
    assert "2023-11-01" in finding["message_en"]


def test_a_month_may_be_that_of_the_receipt_and_no_later() -> None:
    assert sent("T01", {"入库月份": "2023-10"}).accepted == 1
    assert told(sent("T01", {"入库月份": "2023年11月"}), "B-DAT-05") == ["QUARANTINE"]


@pytest.mark.parametrize(("feed", "column"), [
    ("O01", "迁出时间"), ("O01", "租约到期"), ("R01", "有效期止"), ("N01", "计划解决时间"), ("T01", "税款所属期止"),
    ("B01", "竣工时间"), ("B01", "纳入统计时间"),
])  # fmt: skip
def test_a_plan_may_lie_ahead(feed: str, column: str) -> None:
    assert told(sent(feed, {column: "2024-12-31"}), "B-DAT-05") == []


def test_what_is_planned_is_said_so_in_the_contract() -> None:
    planned = {
        "lease_end",
        "moved_out_on",
        "valid_to",
        "due_on",
        "due_at",
        "planned_end",
        "available_to",
        "delisted_on",
    }
    assert {name for _, name in EVENTS} & planned == set()
    assert {"created_at", "treasury_month", "held_on", "established_on"} <= {name for _, name in EVENTS}


def test_times_out_of_order_are_emptied_and_the_ticket_still_counts() -> None:
    outcome = sent("H01", {"办结时间": "2023-09-19 08:00:00", "反馈时间": "2023-09-20 12:00:00"})
    assert (outcome.accepted, told(outcome, "B-BIZ-09")) == (1, ["WARN"])
    times = outcome.rows.select("dispatched_at", "signed_at", "contacted_at", "feedback_at", "closed_at").row(0)
    assert times == (None,) * 5
    assert values(outcome, "created_at") == [datetime(2023, 9, 20, 8)]
    [finding] = found(outcome, "B-BIZ-09")
    assert "GD0001" in finding["message_zh"]
    assert "closed_at 2023-09-19 08:00:00 < created_at 2023-09-20 08:00:00" in finding["message_en"]
    assert told(sent("H01", {"派单时间": "2023-09-20 07:59:59"}), "B-BIZ-09") == ["WARN"]


@pytest.mark.parametrize("closed", ["2023-09-20 08:00:00", "2023-09-20", "2023/9/20", None])
def test_a_ticket_closed_on_its_day_is_in_order_though_only_the_day_is_told(closed: str | None) -> None:
    assert told(sent("H01", {"办结时间": closed}), "B-BIZ-09") == []


def test_an_answer_without_a_valid_callback_is_emptied_with_a_warning() -> None:
    outcome = sent("H02", {"是否有效回访": "否"})
    assert outcome.rows.select("contacted", "resolved", "satisfaction").row(0) == (None, None, None)
    assert told(outcome, "B-BIZ-10") == ["WARN"]
    assert "GD1" in found(outcome, "B-BIZ-10")[0]["message_en"]
    nothing = {"是否有效回访": "否", "是否联系": "否", "是否解决": None, "是否满意": "未评价"}
    assert told(sent("H02", nothing), "B-BIZ-10") == []


@pytest.mark.parametrize(("change", "warned"), [
    ({"工单状态": "办理中", "是否满意": "满意"}, True), ({"工单状态": "待派", "是否解决": "是"}, True),
    ({"工单状态": "已办结", "是否满意": "满意"}, False), ({"工单状态": "办理中", "是否满意": "未评价"}, False),
    ({"工单状态": "办理中", "是否满意": None}, False), ({"工单状态": "办理中", "是否解决": "-"}, False),
])  # fmt: skip
def test_an_answer_in_the_ticket_list_before_the_ticket_is_closed_is_warned_of(
    change: dict[str, Any], warned: bool
) -> None:
    outcome = sent("H01", change)
    assert (outcome.accepted, told(outcome, "B-BIZ-10")) == (1, ["WARN"] * warned)
    assert "satisfaction" not in outcome.rows.columns


def test_copies_of_tickets_and_those_on_the_edge_of_a_month_are_told_once_with_their_number() -> None:
    outcome = sent(
        "H01", {"工单性质": "协办件"}, {"工单编号": "GD2", "是否重复": "是"}, {"工单编号": "GD3", "工单性质": "主办件"}
    )
    assert told(outcome, "B-BIZ-11") == ["ACCEPT"]
    assert "2件" in found(outcome, "B-BIZ-11")[0]["message_zh"]
    edges = ["2023-09-18 23:58:59", "2023-09-18 23:59:00", "2023-09-19 00:00:59", "2023-09-19 00:01:00"]
    outcome = sent("H01", *({"工单编号": f"GD{n}", "创建时间": at} for n, at in enumerate(edges)))
    [edge] = found(outcome, "B-DAT-07")
    assert (edge["action"], edge["row_no"]) == ("AUTO", 3)
    assert edge["message_en"].startswith("2 tickets")


def test_an_exclusion_without_reason_proof_or_approver_is_accepted_with_a_warning() -> None:
    founded = {"是否剔除": "是", "剔除原因": "恶意诉求", "剔除依据": "现场核实记录", "剔除审批人": "周明"}
    outcome = sent("H01", founded, {"工单编号": "GD2"})
    assert told(outcome, "B-BIZ-12") == []
    lacking = [founded | {"工单编号": f"GD{n}", column: None} for n, column in enumerate(founded) if n]
    outcome = sent("H01", founded | {"工单编号": "GD9"}, *lacking)
    assert (outcome.accepted, told(outcome, "B-BIZ-12")) == (4, ["WARN"])
    assert "3件" in found(outcome, "B-BIZ-12")[0]["message_zh"]


def test_a_closed_need_without_its_date_is_warned_of() -> None:
    outcome = sent("N01", {"销账时间": None})
    assert (outcome.accepted, told(outcome, "B-BIZ-18")) == (1, ["WARN"])


@pytest.mark.parametrize(("change", "code"), [
    ({"资质类型": "小巨人", "级别": "国家级"}, "SG_NATIONAL"), ({"资质类型": "小巨人", "级别": "市级"}, "SG_BJ"),
    ({"资质类型": "小巨人企业(市级)"}, "SG_BJ"), ({"资质类型": "小巨人（国家）"}, "SG_NATIONAL"),
    ({"资质类型": "小巨人", "文号": "工信部企业函〔2023〕12号"}, "SG_NATIONAL"),
    ({"资质类型": "小巨人", "文号": "京经信发〔2022〕3号"}, "SG_BJ"),
    ({"资质类型": "小巨人", "级别": "市级", "文号": "工信部企业函〔2023〕12号"}, "SG_BJ"),
    ({"资质类型": "专精特新“小巨人”企业", "文号": "工信部企业函〔2023〕12号"}, "SG_NATIONAL"),
    ({"资质类型": "高新技术企业", "级别": "市级"}, "NHTE"),
])  # fmt: skip
def test_a_small_giant_is_national_or_municipal_by_its_name_its_level_or_its_list(
    change: dict[str, Any], code: str
) -> None:
    assert values(sent("R01", change), "rating_code") == [code]


def test_words_that_offices_write_are_known() -> None:
    assert values(sent("N01", {"进展": "未办"}), "status") == ["OPEN"]
    assert values(sent("M01", {"状态": "已开"}), "status") == ["HELD"]
    assert values(sent("H01", {"工单性质": "主办件"}), "unit_role") == ["LEAD"]


def test_a_rule_over_rows_addresses_records_of_an_interface_by_their_key() -> None:
    outcome = take("H01", json_bytes([ticket(1), ticket(2, 创建时间="2023-11-01 08:00:00")]))
    [finding] = found(outcome, "B-DAT-05")
    assert (finding["row_no"], finding["column"], finding["cell"]) == (2, "创建时间", "/1/创建时间")


def test_the_tables_of_rules_name_feeds_columns_and_branches_that_exist() -> None:
    for feed, of_feed in ROW_RULES.items():
        known = set(feeds()[feed].by_name)
        for rule in of_feed:
            assert rule.action in rules()[rule.rule].actions
            assert {rule.column, *rule.sets} <= known
    assert {(feed, name) for feed, sets in DECIDED.items() for name in sets} == {("R01", "rating_code")}


def test_the_day_of_receipt_is_a_day_in_beijing() -> None:
    assert RECEIVED.date() == date(2023, 10, 12)
    assert sent("A01", {"活动时间": "2023-10-12"}).accepted == 1
