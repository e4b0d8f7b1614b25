"""No personal data of any delivery is in anything that the pipeline writes or says (SPEC 4.1, B-BIZ-13).

Every column, name and error path carries a canary; after a run all files of the home, spelt out, are searched.
"""

import csv
import io
import json
import zipfile
from collections.abc import Iterable
from pathlib import Path

import pytest
from canaries import leaks, told
from louyu_home import Louyu
from openpyxl import Workbook
from typer.testing import CliRunner

from cli.main import app
from common.contracts import Column, Feed, feeds
from common.home import Home
from common.keys import load_pseudonymiser
from common.masking import resident_check
from ingest import landing

NAME, PHONE, LANDLINE, MAIL = "钱金雀", "13911112222", "010-62345678", "jinque.qian@example.com"
RESIDENT = "11010719900307123"
RESIDENT += resident_check(RESIDENT)
TEXT = "窗外的金丝雀日夜歌唱"
MARKED = f"联系人{NAME},手机{PHONE},座机{LANDLINE},身份证{RESIDENT},{MAIL}"
SECRETS = (NAME, PHONE, LANDLINE, MAIL, RESIDENT, TEXT)

_CODES = ("91110107MA0000015C", "91110107MA00000237", "91110107MA00000B7W")
_PLAIN = {
    "integer": "1", "decimal": "1", "percent": "1", "money": "1.5", "capital": "100万元", "area": "1000", "rent": "2",
    "date": "2023-09-01", "month": "2023-09", "timestamp": "2023-09-01 08:00:00", "boolean": "是",
}  # fmt: skip


def value(feed: Feed, column: Column, row: int) -> str:
    """What a row says in a column: a canary wherever text is allowed."""
    if column.type == "person":
        return {0: NAME, 1: PHONE, 2: RESIDENT}[row % 3] if "身份证" not in column.zh else RESIDENT
    if column.type == "free_text":
        return f"{TEXT}{row}。{MARKED}"
    if column.type in ("credit_code", "taxpayer"):
        return RESIDENT if column.type == "taxpayer" and row == 2 else _CODES[row % 3]
    if column.type == "enum":
        return next(iter(column.values.values())).zh
    if column.type == "code":
        return f"{feed.id}{row:06d}"
    if column.type == "list":
        return f"停车、{MARKED}"
    if column.type == "text":
        return f"模拟{row}号 {MARKED}"
    return _PLAIN[column.type]


def table(feed: Feed) -> list[list[str]]:
    """A file of a feed: three good rows, and one in which every value that has a form is a canary."""
    columns = [column for column in feed.columns if not column.control]
    rows = [[value(feed, column, row) for column in columns] for row in range(3)]
    loose = ("person", "free_text", "text", "list")
    bad = [value(feed, column, 0) if column.type in loose else f"{column.zh}{MARKED}" for column in columns]
    return [[column.zh for column in columns], *rows, bad]


def csv_bytes(rows: Iterable[Iterable[str]], encoding: str = "gb18030") -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue().encode(encoding)


