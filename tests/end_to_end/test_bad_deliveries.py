"""Files that cannot be used, beside a quarter of files that can: refused with a reason, and everything else goes on."""

import io
import json
import shutil
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from louyu_home import Louyu

from common.home import Home

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
def after(quarter: Louyu, tmp_path_factory: pytest.TempPathFactory) -> tuple[Louyu, dict[str, Any]]:
    """The quarter with the bad files, two files that it knows already and a pull without its second page."""
    home = tmp_path_factory.mktemp("bad") / "home"
    shutil.copytree(quarter.home.root, home, ignore=shutil.ignore_patterns("dagster"))
    louyu = Louyu(Home(home))
    for name, content in BAD.items():
        place = louyu.home.inbox / name
        place.parent.mkdir(exist_ok=True)
        place.write_bytes(content)
    known = sorted(louyu.home.inbox.glob("G03/*.xlsx"))[0]
    shutil.copyfile(known, known.with_name("重发.xlsx"))
    pull = louyu.home.inbox / "H01" / "20231101T0900"
    pull.mkdir()
    rows = json.loads(sorted(louyu.home.inbox.glob("H01/*/page_001.json"))[0].read_text(encoding="utf-8"))["rows"]
    write_page(pull, 1, rows[:2], total=3)
    return louyu, louyu.json("run")


def write_page(pull: Path, number: int, rows: list[dict[str, Any]], total: int) -> None:
    page = {"total": total, "page": number, "rows": rows}
    (pull / f"page_{number:03d}.json").write_text(json.dumps(page, ensure_ascii=False), encoding="utf-8")


def listed(louyu: Louyu, name: str) -> dict[str, Any]:
    [row] = [row for row in louyu.json("deliveries", "--lang", "en") if name in row["file"]]
    return dict(row)


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_rejected_with_its_reason(after: tuple[Louyu, dict[str, Any]], name: str) -> None:
    row = listed(after[0], name)
    assert row["status"] == "REJECTED"
    assert row["reason"]
    counts = ("rows_read", "rows_accepted", "rows_quarantined", "rows_set_aside")
    assert row["rows_read"] == sum(row[name] for name in counts[1:])
    assert row["rows_accepted"] == 0


def test_a_missing_column_is_named(after: tuple[Louyu, dict[str, Any]]) -> None:
    assert "楼宇" in listed(after[0], "缺列.xlsx")["reason"]


def test_known_bytes_are_a_duplicate_with_a_notice(after: tuple[Louyu, dict[str, Any]]) -> None:
    row = listed(after[0], "重发.xlsx")
    assert (row["status"], row["rows_read"]) == ("DUPLICATE", 0)
    assert "G03/" in row["reason"]


def test_a_pull_without_a_page_is_held_whole(after: tuple[Louyu, dict[str, Any]]) -> None:
    row = listed(after[0], "20231101T0900")
    assert (row["status"], row["rows_accepted"]) == ("HELD", 0)
    assert row["rows_read"] == row["rows_set_aside"] == 2


def test_everything_else_goes_on(after: tuple[Louyu, dict[str, Any]], quarter: Louyu) -> None:
    louyu, record = after
    assert record["blocked"] == []
    louyu.call("release", "publish", record["release_id"], "--simulated")
    figures = "select * exclude (release_id, as_known_at, vintage) from published.kpi_value order by all"
    assert louyu.query(figures) == quarter.query(figures)


def test_the_books_balance(after: tuple[Louyu, dict[str, Any]]) -> None:
    rows = after[0].json("deliveries")
    assert len({row["delivery_id"] for row in rows}) == len(rows)
    for row in rows:
        assert row["rows_read"] == row["rows_accepted"] + row["rows_quarantined"] + row["rows_set_aside"], row
