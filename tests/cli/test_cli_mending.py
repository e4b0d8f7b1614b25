"""What waits goes back to its sender as they wrote it, is mended in place, and comes in again (SPEC 5, SURFACE)."""

import csv
import io
import shutil

import polars as pl
from clerk_desk import TAX, Desk, book, mend, table, tax_row, uscc

from cli.mending import remedy
from cli.workbook import _LOST_HEADS, ORIGIN, REASON, REMEDY
from common.contracts import feeds, layouts
from common.deliveries import rows_folder
from ingest.tables.vocabulary import Vocabulary
from review.standing import standings

BAD_AMOUNT = "1.5余"


TEXAS = "texas_mixed_beverage_tax"


def waiting_tax(desk: Desk, name: str = "九月", **given: object) -> None:
    desk.drop_tax(name, tax_row(1), tax_row(2, BAD_AMOUNT), tax_row(3, "2.25", "9月"), **given)
    desk.take_in()


def landed(desk: Desk, feed: str) -> pl.DataFrame:
    return pl.read_parquet(rows_folder(desk.louyu.home, feed) / f"{feed}-*.parquet", hive_partitioning=False)


def test_a_waiting_row_comes_back_whole_under_its_own_headings_in_the_order_of_the_contract(desk: Desk) -> None:
    waiting_tax(desk)
    (page,) = desk.workbook().worksheets
    rows = table(page)
    own = ["纳税人识别号", "纳税人名称", "税种", "入库月份", "全口径税收", "税务所", "摘要"]
    assert list(rows[0]) == ["退回原因", "怎么改", *own, *ORIGIN]
    told = {"纳税人识别号": uscc(2), "全口径税收": BAD_AMOUNT, "税务所": "一所", "摘要": "第一次"}
    assert {name: rows[0][name] for name in told} == told
    assert (rows[0]["原文件"], rows[0]["原工作表"], rows[0]["原行号"]) == ("九月.xlsx", "税收", "5")
    assert [row["纳税人识别号"] for row in rows] == [uscc(2), uscc(3)]


def test_the_faulty_cells_are_marked_with_the_reason_and_what_to_do(desk: Desk) -> None:
    waiting_tax(desk)
    (page,) = desk.workbook().worksheets
    marked = {cell.value: cell for row in page.iter_rows() for cell in row if cell.comment}
    assert set(marked) == {BAD_AMOUNT, "9月"}
    assert BAD_AMOUNT in marked[BAD_AMOUNT].comment.text
    assert len({cell.fill.fgColor.rgb for cell in marked.values()}) == 1
    first = table(page)[0]
    assert "无法识别为确切数值" in str(first["退回原因"])
    assert "只填数字" in str(first["怎么改"])


def test_the_reason_is_told_in_the_language_asked_for(desk: Desk) -> None:
    waiting_tax(desk)
    first = table(desk.workbook("--lang", "en").worksheets[0])[0]
    assert "is no exact number" in str(first["Why it waits"])
    assert "digits without words" in str(first["What to do"])


def test_mended_rows_are_accepted_by_the_same_contract_and_stand_for_the_rows_that_waited(desk: Desk) -> None:
    waiting_tax(desk)
    mended = desk.workbook()
    mend(mended.worksheets[0], lambda value: 1.5 if value == BAD_AMOUNT else "2023-09")
    report = desk.send_back("T01", mended)
    assert (report.status, report.rows_read, report.rows_accepted) == ("ACCEPTED", 2, 2)
    assert [(row.file, row.sheet, row.row) for row in report.corrects] == [
        ("九月.xlsx", "税收", 5),
        ("九月.xlsx", "税收", 6),
    ]
    amounts = landed(desk, "T01").sort("uscc")["amount_total"].cast(pl.String).to_list()
    assert amounts == ["15000.00", "15000.00", "22500.00"]
    assert desk.louyu.json("quarantine") == []
    assert len(desk.louyu.json("quarantine", "--all")) >= 2


def test_mended_rows_add_to_the_month_and_replace_nothing(desk: Desk) -> None:
    waiting_tax(desk)
    mended = desk.workbook()
    mend(mended.worksheets[0], lambda value: 1.5 if value == BAD_AMOUNT else "2023-09")
    desk.send_back("T01", mended)
    listed = {row["file"]: row for row in desk.louyu.json("deliveries")}
    assert {row["status"] for row in listed.values()} == {"ACCEPTED"}
    assert {one.delivery.path: one.adds for one in standings(desk.louyu.home)} == {
        "T01/九月.xlsx": False, "T01/补报T01.xlsx": True
    }  # fmt: skip


def test_mended_rows_of_a_numbered_version_stand_behind_it_without_a_question(desk: Desk) -> None:
    waiting_tax(desk, "九月_v02")
    mended = desk.workbook()
    mend(mended.worksheets[0], lambda value: 1.5 if value == BAD_AMOUNT else "2023-09")
    desk.send_back("T01", mended)
    first, again = sorted(standings(desk.louyu.home), key=lambda one: one.delivery.received_at)
    assert (again.status, again.order[0]) == ("ACCEPTED", first.order[0])
    assert again.order > first.order


