"""One writer for each home, and where things lie (SURFACE, Home)."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from common.contracts import PROJECT
from common.home import Home, find_home
from common.messages import LouyuError, Message

HOLDER = """
import sys
from pathlib import Path
from common.home import Home
with Home(Path(sys.argv[1])).writer("the long task"):
    print("held", flush=True)
    sys.stdin.readline()
"""


def _holder(root: Path) -> subprocess.Popen[str]:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(root)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=PROJECT, text=True
    )
    assert holder.stdout is not None
    assert holder.stdout.readline().strip() == "held"
    return holder


def test_a_second_writer_fails_with_the_name_of_the_holder_when_it_has_waited_enough(tmp_path: Path) -> None:
    told: list[Message] = []
    with _holder(tmp_path) as holder:
        try:
            with pytest.raises(LouyuError) as refused, Home(tmp_path).writer("another", 0.1, told.append):
                pass
        finally:
            holder.kill()
    for message in (refused.value.message, *told):
        assert "the long task" in message.zh
        assert "the long task" in message.en
        assert str(holder.pid) in message.en
    assert len(told) == 1


def test_a_second_writer_goes_on_as_soon_as_the_first_has_ended(tmp_path: Path) -> None:
    with _holder(tmp_path) as holder:
        assert holder.stdin is not None

        def waiting(_: Message) -> None:
            holder.stdin.write("\n")
            holder.stdin.flush()

        with Home(tmp_path).writer("another", 30, waiting):
            assert json.loads((tmp_path / ".writer.json").read_text())["task"] == "another"


def test_the_lock_of_a_killed_writer_is_free(tmp_path: Path) -> None:
    with _holder(tmp_path) as holder:
        holder.kill()
        holder.wait()
        assert (tmp_path / ".writer.json").exists()
        with Home(tmp_path).writer("after the crash", 0):
            assert json.loads((tmp_path / ".writer.json").read_text())["task"] == "after the crash"
    assert not (tmp_path / ".writer.json").exists()


def test_a_task_that_fails_leaves_the_home_free(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), Home(tmp_path).writer("failing"):
        raise ZeroDivisionError
    with Home(tmp_path).writer("next", 0):
        pass


def test_a_damaged_note_about_the_holder_does_not_hide_that_the_home_is_held(tmp_path: Path) -> None:
    with _holder(tmp_path) as holder:
        (tmp_path / ".writer.json").write_text("{torn")
        try:
            with pytest.raises(LouyuError, match="in use"), Home(tmp_path).writer("another", 0.1):
                pass
        finally:
            holder.kill()


def test_two_homes_do_not_wait_for_each_other(tmp_path: Path) -> None:
    with Home(tmp_path / "a").writer("one", 0), Home(tmp_path / "b").writer("other", 0):
        pass


def test_naming_a_home_creates_nothing(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    assert home.inbox == tmp_path / "home" / "inbox"
    assert not home.root.exists()


def test_the_home_is_the_given_one_else_the_environments_else_var(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOUYU_HOME", str(tmp_path / "environment"))
    assert find_home(tmp_path / "given").root == (tmp_path / "given").resolve()
    assert find_home().root == (tmp_path / "environment").resolve()
    monkeypatch.delenv("LOUYU_HOME")
    assert find_home().root == PROJECT / "var"
    monkeypatch.setenv("LOUYU_HOME", "")
    assert find_home().root == PROJECT / "var"
