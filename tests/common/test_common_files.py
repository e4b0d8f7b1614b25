"""Files are whole or absent; hashes mean the same everywhere."""

import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.files import canonical, digest, file_digest, in_place_of, read_json, tree_digest, write_bytes, write_json


def test_a_file_is_replaced_whole_with_its_mode_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "file"
    write_bytes(path, b"old")
    write_bytes(path, b"new", mode=0o600)
    assert path.read_bytes() == b"new"
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(path.parent.iterdir()) == [path]


def test_who_has_the_old_file_open_still_reads_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "file"
    write_bytes(path, b"old")
    with path.open("rb") as reader:
        write_bytes(path, b"new")
        assert reader.read() == b"old"


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_write_that_fails_leaves_the_old_content_and_no_debris(
    step: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "file"
    write_bytes(path, b"old")

    def fail(*_: Any) -> None:
        raise OSError("disk full")

    if step == "fsync":
        monkeypatch.setattr(os, "fsync", fail)
    else:
        monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(OSError, match="disk full"):
        write_bytes(path, b"new")
    monkeypatch.undo()
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_what_is_being_written_takes_its_place_only_at_the_end(tmp_path: Path) -> None:
    path = tmp_path / ("名" * 80)
    path.write_bytes(b"old")
    with in_place_of(path) as one, in_place_of(path) as other:
        one.write_bytes(b"one")
        other.write_bytes(b"other")
        assert path.read_bytes() == b"old"
        assert {one.name[0], other.name[0]} == {"."}
        assert one != other
    assert path.read_bytes() == b"one"
    assert list(tmp_path.iterdir()) == [path]


def test_what_is_broken_off_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")

    def break_off() -> None:
        with in_place_of(path) as fresh:
            fresh.write_bytes(b"half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        break_off()
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=("Cs",))),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc石景"), inner, max_size=3),
    max_leaves=8,
)


@given(VALUES)
def test_json_reads_back_as_it_was_written(tmp_path_factory: pytest.TempPathFactory, value: Any) -> None:
    path = tmp_path_factory.mktemp("json") / "value.json"
    write_json(path, value)
    assert read_json(path) == value


@given(st.dictionaries(st.text("abc石景山"), st.integers(), max_size=6))
def test_the_canonical_text_does_not_depend_on_the_order_of_keys(value: dict[str, int]) -> None:
    assert canonical(value) == canonical(dict(reversed(value.items())))


def test_the_digest_of_a_file_is_that_of_its_bytes(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"x" * 100_000)
    assert file_digest(tmp_path / "file") == digest(b"x" * 100_000)


def test_the_digest_of_a_tree_sees_names_and_bytes_and_only_the_files_asked_for(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("1")
    before = tree_digest(tmp_path, ("*.py",))
    (tmp_path / "b.txt").write_text("1")
    assert tree_digest(tmp_path, ("*.py", "a*")) == before
    (tmp_path / "a.py").rename(tmp_path / "c.py")
    assert tree_digest(tmp_path, ("*.py",)) != before
    (tmp_path / "c.py").rename(tmp_path / "a.py")
    (tmp_path / "a.py").write_text("2")
    assert tree_digest(tmp_path, ("*.py",)) != before