def workbook(**sheets: list[list[str]]) -> bytes:
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        page = book.create_sheet(name)
        for row in rows:
            page.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def archive(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    return out.getvalue()


def put(inbox: Path, name: str, content: bytes) -> None:
    file = inbox / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    sidecar = {
        "sender": f"{NAME} {PHONE}", "channel": NAME, "received_at": "2023-10-01",
        "note": NAME, "version": PHONE, "scope": MARKED, "period": MARKED,
    }  # fmt: skip
    file.with_name(f"{file.name}.meta.json").write_text(json.dumps(sidecar, ensure_ascii=False), encoding="utf-8")


def fill(inbox: Path) -> None:
    """Put files of every feed and every kind of mistake into an inbox."""
    named = f"联系人{NAME}_{PHONE}"
    for feed in feeds().values():
        put(inbox, f"{feed.id}/{feed.id}_{named}.csv", csv_bytes(table(feed)))
        headless = [[f"{column}{MARKED}" for column in table(feed)[0]], *table(feed)[1:]]
        put(inbox, f"{feed.id}/缺列_{named}.csv", csv_bytes(headless, "utf-8"))
    staff = table(feeds()["G03"])
    put(inbox, f"G03/{named}/{MAIL}.xlsx", workbook(**{NAME: staff, RESIDENT: staff, f"{NAME}女士": [[MARKED]]}))
    records = [dict(zip(*table(feeds()["H01"])[:2], strict=True)) | {NAME: TEXT, MARKED: MARKED}]
    page = {"total": 1, "page": 1, "rows": records, NAME: PHONE}
    put(inbox, f"H01/{RESIDENT}/page_001.json", json.dumps(page, ensure_ascii=False).encode())
    broken = {
        "json": json.dumps(page, ensure_ascii=False).encode()[:-1],
        "csv": f'a,"{MARKED}\n{TEXT}'.encode(),
        "xlsx": b"PK\x03\x04" + MARKED.encode(),
        "pdf": b"%PDF" + MARKED.encode(),
        "html": f"<html>{MARKED}{TEXT}</html>".encode(),
        "lost": f"锟斤拷{MARKED}".encode(),
    }
    for kind, content in broken.items():
        put(inbox, f"N01/{kind}_{named}.{kind}", content)
    answer = {"code": 500, "message": f"系统繁忙,请稍后再试,或者联系值班人员处理,{MARKED}", "error": MARKED}
    put(inbox, "H01/answer.json", json.dumps(answer, ensure_ascii=False).encode())
    put(
        inbox,
        "G03/good.zip",
        archive({f"{named}.csv": csv_bytes(staff), f"{RESIDENT}/{MAIL}.csv": csv_bytes(staff[:3])}),
    )
    put(inbox, "G03/bad.zip", archive({f"{named}/{MAIL}.csv": csv_bytes(staff), f"{PHONE}.pdf": b"%PDF"}))
    put(inbox, "N01/nested.zip", archive({f"{named}.zip": archive({"a": b"1"})}))
    put(inbox, f"{MAIL}/{named}.csv", b"a,b")
    put(inbox, f"X99/{named}.csv", b"a,b")
    put(inbox, f"{named}.csv", b"a,b")
    (inbox / "T01" / f"{named}.csv").symlink_to("/nonexistent")


@pytest.fixture(scope="module")
def after(tmp_path_factory: pytest.TempPathFactory, key_file: Path) -> tuple[Louyu, str]:
    """A home after a run over all canaries, and all that was said meanwhile."""
    del key_file
    louyu = Louyu(Home(tmp_path_factory.mktemp("canaries") / "home"))
    fill(louyu.home.inbox)
    # the sender's own rows go back to the sender, as sent: a file that the user asks for and takes care of
    out = louyu.home.root.with_name("quarantine.xlsx")
    said = [
        louyu.start("run"),
        louyu.call("deliveries", "--format", "json"),
        louyu.call("status"),
        louyu.call("status", "--format", "json"),
        louyu.call("quarantine", "--all", "--format", "json"),
        louyu.call("quarantine", "--all", "--xlsx", str(out)),
        louyu.call("scorecard"),
        louyu.call("purge", "--dry-run", "--older-than", "0"),
    ]
    return louyu, "\n".join(done.stdout + done.stderr for done in said)


def test_the_search_finds_canaries_where_there_are_some(after: tuple[Louyu, str]) -> None:
    found = leaks(after[0].home.inbox, SECRETS)
    assert set().union(*found.values()) == set(SECRETS)
    assert told(NAME.encode("utf-16-be"), SECRETS) == {NAME}


def test_nothing_that_the_pipeline_wrote_holds_a_canary(after: tuple[Louyu, str]) -> None:
    home = after[0].home
    assert leaks(home.root, SECRETS, home.inbox) == {}
    folders = {path.relative_to(home.root).parts[0] for path in home.root.rglob("*") if path.is_file()}
    assert folders >= {"landing", "ledger", "warehouse", "releases", "internal", "logs", "dagster"}


def test_nothing_that_the_commands_said_holds_a_canary(after: tuple[Louyu, str]) -> None:
    assert told(after[1].encode(), SECRETS) == set()
    assert "[手机]" in after[1]


def test_the_good_rows_of_every_feed_were_taken_in(after: tuple[Louyu, str]) -> None:
    listed = after[0].json("deliveries")
    accepted = {row["feed"] for row in listed if row["status"] == "ACCEPTED" and row["rows_accepted"]}
    assert accepted >= {feed.id for feed in feeds().values() if any(column.type == "person" for column in feed.columns)}


def said_by_a_run(home: Home) -> str:
    """Run in this process, where a step can be made to fail; return all that was said."""
    done = CliRunner().invoke(app, ["run", "--home", str(home.root)])
    return f"{done.output}{done.exception!r}"


@pytest.fixture
def small(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home")
    put(home.inbox, f"G03/{NAME}先生.csv", csv_bytes(table(feeds()["G03"])))
    return home


def test_an_exception_in_a_parser_tells_nothing(small: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    def raising(*given: object, **named: object) -> None:
        raise ValueError(f"cannot read {MARKED} {TEXT}")

    monkeypatch.setattr(landing, "parse", raising)
    keys, _ = load_pseudonymiser(small.root)
    landing.land(small, small.inbox, keys=keys)
    [report] = landing.parse_feed(small, "G03", keys)
    said = f"{report}{Louyu(small).call('deliveries').stdout}"
    assert (report.status, report.rule_id) == ("REJECTED", "B-FIL-06")
    assert "ValueError" in said
    assert told(said.encode(), SECRETS) == set()
    assert leaks(small.root, SECRETS, small.inbox) == {}


def test_a_file_that_cannot_be_read_tells_nothing(small: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    def refusing(*given: object) -> None:
        raise PermissionError(13, "Permission denied", str(small.inbox / "G03" / NAME))

    monkeypatch.setattr(landing.vault, "keep", refusing)
    CliRunner().invoke(app, ["run", "--home", str(small.root)])
    assert leaks(small.root, SECRETS, small.inbox) == {}


def test_a_warehouse_that_fails_tells_nothing(small: Home) -> None:
    small.warehouse.mkdir(parents=True)
    (small.warehouse / "louyu.duckdb").write_bytes(b"no database" * 1000)
    said = said_by_a_run(small)
    assert "louyu.duckdb" in said
    (small.warehouse / "louyu.duckdb").unlink()
    assert told(said.encode(), SECRETS) == set()
    assert leaks(small.root, SECRETS, small.inbox) == {}
