"""Purging raw personal data, and changing the keys that hide them, as a user does (SURFACE, SPEC 4.1)."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from louyu_home import Done, typed
from typer.testing import CliRunner

from cli.main import app
from common.clock import now, stamp
from common.home import Home
from common.keys import key_file, load_pseudonymiser
from common.ledger import Ledger
from ingest import landing
from ingest.landing import land, parse_feed
from ingest.raw import vault
from warehouse.config import sync
from warehouse.cut import choose_cut

STAFF = ("姓名", "所在工作站", "是否专职", "到岗时间", "联系电话")
LISTINGS = ("企业名称", "上市板块", "证券代码", "上市日期")
OLD, FRESH = stamp(now() - timedelta(days=91)), stamp(now() - timedelta(days=89))


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """An old and a fresh list of persons, and old tax without a natural person's column; all of them parsed."""
    made = Home(tmp_path / "home")
    drop(made, "G03/old.csv", table(STAFF, ("张三", "一号站", "是", "2023-01-01", "13800138000")), OLD)
    drop(made, "G03/fresh.csv", table(STAFF, ("李四", "一号站", "是", "2023-01-01", "13900139000")), FRESH)
    drop(made, "R02/old.csv", table(LISTINGS, ("甲", "科创板", "688001", "2020-01-01")), OLD)
    drop(made, "N01/empty.csv", b"", OLD)
    read(made)
    return made


def table(*rows: tuple[str, ...]) -> bytes:
    return "\r\n".join(map(",".join, rows)).encode()


def drop(home: Home, name: str, content: bytes, received_at: str) -> None:
    file = home.inbox / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    Path(f"{file}.meta.json").write_text(json.dumps({"received_at": received_at}))


def read(home: Home) -> None:
    keys, _ = load_pseudonymiser(home.root)
    sync(home, Ledger(home.ledger))
    land(home, home.inbox, keys=keys)
    for feed in ("G03", "N01", "R02"):
        parse_feed(home, feed, keys)


def louyu(home: Home, *words: str, code: int = 0) -> Done:
    return typed(*words, "--home", str(home.root), "--lang", "en", code=code)


def purge(home: Home, *words: str) -> list[dict[str, Any]]:
    done: list[dict[str, Any]] = json.loads(louyu(home, "purge", *words, "--format", "json").stdout)
    return done


