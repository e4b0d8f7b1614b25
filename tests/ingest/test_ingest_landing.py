"""From the inbox to landing and ledger: whole, once, under any name (SURFACE, Home; B-DUP-01, B-SEC-04)."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ingest_making import BUILDING_ROWS, BUILDINGS, CODES, KEY, TAX, TAX_ROWS, csv_bytes, page, ticket, xlsx_bytes

from common.clock import stamp
from common.contracts import PROJECT, layouts
from common.deliveries import Delivery, landings, originals
from common.files import digest
from common.home import Home
from common.keys import Pseudonymiser
from common.ledger import Ledger
from common.messages import LouyuError
from ingest.files.names import safe_name
from ingest.landing import code_digest, land, parse_feed
from ingest.raw import inbox
from ingest.raw.inbox import arrivals
from ingest.workers import Limits, Workers

TAXES = csv_bytes(TAX, *TAX_ROWS)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    found = Home(tmp_path / "home")
    found.inbox.mkdir(parents=True)
    return found


def drop(home: Home, name: str, content: bytes = TAXES, **sidecar: object) -> Path:
    path = home.inbox / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    if sidecar:
        path.with_name(path.name + ".meta.json").write_text(json.dumps(sidecar, ensure_ascii=False), encoding="utf-8")
    return path


def landed(home: Home) -> list[Delivery]:
    return landings(Ledger(home.ledger))


@pytest.mark.parametrize(("name", "version"), [
    ("石景山_T01楼宇税收_202309_v02_财政局.xlsx", 2), ("税收V3.xlsx", 3), ("202309V02.xlsx", 2),
    ("税收（ｖ２）.xlsx", 2),
    ("税收_V1.2.xlsx", 1), ("税收.xlsx", 0), ("rev2.xlsx", 0), ("v20230912.xlsx", 0),
])  # fmt: skip
def test_the_version_stands_in_the_name_in_many_ways(home: Home, name: str, version: int) -> None:
    drop(home, f"T01/{name}", received_at="2023-10-05T10:00:00")
    land(home, home.inbox)
    assert [delivery.version for delivery in landed(home)] == [version]


def test_a_file_is_landed_once_and_not_again_while_it_lies_unchanged(home: Home) -> None:
    drop(home, "T01/税收.csv")
    assert land(home, home.inbox) == 1
    assert land(home, home.inbox) == 0
    (delivery,) = landed(home)
    assert (delivery.feed, delivery.path) == ("T01", "T01/税收.csv")
    (raw,) = [path for path in (home.raw / "T01" / delivery.id).iterdir() if path.name != "manifest.json"]
    assert raw.read_bytes() == TAXES
    assert raw.stat().st_mode & 0o777 == 0o600
    manifest = json.loads((raw.parent / "manifest.json").read_text())
    assert manifest["sha256"] == delivery.sha256
    assert manifest["files"] == [{"name": "税收.csv", "sha256": delivery.sha256, "size": len(TAXES)}]


def test_the_same_bytes_under_another_name_are_the_same_delivery(home: Home) -> None:
    drop(home, "T01/a.csv", received_at="2023-10-01T09:00:00")
    drop(home, "T01/sub/b.csv", received_at="2023-10-02T09:00:00")
    assert land(home, home.inbox) == 2
    one, other = landed(home)
    assert one.id == other.id
    assert originals([other, one])[one.id].path == "T01/a.csv"


def test_the_same_bytes_about_another_period_are_another_delivery(home: Home) -> None:
    drop(home, "B01/a.csv", period="2023-08")
    drop(home, "B01/b.csv", period="2023-09")
    land(home, home.inbox)
    assert len({delivery.id for delivery in landed(home)}) == 2


def test_a_sidecar_that_claims_something_else_by_now_lands_the_file_at_the_same_path_again(home: Home) -> None:
    drop(home, "T01/a.csv", channel="mail")
    land(home, home.inbox)
    drop(home, "T01/a.csv", channel="exchange", received_at="2023-10-01")
    assert [land(home, home.inbox), land(home, home.inbox)] == [1, 0]
    drop(home, "T01/a.csv", channel="exchange", period="2023-09")
    assert [land(home, home.inbox), land(home, home.inbox)] == [1, 0]
    assert len(originals(landed(home))) == 3


@pytest.mark.parametrize("said", [{"sender": "财政局"}, {"received_at": "2023-10-01"}, {"version": 2}])
def test_what_a_sidecar_says_besides_its_claims_is_fixed_at_the_first_landing(
    said: dict[str, object], home: Home
) -> None:
    drop(home, "T01/a.csv", period="2023-09")
    land(home, home.inbox)
    drop(home, "T01/a.csv", period="2023-09", **said)
    assert land(home, home.inbox) == 0
    path = drop(home, "T01/a.csv")
    path.with_name("a.csv.meta.json").unlink()
    assert land(home, home.inbox) == 0


def test_any_order_of_landing_gives_the_same_deliveries(tmp_path: Path) -> None:
    files = {f"T01/{n}.csv": csv_bytes(TAX, TAX_ROWS[n % 3]) for n in range(5)}
    found = []
    for order in (sorted(files), sorted(files, reverse=True)):
        home = Home(tmp_path / order[0].replace("/", "_"))
        for name in order:
            path = drop(home, name, files[name], received_at="2023-10-01")
            os.utime(path, (0, 0))
            land(home, home.inbox)
        found.append([event.id for event in Ledger(home.ledger).events()])
    assert found[0] == found[1]


def test_a_repetition_received_earlier_but_taken_in_later_dates_the_snapshot(tmp_path: Path) -> None:
    content, found = csv_bytes(BUILDINGS, *BUILDING_ROWS), []
    days = {"B01/early.csv": "2023-10-10", "B01/late.csv": "2023-10-20"}
    for names in (sorted(days), sorted(days, reverse=True)):
        home = Home(tmp_path / names[0].replace("/", "_"))
        for name in names:
            drop(home, name, content, received_at=days[name])
            land(home, home.inbox)
            reports = parse_feed(home, "B01", KEY)
        found.append([report.scopes for report in reports])
    assert found == [[(("", "2023-10-10"),)]] * 2


def test_a_changed_file_at_the_same_path_is_a_new_delivery_and_the_old_one_stays(home: Home) -> None:
    drop(home, "T01/a.csv")
    land(home, home.inbox)
    drop(home, "T01/a.csv", csv_bytes(TAX, TAX_ROWS[0]))
    assert land(home, home.inbox) == 1
    assert len({delivery.id for delivery in landed(home)}) == 2
    assert len(list((home.raw / "T01").iterdir())) == 2


def test_the_sidecar_says_when_it_was_received_else_the_file_does(home: Home) -> None:
    path = drop(home, "T01/a.csv", received_at="2023-10-05T10:00:00", sender="财政局", version="v3", channel="exchange")
    other = drop(home, "T01/b_v02.csv", csv_bytes(TAX, TAX_ROWS[0]))
    for file in (path, other):
        os.utime(file, (1_696_000_000, 1_696_000_000))
    land(home, home.inbox)
    by_path = {delivery.path: delivery for delivery in landed(home)}
    declared, plain = by_path["T01/a.csv"], by_path["T01/b_v02.csv"]
    assert stamp(declared.received_at) == "2023-10-05T10:00:00+08:00"
    assert (declared.version, declared.sidecar.sender, declared.sidecar.channel) == (3, "财政局", "exchange")
    assert stamp(plain.received_at) == "2023-09-29T23:06:40+08:00"
    assert plain.version == 2


@pytest.mark.parametrize(("text", "is_told"), [
    ("{torn", True), ("[]", True), ('"x"', True), ("", True), ("[" * 50_000, True), ("{}", False),
    ('{"received_at": "someday", "version": "x", "scope": {"street": "八角"}}', False),
    ('{"received_at": "0001-01-01T00:00:00+14:00", "version": 1e400}', False),
    ('{"sender": "\\ud800", "surprise": 1}', False),
])  # fmt: skip
def test_a_sidecar_that_says_nothing_useful_is_told_and_stops_nothing(text: str, is_told: bool, home: Home) -> None:
    path = drop(home, "T01/a.csv")
    path.with_name("a.csv.meta.json").write_text(text)
    assert land(home, home.inbox) == 1
    (report,) = parse_feed(home, "T01", KEY)
    assert (report.status, report.rows_accepted) == ("ACCEPTED", 3)
    (delivery,) = landed(home)
    assert (delivery.sidecar.unread == "a.csv.meta.json") is is_told


@pytest.mark.parametrize("name", [
    "石" * 80 + ".csv", "a\nb.csv", "a b'\"<>|?*.csv", ".." + "x" * 100 + ".csv", "e\u0301\u200b.csv", "=cmd.csv",
    "税收", "a.tar.gz.csv.",
])  # fmt: skip
def test_a_file_of_any_name_is_landed_and_parsed(name: str, home: Home) -> None:
    drop(home, f"T01/{name}" if not name.startswith(".") else f"T01/x{name}")
    assert land(home, home.inbox) == 1
    assert [report.status for report in parse_feed(home, "T01", KEY)] == ["ACCEPTED"]


def test_a_file_named_by_an_older_system_is_landed_under_the_name_it_meant(home: Home) -> None:
    (home.inbox / "T01").mkdir()
    Path(os.fsdecode(os.fsencode(home.inbox / "T01") + b"/" + "石景山.csv".encode("gb18030"))).write_bytes(TAXES)
    assert land(home, home.inbox) == 1
    assert land(home, home.inbox) == 0
    assert [delivery.path for delivery in landed(home)] == ["T01/石景山.csv"]
    assert [report.status for report in parse_feed(home, "T01", KEY)] == ["ACCEPTED"]


@given(st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\x00"), max_size=300))
def test_a_stored_name_is_short_plain_and_stays_in_its_folder(name: str) -> None:
    safe = safe_name(name)
    assert 0 < len(safe.encode()) <= 200
    assert "/" not in safe
    assert safe not in (".", "..")
    assert not safe.startswith(".")
    assert safe.isprintable()


def test_what_is_no_file_is_passed_over(home: Home) -> None:
    drop(home, "T01/~$a.xlsx")
    drop(home, "T01/.hidden")
    (home.inbox / "broken").symlink_to("/nonexistent")
    (home.inbox / "T01" / "broken").symlink_to("/nonexistent")
    assert land(home, home.inbox) == 0
    assert land(home, home.inbox / "none") == 0


def test_a_file_that_cannot_be_opened_is_told_and_tried_again(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("T01/locked.csv", "T01/open.csv", "N01/locked.csv"):
        drop(home, name, csv_bytes(TAX, TAX_ROWS[len(name) % 3]))
    read_bytes, told = Path.read_bytes, list[str]()

    def digest_of(path: Path) -> str:
        return digest(content_of(path))

    def content_of(path: Path) -> bytes:
        if path.name == "locked.csv" and path.is_relative_to(home.inbox):
            raise PermissionError(13, "Permission denied")
        return read_bytes(path)

    with monkeypatch.context() as patched:
        patched.setattr(inbox, "file_digest", digest_of)
        patched.setattr(Path, "read_bytes", content_of)
        assert land(home, home.inbox, told.append) == 1
    assert [line for line in told if "locked" in line] == ["locked.csv: Permission denied"] * 2
    assert land(home, home.inbox) == 2


def test_a_file_outside_the_folders_of_feeds_is_recorded_and_not_kept(home: Home) -> None:
    drop(home, "loose.csv")
    drop(home, "X99/other.csv", csv_bytes(TAX, TAX_ROWS[0]))
    assert land(home, home.inbox) == 2
    assert {delivery.feed for delivery in landed(home)} == {"", "X99"}
    assert not home.raw.exists()


def test_the_pages_of_a_folder_are_one_delivery_in_the_order_of_their_numbers(home: Home) -> None:
    for number in (10, 2, 1):
        drop(home, f"H01/20231001T1200/page_{number}.json", page(number, 3, ticket(number)))
    drop(home, "H01/single.json", json.dumps([ticket(7)]).encode())
    found = {arrival.path.name: [file.name for file in arrival.files] for arrival in arrivals(home.inbox)}
    assert found == {"20231001T1200": ["page_1.json", "page_2.json", "page_10.json"], "single.json": ["single.json"]}
    assert land(home, home.inbox) == 2


def test_a_pull_is_held_until_its_last_page_arrives(home: Home) -> None:
    drop(home, "H01/pull/page_001.json", page(1, 2, ticket(1)), received_at="2023-10-01")
    land(home, home.inbox)
    assert [report.status for report in parse_feed(home, "H01", KEY)] == ["HELD"]
    drop(home, "H01/pull/page_002.json", page(2, 2, ticket(2)))
    assert land(home, home.inbox) == 1
    assert sorted(report.status for report in parse_feed(home, "H01", KEY)) == ["ACCEPTED", "HELD"]


def test_one_bad_file_stops_no_other(home: Home) -> None:
    bad = {"empty.xlsx": b"", "scan.pdf": b"%PDF-1.4", "cut.xlsx": xlsx_bytes(TAX, *TAX_ROWS)[:500],
    "page.xls": b"<html></html>",
           "locked.xls": bytes.fromhex("d0cf11e0a1b11ae1") + "EncryptedPackage".encode("utf-16-le"),
           "deep.json": b"[" * 50_000,
           "other.csv": csv_bytes(BUILDINGS, *BUILDING_ROWS), "lost.csv": "锟斤拷".encode()}  # fmt: skip
    for name, content in bad.items():
        drop(home, f"T01/{name}", content)
    drop(home, "T01/good.csv")
    assert land(home, home.inbox) == len(bad) + 1
    reports = parse_feed(home, "T01", KEY)
    assert sorted(report.status for report in reports) == ["ACCEPTED", *["REJECTED"] * len(bad)]
    assert all(
        report.rule_id and report.reason_zh and report.reason_en for report in reports if report.status == "REJECTED"
    )
    assert {report.rows_read for report in reports if report.status == "REJECTED"} == {0}


def test_a_parser_that_breaks_its_bounds_takes_only_its_own_delivery_down(home: Home) -> None:
    drop(home, "T01/good.csv")
    drop(home, "T01/slow.csv", csv_bytes(TAX, TAX_ROWS[0]))
    land(home, home.inbox)
    hasty = Workers(1, Limits(seconds=0.0, seconds_per_mib=0.0))
    patient = Workers(2)
    try:
        refused = parse_feed(home, "T01", KEY, pool=lambda: hasty)
        assert [(report.status, report.rule_id) for report in refused] == [("REJECTED", "L-FIL-LIMIT")] * 2
        assert "time" in (refused[0].reason_en or "")
        for path in home.rows.rglob("*.json"):
            path.unlink()
        reports = parse_feed(home, "T01", KEY, pool=lambda: patient)
    finally:
        hasty.close()
        patient.close()
    assert sorted((report.status, report.rows_accepted) for report in reports) == [("ACCEPTED", 1), ("ACCEPTED", 3)]


@pytest.mark.parametrize("feed", ["T01", "H01", "N01"])
def test_whatever_lies_in_an_inbox_ends_with_a_reason_or_with_balanced_books(feed: str, home: Home) -> None:
    messy = Path(os.environ.get("LOUYU_SHARED_DATA", PROJECT.parent / "shared" / "data")) / "messy"
    files = [path for path in sorted(messy.rglob("*")) if path.is_file()]
    if not files:
        pytest.skip("no shared data here")
    for number, path in enumerate(files):
        drop(home, f"{feed}/{number}/{path.name}", path.read_bytes())
    workers = Workers(2)
    try:
        assert land(home, home.inbox, pool=lambda: workers) >= len(files)
        reports = parse_feed(home, feed, KEY, pool=lambda: workers)
    finally:
        workers.close()
    assert reports
    for report in reports:
        books = (report.rows_accepted, report.rows_quarantined, report.rows_set_aside)
        assert report.rows_read == sum(books)
        assert report.status == "ACCEPTED" or (report.rule_id and report.reason_zh and not report.rows_accepted)


def test_an_outcome_is_made_once_and_again_only_when_the_key_changes(home: Home) -> None:
    drop(home, "T01/a.csv")
    land(home, home.inbox)
    told: list[str] = []
    first = parse_feed(home, "T01", KEY, told.append)
    assert parse_feed(home, "T01", KEY, told.append) == first
    assert told == ["T01/a.csv"]
    other = type(KEY)(2, b"another secret, 32 bytes in length")
    parse_feed(home, "T01", other, told.append)
    assert told == ["T01/a.csv"] * 2


OWN_LAYOUT = """
id: otherton
feed: A01
name: {zh: 彼城活动, en: Activities of Otherton}
dates: ['%d/%m/%Y']
areas: otherton
columns:
  station: {headers: [Branch]}
  title: {headers: [Event]}
  activity_type: {headers: [Kind], values: {Talk: TRAINING}}
  held_on: {headers: [Day]}
  attendance: {headers: [Visitors]}
