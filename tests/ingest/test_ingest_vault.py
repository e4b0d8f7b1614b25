"""Raw files at rest: sealed under a key outside the home, opened only while they are read (SURFACE, SPEC 4.1)."""

import json
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ingest_making import KEY, TAX, TAX_ROWS, csv_bytes, delivery

from common.deliveries import Delivery
from common.home import Home
from common.keys import Pseudonymiser
from common.messages import LouyuError
from ingest.raw import vault
from ingest.raw.vault import has_raw, keep, open_raw, raw_folder, seal_plain

SECRET_NAME = "联系人张三.csv"
NEWER = Pseudonymiser(2, b"newer secret, 32 bytes in length", ((KEY.version, KEY.secret),))
OTHER = Pseudonymiser(1, b"another secret, 32 bytes in length")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def kept(home: Home, *contents: bytes, keys: Pseudonymiser | None = KEY) -> Delivery:
    """A delivery of some files, kept."""
    files = [(f"{number}_{SECRET_NAME}", content) for number, content in enumerate(contents, start=1)]
    landing = delivery("T01", files)
    inbox = home.root / "inbox"
    inbox.mkdir(parents=True, exist_ok=True)
    for name, content in files:
        (inbox / name).write_bytes(content)
    keep(home, landing, [inbox / name for name, _ in files], keys)
    return landing


def read(home: Home, landing: Delivery, keys: Pseudonymiser = KEY) -> list[tuple[str, bytes]]:
    with open_raw(home, landing, keys) as files:
        return [(name, path.read_bytes()) for name, path in files]


def on_disk(home: Home) -> Iterator[Path]:
    return (path for path in home.raw.rglob("*") if path.is_file())


@settings(max_examples=30, deadline=None)
@given(st.lists(st.binary(max_size=70), min_size=1, max_size=3), st.integers(1, 40))
def test_what_is_sealed_opens_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, contents: list[bytes], chunk: int
) -> None:
    home = Home(tmp_path_factory.mktemp("vault"))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(vault, "_CHUNK", chunk)
        landing = kept(home, *contents)
        assert [content for _, content in read(home, landing)] == contents


def test_a_file_larger_than_one_piece_opens_as_it_was(home: Home) -> None:
    content = bytes(range(256)) * 10_000
    assert read(home, kept(home, content)) == [(f"1_{SECRET_NAME}", content)]


def test_neither_content_nor_name_of_a_sealed_file_is_on_disk(home: Home) -> None:
    content = csv_bytes(TAX, *TAX_ROWS)
    landing = kept(home, content)
    files = [path for path in on_disk(home) if path.name not in ("manifest.json", "key.json")]
    assert [path.name for path in files] == ["0001.sealed"]
    assert all(path.stat().st_mode & 0o077 == 0 for path in files)
    assert not any(TAX_ROWS[0][0].encode() in path.read_bytes() for path in on_disk(home))
    assert has_raw(home, landing)


def test_without_a_key_the_bytes_are_kept_as_they_are(home: Home) -> None:
    landing = kept(home, b"plain", keys=None)
    assert read(home, landing) == [(f"1_{SECRET_NAME}", b"plain")]
    assert b"plain" in [path.read_bytes() for path in on_disk(home)]


def test_plain_files_of_an_older_home_are_sealed_in_the_order_of_their_numbers(home: Home) -> None:
    contents = [str(number).encode() for number in range(12)]
    landing = kept(home, *contents, keys=None)
    assert seal_plain(home, KEY) == 1
    assert [content for _, content in read(home, landing)] == contents
    assert {path.suffix for path in on_disk(home)} == {".sealed", ".json"}
    assert seal_plain(home, KEY) == 0


