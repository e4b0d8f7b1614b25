"""``louyu locate``: any list, any register; the list itself stays as it was."""

import csv
import io
import subprocess
import sys
from pathlib import Path

import pytest
from louyu_home import Louyu

REGISTER = """building_name,alias,address
望江大厦,望江商务楼;WJ大厦,临河区滨江路22号
锦帆大厦,,临河区滨江路22号
临河产业园,,临河区武兴四路
"""
LIST = [
    ["编号", "地址", "备注"],
    ["1", "临河区滨江路22号望江大厦3层", "=1+1"],
    ["2", "望江大厦东南侧", '引号"与,逗号'],
    ["3", "临河产业园B区", ""],
    ["4", "望江大厦、锦帆大厦", "多行\n备注"],
    ["5", "滨江路22号", ""],
    ["6", "", "空"],
    ["7", "wj大厦", ""],
]


def written(rows: list[list[str]]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue()


def read(file: Path) -> list[list[str]]:
    with file.open(encoding="utf-8-sig", newline="") as source:
        return list(csv.reader(source))


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    (tmp_path / "r.csv").write_text(REGISTER, encoding="utf-8")
    (tmp_path / "list.csv").write_text(written(LIST), encoding="utf-8", newline="")
    return tmp_path


def words(desk: Path, *more: str, column: str = "地址") -> list[str]:
    return ["locate", str(desk / "list.csv"), "--address-column", column, "--register", str(desk / "r.csv"),
            "--out", str(desk / "out.csv"), *more]  # fmt: skip


def test_four_columns_are_added_and_everything_else_stays(louyu: Louyu, desk: Path) -> None:
    told = louyu.json(*words(desk))
    rows = read(desk / "out.csv")
    assert rows[0] == [*LIST[0], "building_name", "relation", "score", "evidence"]
    assert [row[:3] for row in rows] == LIST
    assert [row[3:5] for row in rows[1:]] == [
        ["望江大厦", "in"], ["望江大厦", "beside"], ["临河产业园", "park"], ["", "ambiguous"], ["", "empty"],
        ["", "empty"], ["望江大厦", "in"],
    ]  # fmt: skip
    assert all(0 <= float(row[5]) <= 1 for row in rows[1:])
    assert "3层" in rows[1][6]
    assert "锦帆大厦" in rows[4][6]
    assert told["rows"] == 7
    assert told["relations"] == {"in": 2, "empty": 2, "beside": 1, "park": 1, "ambiguous": 1}


@pytest.mark.parametrize(("encoding", "is_marked"), [("utf-8", False), ("utf-8-sig", True), ("gb18030", False)])
def test_the_list_may_come_in_any_usual_encoding_and_goes_out_in_utf_8(
    louyu: Louyu, desk: Path, encoding: str, is_marked: bool
) -> None:
    (desk / "list.csv").write_text(written(LIST), encoding=encoding, newline="")
    (desk / "r.csv").write_text(REGISTER, encoding=encoding)
    louyu.call(*words(desk))
    assert (desk / "out.csv").read_bytes().startswith(b"\xef\xbb\xbf") is is_marked
    assert [row[:3] for row in read(desk / "out.csv")] == LIST


def test_the_work_list_names_the_rows_that_wait_for_a_person_and_their_candidates(louyu: Louyu, desk: Path) -> None:
    louyu.call(*words(desk, "--work-list", str(desk / "work.csv")))
    head, *rows = read(desk / "work.csv")
    assert head[:6] == ["row", "address", "relation", "candidate_1", "candidate_2", "candidate_3"]
    assert [row[:5] for row in rows] == [
        ["5", "望江大厦、锦帆大厦", "ambiguous", "望江大厦", "锦帆大厦"],
        ["6", "滨江路22号", "empty", "望江大厦", "锦帆大厦"],
    ]


@pytest.mark.parametrize(("lang", "told"), [("zh", "没有列"), ("en", "has no column")])
def test_a_missing_column_is_named_and_nothing_is_written(louyu: Louyu, desk: Path, lang: str, told: str) -> None:
    done = louyu.call(*words(desk, "--lang", lang, column="住址"), code=1)
    assert told in done.stderr
    assert "住址" in done.stderr
    assert not (desk / "out.csv").exists()


def test_a_register_that_names_no_buildings_is_refused(louyu: Louyu, desk: Path) -> None:
    (desk / "r.csv").write_text("name,address\n望江大厦,滨江路22号\n", encoding="utf-8")
    done = louyu.call(*words(desk, "--lang", "en"), code=1)
    assert "building_name" in done.stderr


def test_a_register_may_be_headed_as_the_building_desk_heads_its_own(louyu: Louyu, desk: Path) -> None:
    (desk / "r.csv").write_text("楼宇名册,\n单位:座,\n楼宇名称,坐落地址\n望江大厦,滨江路22号\n", encoding="utf-8")
    done = louyu.call(*words(desk, "--lang", "en"))
    assert "alias" in done.stderr
    assert read(desk / "out.csv")[1][3:5] == ["望江大厦", "in"]


def test_a_missing_file_and_a_missing_option_are_mistakes_of_use(louyu: Louyu, desk: Path) -> None:
    (desk / "list.csv").unlink()
    louyu.call(*words(desk), code=2)
    louyu.call("locate", str(desk / "r.csv"), "--address-column", "address", "--out", str(desk / "out.csv"), code=2)


def test_two_buildings_of_one_name_are_told_apart_by_their_addresses(louyu: Louyu, desk: Path) -> None:
    (desk / "r.csv").write_text(
        "building_name,alias,address\n万联广场,,滨江路22号\n万联广场,,科华路5号\n", encoding="utf-8"
    )
    (desk / "list.csv").write_text("地址\n万联广场3层\n科华路5号万联广场\n", encoding="utf-8")
    louyu.call(*words(desk))
    assert [row[1:3] for row in read(desk / "out.csv")[1:]] == [["", "ambiguous"], ["万联广场", "in"]]


def test_the_command_starts_without_the_orchestrator() -> None:
    rooms = "cli.places, cli.lists, identity.places, identity.areas, warehouse.config"
    heavy = "[name for name in sys.modules if name.startswith(('dagster', 'dbt', 'great_expectations'))]"
    done = subprocess.run(
        [sys.executable, "-c", f"import sys, {rooms}; print({heavy})"], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_one_building_listed_twice_is_one(louyu: Louyu, desk: Path) -> None:
    (desk / "r.csv").write_text(
        'building_name,alias,address\n望江大厦,,临河区滨江路22号\n望江 大厦,"商务楼,江景楼",云山市临河区 滨江路22号\n'
        "望江大厦,望江中心/望江座/江心大厦A、B座,\n", encoding="utf-8"
    )  # fmt: skip
    (desk / "list.csv").write_text("地址\n望江大厦3层\n江景楼3层\n望江座\n望江中心\n江心大厦B座3层\n", encoding="utf-8")
    louyu.call(*words(desk))
    assert {tuple(row[1:3]) for row in read(desk / "out.csv")[1:]} == {("望江大厦", "in")}
