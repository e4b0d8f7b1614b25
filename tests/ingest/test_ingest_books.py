"""The laws of ingest: the books balance, bytes decide alone, every bad value is addressed (DESIGN 2.2, 2.3)."""

from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ingest_making import (
    BUILDING_ROWS,
    BUILDINGS,
    CODES,
    KEY,
    RECEIVED,
    TAX,
    TAX_ROWS,
    balances,
    books,
    content_of,
    csv_bytes,
    delivery,
    found,
    json_bytes,
    take,
    values,
    xlsx_bytes,
)

from common.contracts import feeds
from common.deliveries import Delivery, Sidecar, StoredFile
from common.files import digest
from ingest.outcome import Outcome
from ingest.parse import parse
from ingest.tables.kept import row_schema

GOOD: dict[str, st.SearchStrategy[Any]] = {
    "纳税人识别号": st.sampled_from(CODES), "纳税人名称": st.sampled_from(["甲公司", "乙公司", "丙（集团）公司"]),
    "税种": st.sampled_from(["增值税", "企业所得税", "印花税", "个税"]),
    "入库月份": st.sampled_from(["2023-09", "2023年8月", "202307"]),
    "全口径税收": st.decimals(100, 1000, places=2).map(str), "区级税收": st.decimals(0, 100, places=2).map(str),
    "电子税票号": st.integers(1, 40).map(lambda n: f"P{n:04d}"), "是否退税": st.sampled_from(["是", "否", None]),
}  # fmt: skip
BAD: dict[str, list[Any]] = {
    "纳税人识别号": [None, "110105194912310021"], "纳税人名称": [None, "  ", "无"], "税种": [None, "—"],
    "入库月份": [None, "2023.13", "01/02/2023", "昨天"], "全口径税收": [None, "约5", "abc", "1e99", "#REF!"],
    "区级税收": ["x", "50余"], "电子税票号": ["#N/A"], "是否退税": ["也许"],
}  # fmt: skip
NAMES = list(GOOD)
ROWS = st.lists(
    st.tuples(st.fixed_dictionaries(GOOD), st.none() | st.sampled_from([(n, v) for n in BAD for v in BAD[n]])),
    max_size=12,
)
BETWEEN = st.sampled_from([[], [[None] * 8], [["小计", *[None] * 7]], [["填表人：张三", *[None] * 7]]])


def _made(rows: list[tuple[dict[str, Any], tuple[str, Any] | None]]) -> list[list[Any]]:
    return [[(row | dict([bad]) if bad else row)[name] for name in NAMES] for row, bad in rows]


@given(ROWS, BETWEEN, st.sampled_from(["csv", "xlsx", "json"]))
@settings(max_examples=60)
def test_the_books_balance_over_any_table(rows: Any, between: list[list[Any]], form: str) -> None:
    table = _made(rows)
    if form == "json":
        content = json_bytes([dict(zip(NAMES, row, strict=True)) for row in table])
    else:
        content = (csv_bytes if form == "csv" else xlsx_bytes)(NAMES, *table[:3], *between, *table[3:])
    outcome = take("T01", content)
    assert balances(outcome)
    assert outcome.accepted == outcome.rows.height
    if outcome.status == "ACCEPTED":
        refused = {(f["sheet"], f["row_no"]) for f in outcome.findings.filter(action="QUARANTINE").to_dicts()}
        assert outcome.quarantined == len(refused)
        set_aside = outcome.findings.filter(
            pl.col("rule_id").is_in(["B-LAY-03", "B-LAY-09"])
            | ((pl.col("rule_id") == "B-DUP-03") & (pl.col("action") == "WARN"))
        )
        assert outcome.set_aside == set_aside.height
        assert (
            outcome.rows.null_count()
            .select("uscc", "taxpayer_name", "tax_type", "treasury_month", "amount_total")
            .row(0)
            == (0,) * 5
        )


