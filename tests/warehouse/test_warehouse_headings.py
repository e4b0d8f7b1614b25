"""Findings of later stages are told by the heading and the cell of the file that they are about (SURFACE)."""

import json
from pathlib import Path

import polars as pl
import pytest
from office_home import Office, uscc

from common.deliveries import deliveries, landings
from common.findings import findings_frame
from common.ledger import Ledger
from common.rules import Finding, Place
from warehouse.headings import as_headed


@pytest.fixture(name="office")
def _office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def told(office: Office, feed: str, file: str, place: Place) -> tuple[str | None, str | None]:
    """Where a later finding in the only delivery of a home is told to be."""
    office.take_in()
    given = deliveries(landings(Ledger(office.home.ledger)))
    found = findings_frame([(given[0].id, feed, file, Finding("B-NUM-02", "QUARANTINE", place, "5"))])
    [(column, cell)] = as_headed(office.home, found, given).select("column", "cell").rows()
    return column, cell


def test_a_row_of_a_list_is_told_by_its_own_heading_and_its_cell(office: Office) -> None:
    header = ("税务所", "nsrmc", "统一社会信用代码", "征收项目", "入库期", "实缴税额(万元)")
    rows = [("一所", "甲公司", uscc(1), "增值税", "2023-09", "5")]
    office.drop("T01", "list", header, rows, "2023-10-12")
    assert told(office, "T01", "list.csv", Place(None, 2, "全口径税收")) == ("实缴税额(万元)", "F2")
    assert told(office, "T01", "list.csv", Place(None, 2, "纳税人名称")) == ("nsrmc", "B2")


def test_a_record_is_told_by_its_key_and_what_the_file_does_not_have_by_the_contract(office: Office) -> None:
    record = {
        "工单号": "GD1", "工单类型": "投诉", "分类": "物业", "创建时间": "2023-09-20 08:00:00", "承办单位": "八角街道",
        "所属区": "石景山区", "街道": "八角街道", "状态": "办理中", "更新时间": "2023-09-20 08:00:00",
    }  # fmt: skip
    path = office.inbox / "H01" / "pull.json"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps([record]), encoding="utf-8")
    assert told(office, "H01", "pull.json", Place(None, 1, "工单编号")) == ("工单号", "/0/工单号")
    assert told(office, "H01", "pull.json", Place(None, 1, "是否剔除")) == ("是否剔除", None)


def test_nothing_found_stays_nothing(office: Office) -> None:
    assert as_headed(office.home, findings_frame(), []).equals(pl.DataFrame(schema=findings_frame().schema))
