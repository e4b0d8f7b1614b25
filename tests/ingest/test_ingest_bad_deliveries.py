"""Files that cannot be used, beside one that can: refused with a reason, and everything else goes on."""

import io
import shutil
import zipfile
from typing import Any

import openpyxl
import pytest
from ingest_making import page, ticket
from louyu_home import Louyu
from office_home import TAX, Office, tax_rows

# the head of a compound file: what a workbook with a password, or an old .xls, begins with
COMPOUND_FILE = bytes.fromhex("D0CF11E0A1B11AE1")


def workbook(*rows: tuple[object, ...]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def not_a_workbook() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("word/document.xml", "<document/>")
    return buffer.getvalue()


NEEDS = ("需求编号", "楼宇名称", "提出日期", "需求内容", "状态")
BAD = {
    "N01/空.xlsx": b"",
    "N01/损坏.xlsx": b"PK\x03\x04" + bytes(200),
    "N01/加密.xlsx": COMPOUND_FILE + "EncryptedPackage".encode("utf-16-le").rjust(2048, b"\0"),
    "N01/文档.xlsx": not_a_workbook(),
    "N01/无关.xlsx": workbook(("菜名", "价格"), ("宫保鸡丁", 28)),
    "N01/缺列.xlsx": workbook((*NEEDS[:1], *NEEDS[2:]), ("X-1", "2023-07-02", "停车", "已办结")),
    "X99/没有这种报表.xlsx": workbook(("a", "b"), (1, 2)),
    "散落的文件.csv": b"a,b\r\n1,2\r\n",
}


@pytest.fixture(scope="module")
def after(tmp_path_factory: pytest.TempPathFactory) -> Louyu:
    """A list that can be used, the bad files, the known bytes again and a pull without its second page."""
    office = Office(tmp_path_factory.mktemp("bad"))
    office.drop("T01", "九月税收", TAX, tax_rows("2023-09", ["1.00", "2.00"]), "2023-10-01")
    for name, content in BAD.items():
        place = office.inbox / name
        place.parent.mkdir(exist_ok=True)
        place.write_bytes(content)
    known = office.inbox / "T01" / "九月税收.csv"
    shutil.copyfile(known, known.with_name("重发.csv"))
    pull = office.inbox / "H01" / "20231101T0900"
    pull.mkdir(parents=True)
    (pull / "page_001.json").write_bytes(page(1, 3, ticket(1), ticket(2)))
    office.take_in()
    return Louyu(office.home)


def listed(louyu: Louyu, name: str) -> dict[str, Any]:
    [row] = [row for row in louyu.json("deliveries", "--lang", "en") if name in row["file"]]
    return dict(row)


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_rejected_with_its_reason(after: Louyu, name: str) -> None:
    row = listed(after, name)
    assert row["status"] == "REJECTED"
    assert row["reason"]
    counts = ("rows_read", "rows_accepted", "rows_quarantined", "rows_set_aside")
    assert row["rows_read"] == sum(row[name] for name in counts[1:])
    assert row["rows_accepted"] == 0


def test_a_missing_column_is_named(after: Louyu) -> None:
    assert "楼宇" in listed(after, "缺列.xlsx")["reason"]


def test_known_bytes_are_a_duplicate_with_a_notice(after: Louyu) -> None:
    row = listed(after, "重发.csv")
    assert (row["status"], row["rows_read"]) == ("DUPLICATE", 0)
    assert "T01/" in row["reason"]


def test_a_pull_without_a_page_is_held_whole(after: Louyu) -> None:
    row = listed(after, "20231101T0900")
    assert (row["status"], row["rows_accepted"]) == ("HELD", 0)
    assert row["rows_read"] == row["rows_set_aside"] == 2


def test_everything_else_goes_on(after: Louyu) -> None:
    row = listed(after, "九月税收")
    assert (row["status"], row["rows_accepted"]) == ("ACCEPTED", 2)


def test_the_books_balance(after: Louyu) -> None:
    rows = after.json("deliveries")
    assert len({row["delivery_id"] for row in rows}) == len(rows)
    for row in rows:
        assert row["rows_read"] == row["rows_accepted"] + row["rows_quarantined"] + row["rows_set_aside"], row
