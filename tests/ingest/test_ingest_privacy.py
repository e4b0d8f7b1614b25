"""Personal data on their way in: one pseudonym a person, no free text, the rest masked (SPEC 4.1, B-BIZ-13)."""

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from ingest_making import (
    BUILDING_ROWS,
    BUILDINGS,
    CODES,
    KEY,
    TAX,
    TAX_ROWS,
    TICKETS,
    as_column,
    books,
    csv_bytes,
    found,
    json_bytes,
    one_value,
    take,
    ticket,
    values,
    xlsx_bytes,
)

from common.deliveries import landings
from common.home import Home
from common.ledger import Ledger
from common.masking import resident_check
from ingest.files.names import shown
from ingest.landing import land, parse_feed
from ingest.raw.inbox import arrivals, shown_sender

STAFF = ("姓名", "身份证号", "所在工作站", "是否专职", "到岗时间", "联系电话")
APPEALS = ("发现时间", "来源", "楼宇", "内容", "办理状态", "联系人", "联系电话", "企业")


def staff(*phones: str, name: str = "张三") -> list[tuple[str, ...]]:
    return [(name, "11010519491231002X", "一号站", "是", "2023-01-01", phone) for phone in phones]


def written(outcome: Any) -> str:
    return f"{outcome.rows.rows()}{outcome.findings.rows()}{outcome.reason}"


@pytest.mark.parametrize("same", [
    ("13500000000", "135-0000-0000", "135 0000 0000", "１３５００００００００", "+86 135 0000 0000", "0086-13500000000",
     " 13500000000\u200b"),
    ("010-88881234", "(010)88881234", "（010）8888 1234", "01088881234"),
])  # fmt: skip
def test_one_telephone_is_one_pseudonym_however_it_is_written(same: Sequence[str]) -> None:
    table = [(*row[:1], *row[1:4], f"2023-01-{day:02d}", row[5]) for day, row in enumerate(staff(*same), start=1)]
    phones = values(take("G03", csv_bytes(STAFF, *table)), "phone")
    assert len(phones) == len(same)
    assert len(set(phones)) == 1


@pytest.mark.parametrize(
    "same",
    [
        ("张三", "张 三", " 张三 ", "张\u3000三", "张三先生"),
        ("阿依·古丽", "阿依•古丽", "阿依古丽"),
        ("Wang Li", "WANG LI"),
    ],
)
def test_one_name_is_one_pseudonym_and_another_is_another(same: Sequence[str]) -> None:
    table = [(name, "", "一号站", "是", f"2023-01-{day:02d}", "") for day, name in enumerate([*same, "李四"], start=1)]
    names = values(take("G03", csv_bytes(STAFF, *table)), "person_name")
    assert len(set(names)) == 2
    assert names[-1] not in names[:-1]


def test_personal_data_in_free_text_are_counted_and_the_text_is_not_kept() -> None:
    content = "联系人张三,电话13800138000或010-88881234,请回复zhang@example.com"
    outcome = take(
        "H01", json_bytes([ticket(1, 主要内容=content), ticket(2, 主要内容="王先生来电"), ticket(3, 主要内容="停车难")])
    )
    assert outcome.accepted == 3
    [note] = found(outcome, "B-BIZ-13")
    assert (note["action"], note["row_no"], note["column"], note["value"]) == ("AUTO", 1, "主要内容", "***")
    assert "5处" in note["message_zh"]
    assert "5 places" in note["message_en"]
    assert len(set(values(outcome, "content"))) == 3
    assert all(str(text).startswith("P1:") for text in values(outcome, "content"))
    for secret in ("张三", "13800138000", "88881234", "zhang@", "停车难"):
        assert secret not in written(outcome)


@pytest.mark.parametrize("feed", ["A02", "V01"])
def test_who_signed_in_or_was_visited_is_a_pseudonym_and_what_was_said_is_not_kept(feed: str) -> None:
    person = (
        {"姓名": "张三", "手机号": "13800138000"} if feed == "A02" else {"联系人": "张三", "联系电话": "13800138000"}
    )
    rest = {"活动编号": "HD1", "签到时间": "2023-09-01 09:00"}
    if feed == "V01":
        rest = {"工作站": "一号站", "企业": "甲公司", "走访时间": "2023-09-01", "反映问题": "联系人张三,停车难"}
    outcome = take(feed, csv_bytes([*person, *rest], [*person.values(), *rest.values()]))
    assert outcome.accepted == 1
    for secret in ("张三", "13800138000", "停车难"):
        assert secret not in written(outcome)
    hidden = take("G03", csv_bytes(STAFF, *staff("13800138000")))
    columns = ("person_name", "person_phone") if feed == "A02" else ("contact_name", "contact_phone")
    assert [values(outcome, column) for column in columns] == [
        values(hidden, column) for column in ("person_name", "phone")
    ]