def by_id(stones: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {stone["delivery_id"]: stone for stone in stones}


def raw(home: Home, feed: str = "*") -> list[str]:
    return sorted(path.name for path in home.raw.glob(f"{feed}/*/*") if path.suffix == ".sealed")


def test_by_default_personal_data_go_after_ninety_days_and_other_raw_files_stay(home: Home) -> None:
    done = purge(home)
    assert {(row["file"], row["state"]) for row in done} == {("G03/old.csv", "PURGED"), ("N01/empty.csv", "PURGED")}
    assert len(raw(home, "G03")) == len(raw(home, "R02")) == 1
    assert all(row["files"] == 1 and row["bytes"] > 0 for row in done)
    assert purge(home) == []


@pytest.mark.parametrize(("words", "files"), [
    (("--older-than", "0"), {"G03/old.csv", "G03/fresh.csv", "R02/old.csv", "N01/empty.csv"}),
    (("--older-than", "90"), {"G03/old.csv", "R02/old.csv", "N01/empty.csv"}),
    (("--older-than", "92"), set()),
    (("--before", FRESH[:10]), {"G03/old.csv", "R02/old.csv", "N01/empty.csv"}),
    (("--before", OLD[:10]), set()),
    (("--before", FRESH[:10], "--older-than", "92"), set()),
])  # fmt: skip
def test_what_is_asked_for_takes_the_place_of_the_terms(home: Home, words: tuple[str, ...], files: set[str]) -> None:
    listed = purge(home, *words, "--dry-run")
    assert {row["state"] for row in listed} <= {"DUE"}
    assert len(raw(home)) == 4
    assert {row["file"] for row in purge(home, *words)} == {row["file"] for row in listed} == files


def test_the_terms_are_the_office_s(home: Home) -> None:
    home.config.mkdir()
    (home.config / "settings.yml").write_text("retention: {personal_days: 30, other_days: 91}")
    read(home)
    assert len(purge(home)) == 4


def test_one_delivery_goes_at_any_age_and_its_manifest_hash_and_tombstone_stay(home: Home) -> None:
    [fresh] = [row for row in purge(home, "--older-than", "0", "--dry-run") if row["file"] == "G03/fresh.csv"]
    [done] = purge(home, "--delivery", fresh["delivery_id"], "--reason", "本人 13900139000 要求删除")
    folder = home.raw / "G03" / done["delivery_id"]
    assert sorted(path.name for path in folder.iterdir()) == ["manifest.json", "tombstone.json"]
    manifest, stone = (json.loads((folder / name).read_text()) for name in ("manifest.json", "tombstone.json"))
    assert stone["sha256"] == manifest["sha256"]
    assert (stone["files"], stone["bytes"], stone["reason"]) == (1, done["bytes"], "本人 [手机] 要求删除")
    assert stone["purged_by"]
    [event] = [event for event in Ledger(home.ledger).events() if event.kind == "purge"]
    assert event.payload == stone
    assert len(raw(home, "G03")) == 1


def test_rows_reports_and_builds_go_on_whatever_contract_or_code_say_later(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys, _ = load_pseudonymiser(home.root)
    before, cut = parse_feed(home, "G03", keys), choose_cut(home)
    known = (cut.build, cut.ledger, cut.known_at, [one.delivery.id for one in cut.standing])
    assert len(purge(home, "--older-than", "0")) == 4
    monkeypatch.setattr(landing, "parse_key", lambda *given: "changed since")
    assert land(home, home.inbox, keys=keys) == 0
    assert sorted(parse_feed(home, "G03", keys), key=str) == sorted(before, key=str)
    cut = choose_cut(home)
    assert (cut.build, cut.ledger, cut.known_at, [one.delivery.id for one in cut.standing]) == known


def test_purged_bytes_that_come_again_are_known_and_not_kept_again(home: Home) -> None:
    purge(home, "--older-than", "0")
    drop(home, "G03/again.csv", (home.inbox / "G03" / "old.csv").read_bytes(), FRESH)
    read(home)
    assert raw(home) == []
    assert "DUPLICATE" in louyu(home, "deliveries", "--format", "json").stdout


@pytest.mark.parametrize("stopped_at", [1, 2, 3, 5])
def test_a_purge_that_was_killed_is_finished_by_the_next(
    home: Home, monkeypatch: pytest.MonkeyPatch, stopped_at: int
) -> None:
    calls = 0

    def stopping(original: Callable[..., Any]) -> Callable[..., Any]:
        def step(*given: Any) -> Any:
            nonlocal calls
            calls += 1
            if calls == stopped_at:
                raise KeyboardInterrupt
            return original(*given)

        return step

    with monkeypatch.context() as patched:
        patched.setattr(vault, "overwrite", stopping(vault.overwrite))
        patched.setattr(Ledger, "add", stopping(Ledger.add))
        CliRunner().invoke(app, ["purge", "--older-than", "0", "--home", str(home.root)])
    keys, _ = load_pseudonymiser(home.root)
    assert all(report.rows_read <= 1 for report in parse_feed(home, "G03", keys))
    purge(home, "--older-than", "0")
    assert raw(home) == []
    assert not list(home.raw.glob("*/*/key.json"))
    stones = [json.loads(path.read_text()) for path in home.raw.glob("*/*/tombstone.json")]
    told = [dict(event.payload) for event in Ledger(home.ledger).events() if event.kind == "purge"]
    assert len(stones) == 4
    assert by_id(stones) == by_id(told)


def test_what_waits_to_be_read_is_kept_and_said_so(home: Home) -> None:
    drop(home, "G03/new.csv", table(STAFF, ("王五", "一号站", "是", "2023-01-01", "")), OLD)
    keys, _ = load_pseudonymiser(home.root)
    land(home, home.inbox, keys=keys)
    [kept] = [row for row in purge(home) if row["state"] == "KEPT"]
    assert kept["file"] == "G03/new.csv"
    assert "waits" in kept["reason"]
    assert len(raw(home, "G03")) == 2


def test_what_still_lies_in_the_inbox_is_pointed_out(home: Home) -> None:
    assert "still lie in the inbox (such as G03/old.csv)" in louyu(home, "purge").stderr


@pytest.mark.parametrize("words", [("--delivery", "G03-0"), ("--before", "soon")])
def test_what_does_not_exist_is_told(home: Home, words: tuple[str, ...]) -> None:
    assert words[1] in louyu(home, "purge", *words, code=1).stderr
    assert len(raw(home)) == 4


def test_old_files_open_after_a_change_of_keys(home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = tmp_path / "keys.json"
    mine.write_bytes(key_file().read_bytes())
    monkeypatch.setenv("LOUYU_KEY_FILE", str(mine))
    assert "version 2" in louyu(home, "keys", "rotate").stdout
    monkeypatch.setattr(landing, "parse_key", lambda *given: "changed since")
    read(home)
    assert {json.loads(path.read_text())["key_version"] for path in home.raw.glob("*/*/key.json")} == {2}


@pytest.mark.parametrize("is_purged", [False, True])
@pytest.mark.parametrize("is_there", [False, True])
def test_a_home_of_another_key_is_not_run_with_a_new_one(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_purged: bool, is_there: bool
) -> None:
    if is_purged:
        purge(home, "--older-than", "0")
    other = tmp_path / "other" / "keys.json"
    monkeypatch.setenv("LOUYU_KEY_FILE", str(other))
    if is_there:
        load_pseudonymiser(tmp_path / "another home")
    failed = louyu(home, "run", code=1)
    assert str(other) in failed.stderr
    assert "LOUYU_KEY_FILE" in failed.stderr
    assert other.exists() is is_there
