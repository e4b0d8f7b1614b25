"""What of the books still needs somebody: a file that was overtaken by a better one needs nobody."""

import json
from pathlib import Path

import pytest
from office_home import TAX, Office, tax_rows

from warehouse.books import overtaken


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def needing_nobody(office: Office) -> set[str]:
    judged = office.judged()
    gone = overtaken(list(judged.values()))
    return {name for name, one in judged.items() if one.delivery.id in gone}


def test_a_held_file_is_overtaken_by_one_received_later_for_all_its_parts(office: Office) -> None:
    office.drop("T01", "asked", TAX, tax_rows("2023-01", [1, 2]), "2023-02-10", period="2023-02")
    office.drop("T01", "other month", TAX, tax_rows("2023-02", [1, 2]), "2023-03-10")
    assert needing_nobody(office) == set()
    office.drop("T01", "better", TAX, tax_rows("2023-01", [1, 3]), "2023-02-11")
    assert needing_nobody(office) == {"asked"}


def test_an_old_version_that_asks_is_not_overtaken_by_the_newer_one_received_before(office: Office) -> None:
    office.drop("T01", "second", TAX, tax_rows("2023-01", [1, 2, 3]), "2023-02-10", version=2)
    office.drop("T01", "first", TAX, tax_rows("2023-01", [1, 2, 4]), "2023-02-20", version=1)
    assert needing_nobody(office) == set()


def test_bytes_refused_for_how_they_came_are_overtaken_once_they_come_rightly(office: Office) -> None:
    office.drop("T01", "by mail", TAX, tax_rows("2023-01", [1, 2]), "2023-02-10", channel="mail")
    assert needing_nobody(office) == set()
    office.drop("T01", "exchanged", TAX, tax_rows("2023-01", [1, 2]), "2023-02-10", channel="exchange")
    assert needing_nobody(office) == {"by mail"}


def test_a_pull_that_was_completed_in_its_folder_asks_no_more(office: Office) -> None:
    ticket = {
        "工单编号": "T1", "创建时间": "2023-04-01 10:00:00", "更新时间": "2023-04-02 10:00:00", "来源渠道": "12345",
        "诉求类型": "投诉", "问题分类": "停车", "事发地址": "甲大厦", "所属区": "石景山区", "一级承办单位": "八角街道",
        "被反映街乡镇": "八角街道", "工单状态": "已办结",
    }  # fmt: skip
    pull = office.inbox / "H01" / "20230405T1200"
    pull.mkdir(parents=True)

    def page(number: int) -> None:
        said = {"total": 2, "page": number, "rows": [{**ticket, "工单编号": f"T{number}"}]}
        (pull / f"page_{number}.json").write_text(json.dumps(said), encoding="utf-8")

    page(1)
    assert [one.status for one in office.judged().values()] == ["HELD"]
    page(2)
    office.take_in()
    judged = office.standings()
    assert sorted(one.status for one in judged) == ["ACCEPTED", "REJECTED"]
    assert overtaken(judged) == {one.delivery.id for one in judged if one.status == "REJECTED"}