def test_a_row_that_is_still_wrong_waits_under_its_new_address_alone(desk: Desk) -> None:
    waiting_tax(desk)
    mended = desk.workbook()
    mend(mended.worksheets[0], lambda value: 1.5 if value == BAD_AMOUNT else value)
    desk.send_back("T01", mended)
    assert [(row["file"], row["value"]) for row in desk.louyu.json("quarantine")] == [("补报T01.xlsx", "9月")]
    (again,) = table(desk.workbook().worksheets[0])
    assert again["原文件"] == "补报T01.xlsx"


def test_a_second_header_row_the_unit_and_a_merged_cell_survive_the_round_trip(desk: Desk) -> None:
    rows = (
        ("单位:万平方米", None, None, None, None, None, None),
        ("街道", "楼宇名称", "坐落地址", "面积情况", None, "是否纳入统计", "纳入统计时间"),
        (None, None, None, "建筑面积", "可租赁面积", None, None),
        ("八角街道", "甲大厦", "石景山路1号", 1, 0.8, "是", "2020-01-01"),
        (None, "乙大厦", "石景山路2号", 2, 1.5, "是", "13月"),
    )
    merges = ("A2:A3", "B2:B3", "C2:C3", "D2:E2", "F2:F3", "G2:G3", "A4:A5")
    desk.drop("B01", "台账.xlsx", book({"台账": rows}, merges), period="2023-09-30")
    assert desk.take_in()["台账.xlsx"].rows_quarantined == 1
    mended = desk.workbook()
    mend(mended.worksheets[0], lambda _: "2021-01-01")
    report = desk.send_back("B01", mended)
    assert (report.rows_accepted, report.scopes) == (1, (("", "2023-09-30"),))
    known = (
        landed(desk, "B01").filter(building_name="乙大厦").select("street_name", "gross_area_m2", "rentable_area_m2")
    )
    assert [tuple(map(str, row)) for row in known.iter_rows()] == [("八角街道", "20000.00", "15000.00")]


def test_a_sheet_named_after_its_building_comes_back_with_the_building_in_a_column(desk: Desk) -> None:
    head = ("企业名称", "统一社会信用代码", "租赁面积(㎡)", "联系人")
    sheets = {name: (head, (f"{name}企业", uscc(n), "一百", "张三")) for n, name in enumerate(("银河大厦", "金安大厦"))}
    desk.drop("O01", "入驻.xlsx", book(sheets), period="2023-09-30")
    desk.take_in()
    mended = desk.workbook()
    (page,) = mended.worksheets
    assert [row["所在楼宇"] for row in table(page)] == ["银河大厦", "金安大厦"]
    assert {row["联系人"] for row in table(page)} == {"张三"}
    mend(page, lambda _: 100)
    assert desk.send_back("O01", mended).rows_accepted == 2
    assert set(landed(desk, "O01")["building_name"]) == {"银河大厦", "金安大厦"}


def test_one_workbook_of_several_feeds_gives_each_feed_its_own_sheet(desk: Desk) -> None:
    waiting_tax(desk)
    rows = (("企业名称", "统一社会信用代码", "所在楼宇", "租赁面积"), ("甲", uscc(1), "银河大厦", "一百"))
    desk.drop("O01", "入驻.xlsx", book({"Sheet1": rows}), period="2023-09-30")
    desk.take_in()
    mended = desk.workbook()
    for page in mended.worksheets:
        mend(page, lambda value: {"一百": 100, BAD_AMOUNT: 1.5}.get(str(value), "2023-09"))
    assert desk.send_back("T01", mended).rows_read == 2
    assert desk.send_back("O01", mended).rows_read == 1


def test_a_folder_gets_one_workbook_for_each_sender_that_shows_nobody_else_s_rows(desk: Desk) -> None:
    waiting_tax(desk, sender="区财政局")
    rows = (("企业名称", "统一社会信用代码", "所在楼宇", "租赁面积"), ("甲", uscc(1), "银河大厦", "一百"))
    desk.drop("O01", "入驻.xlsx", book({"Sheet1": rows}), period="2023-09-30", sender="八角街道")
    desk.take_in()
    out = desk.louyu.home.root / "out"
    desk.louyu.call("quarantine", "--xlsx", str(out))
    assert {path.name: path.stat().st_mode & 0o777 for path in out.iterdir()} == {
        "补报_T01楼宇企业税收_区财政局.xlsx": 0o600, "补报_O01入驻企业台账_2023-09-30_八角街道.xlsx": 0o600,
    }  # fmt: skip


def test_rows_of_a_delivery_that_was_delivered_anew_are_not_asked_for(desk: Desk) -> None:
    waiting_tax(desk, "九月", version=1)
    desk.drop_tax(
        "九月更正", tax_row(1), tax_row(2, "1.6"), tax_row(3, "2.25", "9月"), version=2, received="2023-10-13"
    )
    desk.take_in()
    assert {row["原文件"] for row in table(desk.workbook().worksheets[0])} == {"九月更正.xlsx"}
    assert {row["file"] for row in desk.louyu.json("quarantine")} == {"九月.xlsx", "九月更正.xlsx"}