def test_equal_free_texts_stay_equal_whatever_their_blanks_and_dots() -> None:
    rows = [
        ("2023-09-01 08:00:00", "走访", "银河大厦", text, "办理中", "", "", str(n))
        for n, text in enumerate(["停车难。", " 停车难", "停车 难", "用餐难"])
    ]
    contents = values(take("P01", csv_bytes(APPEALS, *rows)), "content")
    assert [contents.count(text) for text in contents] == [3, 3, 3, 1]


def test_a_telephone_in_another_column_is_masked_and_the_row_stays() -> None:
    given = ticket(1, 小区点位="银河大厦,联系人:张三13800138000", 标签="停车;13900139000")
    outcome = take("H01", json_bytes([given]))
    assert values(outcome, "place") == ["银河大厦,联系人:[姓名][手机]"]
    assert values(outcome, "tags") == [["停车", "[手机]"]]
    assert {note["column"] for note in found(outcome, "B-BIZ-13")} == {"小区点位", "标签"}


def test_names_of_shops_and_streets_are_no_persons() -> None:
    rows = [(CODES[0], "北京金先生餐饮有限公司", "增值税", "2023-09", "1.5")]
    assert values(take("T01", csv_bytes(TAX, *rows)), "taxpayer_name") == ["北京金先生餐饮有限公司"]


@pytest.mark.parametrize("number", ["11010519491231002X", "110105491231003", "110107197907133109"])
def test_a_natural_person_s_taxpayer_number_is_a_pseudonym(number: str) -> None:
    outcome = take("T01", csv_bytes(TAX, (number, *TAX_ROWS[0][1:])))
    assert str(values(outcome, "uscc")[0]).startswith("P1:")
    assert number not in written(outcome)


PERSONAL_CODES = ["13800138000", "11010519491231002X", "HD01 13800138000", "HD01-13800138000",
                  "HD01/010-62345678", "110107-001-0026 11010519491231002X", "zhang@example.com",
                  "联系人：张三，电话13800138000"]  # fmt: skip


@pytest.mark.parametrize("code", PERSONAL_CODES)
def test_a_code_that_tells_of_a_person_is_a_pseudonym_and_still_tells_apart(code: str) -> None:
    hidden, same, other = (one_value("A01", "activity_id", text) for text in (code, f" {code}", f"{code}1"))
    assert hidden.startswith("P1:")
    assert hidden == same != other
    assert [note.rule for note in as_column("A01", "activity_id", code).problems] == ["B-BIZ-13"]
    number = one_value("T01", "uscc", code)
    assert number == "B-IDN-01" or number.startswith("P1:")


@pytest.mark.parametrize("code", [
    "311023090000100001", "20230905001234", "110107-001-0026", "GR202311000123", "600560", "1390000000",
    "HY202309001", "京科发〔2021〕98号", "1101070010026", "WS202309-001",
])  # fmt: skip
def test_a_code_that_only_looks_long_stays_as_it_is(code: str) -> None:
    assert one_value("A01", "activity_id", code) == code.upper()


@pytest.mark.parametrize("value", ["13800138000", "联系人:张三", "zhang@example.com", "11010519491231002X"])
def test_a_refused_value_of_any_column_is_shown_without_personal_data(value: str) -> None:
    outcome = take("T01", csv_bytes(TAX, (CODES[0], "甲公司", value, "2023-09", "1.5"), TAX_ROWS[1]))
    assert outcome.quarantined + len(found(outcome, "L-VAL-ENUM")) > 0
    assert value not in written(outcome)
    assert "张三" not in written(outcome)


