"""Who was given what: each file that is handed out has its mode, mark and line in the access log (DESIGN 2.7)."""

import json
from pathlib import Path

import duckdb
import polars as pl
import pytest
from louyu_home import Louyu
from pack_making import made, small_candidate
from release_making import small_release

from common.files import file_digest
from common.home import Home
from common.messages import LouyuError
from publish.access import LOG, log_access, show_review
from publish.serving import Audience, is_served, write_database
from publish.shelf import Release


def lines(internal: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in (internal / LOG).read_text(encoding="utf-8").splitlines()]


@pytest.fixture
def release(tmp_path: Path) -> Release:
    return made(Home(tmp_path / "home"), small_candidate(tmp_path / "made"))


def test_lines_are_only_added(tmp_path: Path) -> None:
    file = tmp_path / "office.duckdb"
    file.write_bytes(b"1")
    log_access(tmp_path / "internal", "WRITTEN", "OFFICE", file, build="b1")
    before = (tmp_path / "internal" / LOG).read_bytes()
    file.write_bytes(b"2")
    log_access(tmp_path / "internal", "WRITTEN", "OFFICE", file, build="b2")
    after = (tmp_path / "internal" / LOG).read_bytes()
    assert after.startswith(before)
    first, second = lines(tmp_path / "internal")
    assert (first["build"], second["build"]) == ("b1", "b2")
    assert first["sha256"] != second["sha256"]
    assert set(first) == {"at", "who", "act", "audience", "file", "sha256", "build"}
    assert (tmp_path / "internal" / LOG).stat().st_mode & 0o137 == 0


def test_nothing_is_handed_out_that_cannot_be_logged(release: Release, tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    home.internal.write_text("in the way", encoding="utf-8")
    out = tmp_path / "copy.html"
    with pytest.raises(LouyuError, match="nothing is handed out"):
        show_review(home, release.id, out)
    assert not out.exists()


def test_a_review_pack_that_is_taken_is_logged_with_its_release(release: Release, tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    shown = show_review(home, release.id)
    copied = show_review(home, release.id, tmp_path / "copies" / "copy.html")
    told = lines(home.internal)
    assert [(line["act"], line["audience"], line["release_id"]) for line in told] == [
        ("SHOWN", "SIGNERS", release.id), ("COPIED", "SIGNERS", release.id),
    ]  # fmt: skip
    assert {line["sha256"] for line in told} == {file_digest(shown), file_digest(copied)}


def test_a_release_without_a_pack_says_so(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    earlier = small_release(home, "R20230930-0000000001")
    with pytest.raises(LouyuError, match="has no review pack"):
        show_review(home, earlier.id)
    assert not home.internal.exists()


@pytest.mark.parametrize(("audience", "mode"), [("OFFICE", 0o640), ("TAX", 0o600)])
def test_an_internal_file_has_its_mode_its_mark_and_its_line(quarter: Louyu, audience: str, mode: int) -> None:
    file = quarter.home.internal / f"{audience.lower()}.duckdb"
    assert file.stat().st_mode & 0o777 == mode
    [candidate] = quarter.home.candidates.iterdir()
    context = json.loads((candidate / "context.json").read_text(encoding="utf-8"))
    written = [line for line in lines(quarter.home.internal) if line["audience"] == audience]
    assert written[-1]["build"] == context["build"]
    assert written[-1]["sha256"] == file_digest(file)
    assert all(line["act"] == "WRITTEN" and line["who"] for line in written)
    with duckdb.connect(str(file), read_only=True) as connection:
        marks = connection.execute("select audience, text_zh, text_en, build from internal.watermark").fetchall()
    [(said, zh, en, build)] = marks
    assert (said, build) == (audience, context["build"])
    assert "模拟数据" in zh
    assert "not to be passed on" in en


def test_internal_files_stand_for_one_build_and_only_together(tmp_path: Path) -> None:
    def serve(audience: Audience, build: str) -> None:
        marked = {"watermark": pl.DataFrame({"build": [build]})}
        write_database(tmp_path / f"{audience.lower()}.duckdb", "internal", marked, audience)

    assert not is_served(tmp_path, "b1")
    serve("OFFICE", "b1")
    assert not is_served(tmp_path, "b1")
    serve("TAX", "b1")
    assert is_served(tmp_path, "b1")
    assert not is_served(tmp_path, "b2")
    (tmp_path / "tax.duckdb").write_bytes(b"what a broken disk left")
    assert not is_served(tmp_path, "b1")