def test_csv_rows_come_back_as_a_workbook_and_are_accepted(desk: Desk) -> None:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([TAX, tax_row(1), tax_row(2, BAD_AMOUNT, name="=HYPERLINK(1)")])
    desk.drop("T01", "九月.csv", text.getvalue().encode("gb18030"))
    desk.take_in()
    mended = desk.workbook()
    (row,) = table(mended.worksheets[0])
    assert (row["纳税人名称"], row["原工作表"]) == ("'=HYPERLINK(1)", None)
    mend(mended.worksheets[0], lambda _: 1.5)
    assert desk.send_back("T01", mended).rows_accepted == 1
    assert "=HYPERLINK(1)" in set(landed(desk, "T01")["taxpayer_name"])


def test_rows_of_a_place_without_headings_come_back_under_headings_and_keep_their_month(desk: Desk) -> None:
    def permit(number: int, amount: str) -> str:
        name, address, city = f"BAR {number}".ljust(25), f"{number} MAIN ST".ljust(25), "AUSTIN".ljust(15)
        return f'"MB{number:06d}","{name}","{address}","{city}","TX","78701","227","  ","2014/08",{amount}'

    rows = [permit(n, f"  000000{n:03d}.50") for n in range(1, 30)]
    rows[4] = permit(5, "n/a")
    desk.drop("T01", "MIXEDBEV_09_2014.CSV", "\r\n".join([*rows, ""]).encode("latin-1"), layout=TEXAS)
    assert desk.take_in()["MIXEDBEV_09_2014.CSV"].rows_quarantined == 1
    mended = desk.workbook()
    mend(mended.worksheets[0], lambda _: "12.50")
    report = desk.send_back("T01", mended, layout=TEXAS)
    assert (report.status, report.rows_accepted, report.layout) == ("ACCEPTED", 1, TEXAS)
    accepted = landed(desk, "T01")
    assert (accepted.height, accepted["treasury_month"].n_unique()) == (29, 1)
    assert accepted["treasury_month"].dtype == pl.Date


def test_no_cell_of_a_workbook_is_a_formula_or_begins_like_one(desk: Desk) -> None:
    names = ("=1+1", "+A1", "-甲", "@SUM(1)", "\t=1")
    text = io.StringIO(newline="")
    csv.writer(text).writerows([TAX, *(tax_row(n, BAD_AMOUNT, name=name) for n, name in enumerate(names))])
    desk.drop("T01", "九月.csv", text.getvalue().encode())
    desk.take_in()
    for page in desk.workbook().worksheets:
        for row in page.iter_rows():
            for cell in row:
                assert cell.data_type != "f"
                assert not str(cell.value or "").startswith(("=", "+", "-", "@", "\t", "\r"))


def test_what_was_found_is_listed_where_the_raw_file_is_gone(desk: Desk) -> None:
    waiting_tax(desk)
    shutil.rmtree(desk.louyu.home.raw)
    made = desk.workbook()
    (page,) = made.worksheets
    said = [cell for row in page.iter_rows(values_only=True) for cell in row if cell]
    assert "销毁" in str(said[0])
    assert {BAD_AMOUNT, "9月", "九月.xlsx"} <= set(said)


def test_nothing_waits_and_the_workbook_says_so(desk: Desk) -> None:
    desk.drop_tax("九月", tax_row(1))
    desk.take_in()
    assert desk.workbook().worksheets[0]["A1"].value == "没有待处理的行。"


def test_no_heading_that_a_workbook_adds_is_one_of_a_contract_or_layout() -> None:
    added = {REASON.zh, REASON.en, REMEDY.zh, REMEDY.en, *ORIGIN, "多出的列1"}
    added |= {head for said in _LOST_HEADS.values() for head in (said.zh, said.en)} - {"数据源"}
    known = {(feed.id, head) for feed in feeds().values() for head in added if Vocabulary(feed).find((head,))}
    known |= {(layout.id, head) for layout in layouts().values() for head in added & set(layout.sources)}
    assert {feed for feed, _ in known if sum(other == feed for other, _ in known) > 1} == set()
    assert {head for _, head in known} & {REASON.zh, REMEDY.zh, *ORIGIN} == set()


def test_every_column_has_a_remedy_that_says_what_it_takes() -> None:
    tax = feeds()["T01"].by_name
    assert "增值税" in remedy(tax["tax_type"]).zh
    assert "2023-09 " in remedy(tax["treasury_month"]).zh
    assert remedy(None).zh
    assert all(remedy(column).en for feed in feeds().values() for column in feed.columns)


def test_a_finding_without_a_column_leaves_the_row_to_the_reason(desk: Desk) -> None:
    one, other = tax_row(1, "1.5"), tax_row(1, "2.5")
    desk.drop_tax("九月", one, other)
    desk.take_in()
    rows = table(desk.workbook().worksheets[0])
    assert len(rows) == 2
    assert all("重复" in str(row["退回原因"]) for row in rows)