def test_a_sheet_named_after_a_person_of_the_file_is_not_called_so(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    sheets = {"联系人李四": [STAFF, *staff("1", name="李四")], "八角街道": [STAFF, *staff("2", name="王五")]}
    file = home.inbox / "G03" / "a.xlsx"
    file.parent.mkdir(parents=True)
    file.write_bytes(xlsx_bytes(STAFF, *staff("13500000000"), sheet="张三", more=sheets))
    land(home, home.inbox, keys=KEY)
    [report] = parse_feed(home, "G03", KEY)
    rows, notes = (
        pl.read_parquet(folder / "feed=G03" / f"{report.delivery_id}.parquet", hive_partitioning=False)
        for folder in (home.rows, home.findings)
    )
    assert rows["sheet"].to_list() == ["[姓名]1", "联系人[姓名]2", "八角街道"]
    assert not any(name in str(notes.rows()) for name in ("张三", "李四"))


def test_file_names_and_senders_are_recorded_without_persons(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    file = home.inbox / "T01" / "税收_联系人张三_13800138000.csv"
    file.parent.mkdir(parents=True)
    file.write_bytes(csv_bytes(TAX, *TAX_ROWS))
    sidecar = {"sender": "财政局 张三 13800138000", "channel": "mail zhang@example.com", "received_at": "2023-10-01"}
    Path(f"{file}.meta.json").write_text(json.dumps(sidecar))
    assert land(home, home.inbox, keys=KEY) == 1
    assert land(home, home.inbox, keys=KEY) == 0
    [landing] = landings(Ledger(home.ledger))
    assert landing.path == "T01/税收_联系人[姓名]_[手机].csv"
    assert (landing.sidecar.sender, landing.sidecar.channel) == ("财政局", "mail [邮箱]")
    assert parse_feed(home, "T01", KEY)[0].rows_accepted == 3
    said = b"".join(
        path.read_bytes() for path in home.root.rglob("*") if path.is_file() and home.inbox not in path.parents
    )
    assert "张三".encode() not in said
    assert b"13800138000" not in said


def test_a_telephone_in_a_column_of_areas_is_refused_without_being_told() -> None:
    row = (*BUILDING_ROWS[0][:3], "13800138000", "13800138001", "是")
    outcome = take("B01", xlsx_bytes(BUILDINGS, row))
    assert books(outcome) == ("ACCEPTED", 1, 0, 1, 0)
    assert "1380013800" not in outcome.findings.write_ndjson()


def test_a_folder_of_no_feed_is_not_called_after_a_person(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    file = home.inbox / "13800138000" / "税收.csv"
    file.parent.mkdir(parents=True)
    file.write_bytes(csv_bytes(TAX, *TAX_ROWS))
    land(home, home.inbox, keys=KEY)
    [landing] = landings(Ledger(home.ledger))
    assert (landing.feed, landing.path) == ("[手机]", "[手机]/税收.csv")


@pytest.mark.parametrize(("name", "kept"), [
    ("qian@example.com", "[邮箱]"), ("qian@example.com.csv", "[邮箱].csv"), ("qian@example.com/a.csv", "[邮箱]/a.csv"),
    ("税收.13800138000", "税收.[手机]"), ("v1.2.csv", "v1.2.csv"),
])  # fmt: skip
def test_an_address_or_a_number_at_the_end_of_a_name_is_masked(name: str, kept: str) -> None:
    assert shown(name) == kept


def test_an_answer_of_an_interface_is_masked_before_it_is_cut() -> None:
    for start in range(60, 100):
        message = "忙" * start + "13800138000,zhang@example.com"
        outcome = take("H01", json_bytes({"code": 500, "message": message}))
        assert not re.search(r"13800|zhang", outcome.findings["value"][0])


@pytest.mark.parametrize(("said", "version", "channel"), [
    ({"version": "13800138000", "channel": "张三"}, None, "[姓名]"),
    ({"version": "v3", "channel": "加密交换"}, 3, "加密交换"),
    ({"version": "9" * 30, "channel": "mail"}, None, "mail"), ({"version": 20231001}, 20231001, None),
])  # fmt: skip
def test_a_telephone_is_no_version_and_a_person_no_channel(
    said: dict[str, object], version: int | None, channel: str | None, tmp_path: Path
) -> None:
    file = tmp_path / "T01" / "a.csv"
    file.parent.mkdir()
    file.write_bytes(csv_bytes(TAX, *TAX_ROWS))
    Path(f"{file}.meta.json").write_text(json.dumps(said), encoding="utf-8")
    [arrival] = arrivals(tmp_path)
    sidecar = arrival.landing(tmp_path).sidecar
    assert (sidecar.version, sidecar.channel) == (version, channel)


@pytest.mark.parametrize(("said", "kept"), [
    ("财政局", "财政局"), ("区税务局（经区财政局）", "区税务局(经区财政局)"), ("区财政局 张三", "区财政局"),
    ("八角街道办事处李四13800138000", "八角街道办事处"),
    ("张三", "[姓名]"), ("Zhang San", "[姓名]"),
    ("Finance Bureau, Zhang San", "Finance Bureau"), ("zhang@x.com", "[姓名]"),
])  # fmt: skip
def test_of_a_sender_the_office_is_kept(said: str, kept: str) -> None:
    assert shown_sender(said) == kept


@pytest.mark.parametrize(
    "name", ["T01/石景山_T01楼宇税收_202309_v02_财政局.xlsx", "H01/20230405T1200/page_001.json", "a.b.c", "税收"]
)
def test_a_plain_name_of_a_file_is_kept(name: str) -> None:
    assert shown(name) == name


def test_a_resident_number_has_the_check_symbol_of_the_standard() -> None:
    assert resident_check("11010519491231002") == "X"
    assert set(TICKETS) == set(ticket(1))