@given(ROWS)
@settings(max_examples=25)
def test_every_bad_value_keeps_its_row_and_only_its_row(rows: Any) -> None:
    numbered = [({**row, "电子税票号": f"P{n:04d}"}, bad) for n, (row, bad) in enumerate(rows)]
    expected = [n for n, (_, bad) in enumerate(numbered) if bad]
    outcome = take("T01", csv_bytes(NAMES, *_made(numbered)))
    if rows:
        waiting = outcome.findings.filter(action="QUARANTINE")["row_no"].unique().sort().to_list()
        assert waiting == [n + 2 for n in expected]
        assert outcome.accepted == len(rows) - len(expected)


@given(ROWS.filter(bool), st.text("abcx石景_. ", min_size=1, max_size=12))
@settings(max_examples=25)
def test_the_same_bytes_give_the_same_outcome_under_any_name(rows: Any, name: str) -> None:
    content = xlsx_bytes(NAMES, *_made(rows))
    one, again, renamed = take("T01", content), take("T01", content), take("T01", content, name)
    assert one.rows.equals(again.rows)
    assert one.findings.equals(again.findings)
    assert books(one) == books(renamed)
    assert content_of(one).equals(content_of(renamed))
    # what is said of the name itself apart
    said = renamed.findings.filter(~pl.col("rule_id").is_in(["B-SEC-04", "B-FIL-03", "B-FIL-04"]))
    assert one.findings.drop("file").equals(said.drop("file"))
    assert (one.scopes, one.control_totals, one.units) == (renamed.scopes, renamed.control_totals, renamed.units)


@given(ROWS, st.randoms(use_true_random=False))
@settings(max_examples=25)
def test_the_order_of_rows_does_not_matter(rows: Any, chance: Any) -> None:
    table = _made(rows)
    shuffled = list(table)
    chance.shuffle(shuffled)
    one, other = take("T01", csv_bytes(NAMES, *table)), take("T01", csv_bytes(NAMES, *shuffled))
    assert books(one) == books(other)
    assert content_of(one).equals(content_of(other))


@given(ROWS)
@settings(max_examples=25)
def test_a_workbook_and_a_csv_file_of_the_same_table_give_the_same_rows(rows: Any) -> None:
    table = _made(rows)
    assert content_of(take("T01", csv_bytes(NAMES, *table))).equals(content_of(take("T01", xlsx_bytes(NAMES, *table))))


@given(ROWS)
@settings(max_examples=25)
def test_the_outcome_does_not_depend_on_when_or_by_whom_it_was_sent(rows: Any) -> None:
    content = csv_bytes(NAMES, *_made(rows))
    given_file = ("file", content)
    one = take("T01", content)
    stored = StoredFile("file", digest(content), len(content))
    later = Delivery("T01", "T01/file", (stored,), RECEIVED.replace(year=2024), 7, Sidecar(sender="另一人", version=7))
    other = parse(later, [given_file], KEY)
    assert one.rows.drop("delivery_id").equals(other.rows.drop("delivery_id"))
    assert later.id == delivery("T01", [given_file]).id


@pytest.mark.parametrize("feed", feeds().values(), ids=lambda feed: feed.id)
def test_accepted_rows_have_the_columns_of_the_contract(feed: Any) -> None:
    header = [column.zh for column in feed.columns if column.of is None]
    outcome = take(feed.id, csv_bytes(header, ["甲"] * len(header)))
    assert dict(outcome.rows.schema) == row_schema(feed)


ADDRESSED = (
    ("csv", None, "D3", [TAX]), ("xlsx", "九月", "D3", [TAX]), ("xlsx", "九月", "D5", [["标题"], ["单位：元"], TAX]),
)  # fmt: skip


