"""The forms look like an office's: titles, unit lines, merged cells, totals, signatures, encodings."""

import json
import re
import zipfile
from pathlib import Path

import pytest
import sample_reading as reading
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from sample_reading import files


def first_sheet(inbox: Path, feed: str, at: int) -> Worksheet:
    sheet = load_workbook(files(inbox, feed)[at].path).worksheets[0]
    assert isinstance(sheet, Worksheet)
    return sheet


@pytest.fixture(scope="module")
def tax(inbox: Path) -> Worksheet:
    return first_sheet(inbox, "T01", -1)


def test_tax_list(tax: Worksheet) -> None:
    assert tax["A1"].value == "石景山区楼宇企业税收情况表（2023年9月）"
    assert tax["A2"].value == "单位：万元"
    top = [cell.value for cell in tax[3]]
    below = [cell.value for cell in tax[4]]
    assert top[:3] == ["纳税人识别号", "纳税人名称", "税种"]
    assert top[6:10] == ["全口径税收", None, "区级税收", None]
    assert below[6:10] == ["本期", "同期", "本期", "同期"]
    merged = {str(cells) for cells in tax.merged_cells.ranges}
    assert {"A1:M1", "A3:A4", "G3:H3", "I3:J3", "M3:M4"} <= merged
    rows = list(tax.iter_rows(min_row=5, values_only=True))
    assert [row[0] for row in rows][-3] == "合计"
    assert str(rows[-1][0]).startswith("填表人：")
    assert all(row[7] is None and row[9] is None for row in rows[:-3])


def test_amounts_are_the_shortest_exact_decimals(inbox: Path) -> None:
    with zipfile.ZipFile(files(inbox, "T01")[-1].path) as archive:
        page = archive.read("xl/worksheets/sheet1.xml").decode()
    amounts = re.findall(r'<c r="[GI]\d+"><v>([^<]+)</v>', page)
    assert len(amounts) > 14_000
    assert all(len(amount.partition(".")[2]) <= 6 and not amount.endswith(".") for amount in amounts)
    assert not any("." in amount and amount.endswith("0") for amount in amounts)
    assert not any("E" in amount for amount in amounts)


def test_building_register(inbox: Path) -> None:
    sheet = first_sheet(inbox, "B01", -1)
    assert sheet["A1"].value == "石景山区商务楼宇台账（截至2023年9月30日）"
    assert sheet["A3"].value == "单位：平方米"
    rows = list(sheet.iter_rows(min_row=5, values_only=True))
    subtotals = [row for row in rows if row[0] == "小计"]
    (total,) = [row for row in rows if row[0] == "合计"]
    assert len(subtotals) == 9
    for column in range(14, 18):
        assert sum(row[column] for row in subtotals) == pytest.approx(total[column])
    assert len([cells for cells in sheet.merged_cells.ranges if cells.min_col == cells.max_col == 2]) == 9


def test_occupancies_came_once_with_a_sheet_for_each_building(inbox: Path) -> None:
    books = [load_workbook(file.path, read_only=True).sheetnames for file in files(inbox, "O01")[13:16]]
    assert [len(names) > 200 for names in books] == [False, True, False]
    assert books[1][0].endswith(("座", "厦", "心", "场", "园"))


def test_activities_came_by_street_in_the_end(inbox: Path) -> None:
    assert len(files(inbox, "A01")) == 9 + 2 * 9


def test_enterprise_register_is_office_text(inbox: Path) -> None:
    content = files(inbox, "E01")[0].path.read_bytes()
    with pytest.raises(UnicodeDecodeError):
        content.decode("utf-8")
    lines = content.decode("gb18030").split("\r\n")
    assert lines[-1] == ""
    assert all(line.startswith('"') and line.endswith('"') for line in lines[:-1])
    assert "\n" not in "".join(lines)
    assert '"注册资本(万元)"' in lines[0]


def test_pulls_come_in_pages_of_two_hundred(inbox: Path) -> None:
    for file in files(inbox, "H01"):
        pages = [json.loads(page.read_text("utf-8")) for page in sorted(file.path.glob("page_*.json"))]
        assert [page["page"] for page in pages] == list(range(1, len(pages) + 1))
        assert all(len(page["rows"]) == 200 for page in pages[:-1])
        assert {page["total"] for page in pages} == {sum(len(page["rows"]) for page in pages)}
    assert len(files(inbox, "H01")) == len(files(inbox, "H02")) == 22


def test_three_lists_are_one_workbook(inbox: Path) -> None:
    assert load_workbook(files(inbox, "N01")[-1].path, read_only=True).sheetnames == [
        "需求清单",
        "资源清单",
        "项目清单",
    ]
    assert not list(inbox.glob("N02*"))


def test_dates_are_written_in_many_ways(inbox: Path) -> None:
    def written(feed: str, column: str, at: int) -> object:
        return reading.records(files(inbox, feed)[at].path, feed)[0][column]

    notations = [
        written("T01", "tax_period_end", 0),
        written("T01", "tax_period_end", -1),
        written("O01", "moved_in_on", 0),
    ]
    notations += [written("B01", "completed_on", 0), written("G01", "formed_on", 0), written("R02", "listed_on", 0)]
    assert len({re.sub(r"\d+", "9", str(value)) for value in notations}) >= 5