@pytest.mark.parametrize("stopped_at", range(1, 6))
def test_sealing_that_was_killed_is_finished_and_loses_nothing(
    home: Home, monkeypatch: pytest.MonkeyPatch, stopped_at: int
) -> None:
    landing = kept(home, b"one", b"two", keys=None)
    steps = 0

    def killed(original):
        def step(*given, **named):
            nonlocal steps
            steps += 1
            if steps == stopped_at:
                raise KeyboardInterrupt
            return original(*given, **named)

        return step

    with monkeypatch.context() as patched:
        for name in ("_write", "overwrite", "_wrap"):
            patched.setattr(vault, name, killed(getattr(vault, name)))
        with pytest.raises(KeyboardInterrupt):
            seal_plain(home, KEY)
    assert [content for _, content in read(home, landing)] == [b"one", b"two"]
    seal_plain(home, KEY)
    assert [content for _, content in read(home, landing)] == [b"one", b"two"]
    assert sorted(path.name for path in on_disk(home)) == ["0001.sealed", "0002.sealed", "key.json", "manifest.json"]


@pytest.mark.parametrize("keys", [OTHER, replace(OTHER, version=3)])
def test_a_key_that_does_not_fit_is_told_with_the_file_to_restore(
    home: Home, keys: Pseudonymiser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOUYU_KEY_FILE", "/somewhere/keys.json")
    landing = kept(home, b"one")
    with pytest.raises(LouyuError) as refused:
        read(home, landing, keys)
    for text in (refused.value.message.zh, refused.value.message.en):
        assert "/somewhere/keys.json" in text
        assert landing.id in text
        assert "LOUYU_KEY_FILE" in text


def test_after_a_change_of_keys_old_files_open_and_are_wrapped_by_the_newest(home: Home) -> None:
    landing = kept(home, b"one")
    assert read(home, landing, NEWER) == [(f"1_{SECRET_NAME}", b"one")]
    seal_plain(home, NEWER)
    assert json.loads((raw_folder(home, landing) / "key.json").read_text())["key_version"] == 2
    assert read(home, landing, NEWER) == [(f"1_{SECRET_NAME}", b"one")]
    with pytest.raises(LouyuError):
        read(home, landing, KEY)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: vault._CHUNK + 16])


def flipped(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[0] ^= 1
    path.write_bytes(content)


def exchanged(path: Path) -> None:
    other = path.with_name("0002.sealed")
    one, two = path.read_bytes(), other.read_bytes()
    path.write_bytes(two)
    other.write_bytes(one)


@pytest.mark.parametrize("damage", [cut, flipped, exchanged])
def test_a_sealed_file_that_was_changed_is_named_and_never_read(home: Home, damage, monkeypatch) -> None:
    monkeypatch.setattr(vault, "_CHUNK", 4)
    landing = kept(home, b"one two three", b"four five six")
    damage(raw_folder(home, landing) / "0001.sealed")
    with pytest.raises(LouyuError, match=r"0001\.sealed"):
        read(home, landing)


def failing_reader(home: Home, landing: Delivery, seen: list[Path]) -> None:
    with open_raw(home, landing, KEY) as [(_, path)]:
        seen.append(path)
        assert path.read_bytes() == b"one"
        assert path.is_relative_to(home.raw)
        assert path.parent.stat().st_mode & 0o077 == 0
        raise ZeroDivisionError


def test_opened_files_are_private_and_gone_afterwards_even_after_a_failure(home: Home) -> None:
    landing = kept(home, b"one")
    seen: list[Path] = []
    with pytest.raises(ZeroDivisionError):
        failing_reader(home, landing, seen)
    assert not seen[0].exists()
    left = home.raw / ".open" / "left by a killed process"
    left.mkdir()
    (left / "0001").write_bytes(b"one")
    mine = left.with_name(f"{os.getpid()}-in use")
    mine.mkdir()
    vault.tidy(home)
    assert not left.exists()
    assert mine.exists()


def test_a_file_that_changes_while_it_is_kept_is_not_kept(home: Home) -> None:
    file = home.root / "a.csv"
    home.root.mkdir()
    file.write_bytes(b"now this")
    landing = delivery("T01", [("a.csv", b"first that")])
    with pytest.raises(OSError, match="changed"):
        keep(home, landing, [file], KEY)
    assert not has_raw(home, landing)


def test_bytes_that_are_missing_are_told(home: Home) -> None:
    with pytest.raises(LouyuError, match="backup"), open_raw(home, delivery("T01", [("a", b"a")]), KEY):
        pass