@pytest.mark.parametrize(("form", "sheet", "cell", "above"), ADDRESSED)
def test_a_bad_value_is_addressed_by_file_sheet_row_header_and_cell(
    form: str, sheet: str | None, cell: str, above: list[Any]
) -> None:
    above = [*above[:-1], [*TAX[:3], "税款入库月份", TAX[4]]]
    rows = [*above, TAX_ROWS[0], (*TAX_ROWS[1][:3], "2023.13", "1")]
    content = csv_bytes(*rows) if form == "csv" else xlsx_bytes(*rows, sheet="九月")
    (finding,) = found(take("T01", content, "税收.xlsx"), "B-DAT-02")
    assert finding["file"] == "税收.xlsx"
    assert (finding["sheet"], finding["cell"], finding["column"]) == (sheet, cell, "税款入库月份")
    assert finding["row_no"] == int(cell[1:])
    assert finding["value"] == "2023.13"
    assert "2023.13" in finding["message_zh"]
    assert "2023.13" in finding["message_en"]


def test_a_cell_far_to_the_right_has_two_letters() -> None:
    header = [*TAX[:4], *[f"备用{n}" for n in range(24)], TAX[4]]
    row = [*TAX_ROWS[0][:4], *[None] * 24, "abc"]
    assert found(take("T01", xlsx_bytes(header, row)), "B-NUM-03")[0]["cell"] == "AC2"


def test_a_missing_value_is_addressed_too() -> None:
    (finding,) = found(take("T01", csv_bytes(TAX, ("", *TAX_ROWS[0][1:]), TAX_ROWS[1])), "L-VAL-MISSING")
    assert (finding["row_no"], finding["cell"], finding["column"]) == (2, "A2", "纳税人识别号")
    assert "纳税人识别号" in finding["message_zh"]


def test_a_secret_value_is_masked_where_it_is_told() -> None:
    header = (*BUILDINGS, "联系电话", "联系人")
    contract = feeds()["B01"].by_name["contact_phone"]
    assert feeds()["B01"].class_of(contract) == "S4"
    outcome = take("B01", csv_bytes(header, *((*row, "13800001111", "张三") for row in BUILDING_ROWS)))
    assert "13800001111" not in str(outcome.rows.rows()) + str(outcome.findings.rows())


def test_a_shifted_csv_row_waits_instead_of_reading_one_column_as_another() -> None:
    outcome = take("T01", csv_bytes(TAX, TAX_ROWS[0], TAX_ROWS[1][1:], (*TAX_ROWS[2], "x")))
    assert books(outcome) == ("ACCEPTED", 3, 1, 2, 0)
    assert [finding["row_no"] for finding in found(outcome, "L-LAY-RAGGED")] == [3, 4]


def test_empty_cells_behind_the_last_column_of_a_csv_row_shift_nothing() -> None:
    assert take("T01", csv_bytes(TAX, *((*row, "", " ") for row in TAX_ROWS))).accepted == 3
    assert take("T01", csv_bytes((*TAX, "", ""), *TAX_ROWS)).accepted == 3


def test_identical_rows_are_one_and_contradicting_rows_all_wait() -> None:
    header = (*TAX, "电子税票号")
    one = (*TAX_ROWS[0], "P1")
    assert books(take("T01", csv_bytes(header, one, one, one))) == ("ACCEPTED", 3, 1, 0, 2)
    other = (*TAX_ROWS[0][:4], "9.99", "P1")
    clash = take("T01", csv_bytes(header, one, other, (*TAX_ROWS[1], "P2")))
    assert books(clash) == ("ACCEPTED", 3, 1, 2, 0)
    assert [(finding["row_no"], finding["action"]) for finding in found(clash, "B-DUP-03")] == [
        (2, "QUARANTINE"),
        (3, "QUARANTINE"),
    ]
    assert "第2行与第3行" in found(clash, "B-DUP-03")[0]["message_zh"]


def test_a_blank_required_yes_or_no_takes_the_contracts_default() -> None:
    assert values(take("B01", csv_bytes(BUILDINGS, (*BUILDING_ROWS[0][:5], ""))), "stat_flag") == [True]
    assert books(take("B01", csv_bytes(BUILDINGS, (*BUILDING_ROWS[0][:5], "也许")))) == ("ACCEPTED", 1, 0, 1, 0)


def _scope(outcome: Outcome) -> list[tuple[str, str]]:
    return [(scope.key, scope.period.isoformat()) for scope in outcome.scopes]