"""


def test_a_layout_in_the_home_reads_what_its_place_sends_and_reads_it_again_when_it_changes(home: Home) -> None:
    events = csv_bytes(("Branch", "Event", "Kind", "Day", "Visitors"), ("North", "Tax", "Talk", "03/09/2023", "42"))
    file = home.inbox / "A01" / "events.csv"
    file.parent.mkdir(parents=True)
    file.write_bytes(events)
    drop(home, "T01/a.csv")
    land(home, home.inbox)
    assert [report.status for report in parse_feed(home, "A01", KEY)] == ["REJECTED"]
    tax = parse_feed(home, "T01", KEY)
    home.layouts.mkdir(parents=True)
    written = home.layouts / "otherton.yml"
    written.write_text(OWN_LAYOUT, encoding="utf-8")
    [report] = parse_feed(home, "A01", KEY)
    assert (report.status, report.layout, report.rows_accepted) == ("ACCEPTED", "otherton", 1)
    assert parse_feed(home, "T01", KEY) == tax
    written.write_text(OWN_LAYOUT.replace("Visitors", "Guests"), encoding="utf-8")
    assert [report.status for report in parse_feed(home, "A01", KEY)] == ["REJECTED"]


def test_a_home_s_layout_takes_the_place_of_the_shipped_one_of_its_id(home: Home) -> None:
    home.layouts.mkdir(parents=True)
    (home.layouts / "mine.yaml").write_text(OWN_LAYOUT.replace("otherton\nfeed", "boston_311\nfeed"), encoding="utf-8")
    assert layouts(home.layouts)["boston_311"].feed == "A01"
    assert layouts()["boston_311"].feed == "H01"
    assert set(layouts(home.layouts)) == set(layouts())


def test_two_layouts_of_one_id_in_a_home_are_named(home: Home) -> None:
    home.layouts.mkdir(parents=True)
    for name in ("a.yml", "b.yml"):
        (home.layouts / name).write_text(OWN_LAYOUT, encoding="utf-8")
    with pytest.raises(LouyuError, match=r"a\.yml.*b\.yml.*otherton"):
        layouts(home.layouts)


def test_rows_stay_when_the_raw_bytes_were_destroyed_by_the_retention_rule(home: Home) -> None:
    drop(home, "T01/a.csv")
    land(home, home.inbox)
    first = parse_feed(home, "T01", KEY)
    (folder,) = (home.raw / "T01").iterdir()
    for path in folder.iterdir():
        if path.name != "manifest.json":
            path.unlink()
    assert parse_feed(home, "T01", type(KEY)(2, b"another secret, 32 bytes in length")) == first


def people(home: Home, feed: str = "G03") -> list[object]:
    rows = pl.read_parquet(home.rows / f"feed={feed}" / f"{feed}-*.parquet", hive_partitioning=False)
    return rows.select("person_name", "phone").rows()


@pytest.mark.parametrize("is_purged", [False, True])
def test_after_a_change_of_keys_one_person_stays_one_pseudonym(home: Home, is_purged: bool) -> None:
    staff = ("姓名", "所在工作站", "是否专职", "到岗时间", "联系电话")
    row = ("张三", "一号站", "是", "2023-01-01", "13800138000")
    drop(home, "G03/a.csv", csv_bytes(staff, row), period="2023-08-31")
    land(home, home.inbox, keys=KEY)
    [before] = parse_feed(home, "G03", KEY)
    [old] = people(home)
    if is_purged:
        shutil.rmtree(home.raw)
    drop(home, "G03/b.csv", csv_bytes(staff, row), period="2023-09-30")
    newer = Pseudonymiser(2, b"newer secret, 32 bytes in length", ((1, KEY.secret),))
    land(home, home.inbox, keys=newer)
    reports = parse_feed(home, "G03", newer)
    [one, other] = people(home)
    assert one == other == tuple(map(newer.lift, old)) == (newer("张三"), newer("13800138000"))
    assert {report.parse_key for report in reports} == {f"{before.parse_key}-k2"}
    assert parse_feed(home, "G03", newer) == reports


WITHOUT_SAY = {"files", "home", "ledger", "machine", "messages"}
"""Modules of the leaf room that store, tell or hurry what parsing found, and decide nothing of it."""


def test_every_module_that_parsing_stands_on_counts_where_it_is_asked_whether_the_code_has_changed(
    tmp_path: Path,
) -> None:
    script = "import sys, ingest.parse; print(*(name for name in sys.modules if name.startswith('common.')))"
    told = subprocess.run([sys.executable, "-c", script], cwd=PROJECT, capture_output=True, text=True, check=True)
    common = {name.removeprefix("common.") for name in told.stdout.split()} - WITHOUT_SAY
    modules = [*sorted((PROJECT / "ingest").rglob("*.py")), *(PROJECT / "common" / f"{name}.py" for name in common)]
    for room in ("ingest", "common"):
        shutil.copytree(PROJECT / room, tmp_path / "0" / room, ignore=shutil.ignore_patterns("__pycache__"))
    known = {code_digest(tmp_path / "0")}
    for number, module in enumerate(modules, start=1):
        (tmp_path / str(number - 1)).rename(tmp_path / str(number))
        changed = tmp_path / str(number) / module.relative_to(PROJECT)
        changed.write_text(changed.read_text(encoding="utf-8") + "\n", encoding="utf-8")
        known.add(code_digest(tmp_path / str(number)))
    assert len(known) == len(modules) + 1


def test_a_list_of_tickets_too_long_for_memory_lands_with_the_days_it_speaks_of(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.tables.kept._HELD_ROWS", 10)
    drop(home, "H01/month.json", json.dumps([ticket(number) for number in range(50)]).encode())
    land(home, home.inbox)
    [report] = parse_feed(home, "H01", KEY)
    assert (report.status, report.rows_accepted) == ("ACCEPTED", 50)
    assert report.event_from is not None
    assert not list(home.rows.rglob("*.tmp"))


def test_tax_that_waits_is_known_by_what_it_is_worth(home: Home) -> None:
    header = (*TAX, "电子税票号")
    rows = [
        (CODES[0], "甲公司", "增值税", "2023-09", "100", "1"),
        (CODES[1], "乙公司", "", "2023-09", "-30.5", "2"),
        (CODES[2], "丙公司", "印花税", "2023-09", "金额", "3"),
        (CODES[0], "甲公司", "增值税", "2023-09", "99", "1"),
    ]
    drop(home, "T01/九月.csv", csv_bytes(header, *rows))
    land(home, home.inbox)
    [report] = parse_feed(home, "T01", KEY)
    assert report.rows_quarantined == 4
    assert {(row.row, row.worth) for row in report.waiting} == {(2, "100.00"), (3, "30.50"), (5, "99.00")}
    [again] = parse_feed(home, "T01", KEY)
    assert again.waiting == report.waiting


def test_what_waits_stands_in_a_sheet_by_the_name_that_is_shown(home: Home) -> None:
    rows = [(*TAX_ROWS[0][:2], "", *TAX_ROWS[0][3:]), *TAX_ROWS[1:]]
    drop(home, "T01/九月.xlsx", xlsx_bytes(TAX, *rows, sheet="13800138000"))
    land(home, home.inbox)
    [report] = parse_feed(home, "T01", KEY)
    [waiting] = report.waiting
    assert (waiting.row, waiting.worth) == (2, "1.50")
    assert "13800138000" not in str(waiting)