@pytest.mark.parametrize(("title", "period", "day"), [
    ("截至2023年9月30日", None, "2023-09-30"), ("(截止2023年9月)", None, "2023-09-30"),
    ("截至2023-08-31", "2023-09", "2023-08-31"),
    ("楼宇台账", "2023-09", "2023-09-30"), ("楼宇台账", "2023-09-15", "2023-09-15"),
    ("楼宇台账", "2023-Q3", "2023-09-30"),
    ("楼宇台账", "2023年三季度", "2023-09-30"), ("楼宇台账", None, "2023-10-12"), ("截至9月30日", None, "2023-10-12"),
    ("截至9999年12月", "9999-12", "2023-10-12"), ("楼宇台账", "soon", "2023-10-12"),
])  # fmt: skip
def test_the_day_of_a_snapshot_is_in_its_title_else_its_sidecar_else_its_receipt(
    title: str, period: str | None, day: str
) -> None:
    assert _scope(take("B01", csv_bytes([title], BUILDINGS, *BUILDING_ROWS), period=period)) == [("", day)]


def test_a_delivery_replaces_the_months_and_stations_that_it_holds() -> None:
    rows = [(*TAX_ROWS[0][:3], month, "1", f"P{n}") for n, month in enumerate(["2023-09", "2023-08", "2023-09"])]
    assert _scope(take("T01", csv_bytes((*TAX, "电子税票号"), *rows))) == [("", "2023-08-01"), ("", "2023-09-01")]
    header = ("主办工作站", "活动名称", "活动类型", "活动时间", "参与人数")
    rows = [("甲站", "讲座", "培训", "2023-09-05", "10"), ("乙站", "义诊", "健康", "2023-09-06", "20")]
    outcome = take("A01", csv_bytes(header, *rows), scope="八角")
    assert sorted(_scope(outcome)) == [("八角|乙站", "2023-09-01"), ("八角|甲站", "2023-09-01")]
    assert values(outcome, "held_on") == [date(2023, 9, 5), date(2023, 9, 6)]
    header = ("编号", "部门", "吹哨时间")
    summons = take(
        "M02", csv_bytes(header, ("HY1", "区住建委", "2023-09-30 23:59"), ("HY1", "区城管委", "2023-10-01 00:00"))
    )
    assert _scope(summons) == [("", "2023-09-01"), ("", "2023-10-01")]
    header = ("工作站", "企业", "走访时间")
    visits = take("V01", csv_bytes(header, ("甲站", "甲公司", "2023-09-05"), ("乙站", "乙公司", "2023-08-06")))
    assert sorted(_scope(visits)) == [("乙站", "2023-08-01"), ("甲站", "2023-09-01")]
    assert take("B02", csv_bytes(("别名", "楼宇编码", "来源"), ("银河写字楼", "110107-001-0001", "人工"))).scopes == ()


@pytest.mark.parametrize(("times", "name", "said", "months"), [
    (("", ""), "file.csv", "2023-08", ["2023-08-01"]), (("", ""), "活动签到_202307.csv", None, ["2023-07-01"]),
    (("", ""), "file.csv", None, ["2023-10-01"]), (("2023-09-05 09:00", ""), "file.csv", "2023-09", ["2023-09-01"]),
    (("2023-09-05 09:00", "2023-08-31 09:00"), "file.csv", "2023-09", ["2023-08-01", "2023-09-01"]),
])  # fmt: skip
def test_a_list_without_times_is_of_the_month_that_its_delivery_claims(
    times: tuple[str, str], name: str, said: str | None, months: list[str]
) -> None:
    header = ("活动编号", "姓名", "签到时间")
    rows = [("HD1", who, at) for who, at in zip(("张三", "李四"), times, strict=True)]
    outcome = take("A02", csv_bytes(header, *rows), name, **({"period": said} if said else {}))
    assert (outcome.accepted, _scope(outcome)) == (2, [("", month) for month in months])
