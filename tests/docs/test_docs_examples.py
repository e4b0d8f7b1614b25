"""The guides say what is so: their examples run and print what they show, and what they point to exists.

A fenced block of ``sh``, ``python`` or ``sql`` runs; a ``text`` block right after it is what it prints, where a line
``…`` stands for any lines and ``…`` within a line for any text. A block whose first line is a comment ``# by hand:``
is not run; its targets, commands and options must exist.
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import click
import duckdb
import polars as pl
import pytest
from louyu_home import Louyu
from typer.main import get_command

from cli.main import app
from common.contracts import PROJECT

GUIDES = sorted([PROJECT / "README.md", *PROJECT.glob("docs/*.md")])
BY_HAND = "# by hand:"
_FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_CODE = re.compile(r"`([^`\n]+)`")
_ROOMS = ("benchmarks", "cli", "common", "contracts", "dagster_project", "dbt", "disclosure", "docs", "expectations",
          "identity", "ingest", "publish", "replay", "review", "sample", "tests", "warehouse")  # fmt: skip


@dataclass(frozen=True)
class Example:
    """A fenced block, and the block of text that shows what it prints, if there is one."""

    line: int
    language: str
    text: str
    output: str | None

    @property
    def is_by_hand(self) -> bool:
        return self.text.startswith(BY_HAND)


def examples(guide: Path) -> list[Example]:
    """Return the blocks of a guide that can run; a ``text`` block that follows nothing is a mistake."""
    page = guide.read_text(encoding="utf-8")
    fences = list(_FENCE.finditer(page))
    outputs = {}
    for before, after in pairwise(fences):
        if after[1] == "text" and not page[before.end() : after.start()].strip():
            outputs[before.start()] = after[2]
    stray = sum(fence[1] == "text" for fence in fences) - len(outputs)
    assert not stray, f"{guide.name}: {stray} blocks of text follow no example"
    return [
        Example(page.count("\n", 0, fence.start()) + 1, fence[1], fence[2], outputs.get(fence.start()))
        for fence in fences
        if fence[1] in ("sh", "python", "sql")
    ]


@pytest.fixture
def desk(quarter: Louyu, tmp_path: Path) -> Iterator[Path]:
    """A folder in which a reader tries the examples: ``louyu`` on the path, and a copy of the quarter in ``var``."""
    copied = shutil.ignore_patterns("inbox", "dagster", "raw", "dbt", "louyu.duckdb.wal", ".writer*")
    shutil.copytree(quarter.home.root, tmp_path / "var", ignore=copied)
    (tmp_path / "var" / "inbox").mkdir()
    command = tmp_path / "bin" / "louyu"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m cli.main "$@"\n')
    command.chmod(0o755)
    yield tmp_path
    shutil.rmtree(tmp_path / "var")


# what one block sets stands for the next one, as in a terminal
_SESSION = "touch .session; . ./.session; set -a", "export -p > .session"


def run(example: Example, desk: Path) -> str:
    """Run an example and return what it prints."""
    if example.language == "sql":
        with duckdb.connect(str(desk / "var" / "published" / "louyu.duckdb"), read_only=True) as connection:
            asked = connection.execute(example.text)
            names = [column[0] for column in asked.description]
            return "\n".join(" | ".join(map(_shown, row)) for row in [names, *asked.fetchall()])
    words = ["bash", "-euo", "pipefail", "-c", f"{_SESSION[0]}\n{example.text}\n{_SESSION[1]}"]
    if example.language == "python":
        words = [sys.executable, "-c", example.text]
    environment = {**os.environ, "PYTHONPATH": str(PROJECT), "LOUYU_HOME": str(desk / "var"),
                   "PATH": f"{desk / 'bin'}:{os.environ['PATH']}"}  # fmt: skip
    environment.pop("LOUYU_LANG", None)
    done = subprocess.run(
        words, cwd=desk, env=environment, capture_output=True, text=True, timeout=300, check=False
    )  # fmt: skip
    assert done.returncode == 0, f"line {example.line}: exit {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def _shown(value: Any) -> str:
    if value is None:
        return "NULL"
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def _lines(text: str) -> list[str]:
    return [line for line in (" ".join(line.split()) for line in text.splitlines()) if line]


def prints(shown: str, printed: str) -> bool:
    """Tell whether a program printed what a page shows, blanks aside."""
    pattern = "".join(
        r"(?:.*\n)*?" if line == "…" else ".*".join(map(re.escape, line.split("…"))) + r"\n" for line in _lines(shown)
    )
    return re.fullmatch(pattern, "".join(f"{line}\n" for line in _lines(printed))) is not None


@pytest.mark.parametrize(
    ("shown", "printed", "agrees"),
    [
        ("a\nb", "a\nb\n", True),
        ("a   b", "a b", True),
        ("a", "a\nb", False),
        ("a\n…", "a\nb\nc", True),
        ("…\nc", "a\nb\nc", True),
        ("a\n…\nd", "a\nb\nc", False),
        ("R…7", "R20230937", True),
        ("R…7", "R2023093", False),
        ("", "a", False),
    ],
)
def test_an_output_shown_is_held_against_the_output_printed(shown: str, printed: str, agrees: bool) -> None:
    assert prints(shown, printed) is agrees


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.name)
def test_every_example_runs_and_prints_what_the_page_shows(guide: Path, quarter: Louyu, desk: Path) -> None:
    for example in examples(guide):
        if not example.is_by_hand:
            printed = run(example, desk)
        elif "make run" in example.text:
            printed = (quarter.home.root.parent / "quarter.out").read_text(encoding="utf-8")
        else:
            continue
        if example.output is not None:
            told = f"{guide.name}:{example.line} shows\n{example.output}\nand the example prints\n{printed}"
            assert prints(example.output, printed), told


def test_what_is_done_by_hand_exists_and_is_no_way_around_the_test() -> None:
    targets = set(re.findall(r"^([a-z]+):", (PROJECT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    for guide in GUIDES:
        for example in examples(guide):
            if example.is_by_hand:
                commands = [shlex.split(line) for line in example.text.splitlines() if not line.startswith("#")]
                for program, *words in commands:
                    assert program == "make", f"{guide.name}:{example.line}: only make targets are left to the hand"
                    assert set(words) <= targets, f"{guide.name}:{example.line}: {words}"


def _commands(group: click.Command, words: tuple[str, ...] = ("louyu",)) -> Iterator[tuple[tuple[str, ...], set[str]]]:
    """Yield every command that does something, with its options."""
    inner = getattr(group, "commands", {})
    if not inner or getattr(group, "invoke_without_command", False):
        yield words, {name for option in group.params for name in option.opts}
    for name, command in inner.items():
        yield from _commands(command, (*words, name))


COMMANDS = dict(_commands(get_command(app)))
WRITTEN = "\n".join(guide.read_text(encoding="utf-8") for guide in GUIDES)


@pytest.mark.parametrize("command", sorted(COMMANDS), ids=" ".join)
def test_every_command_is_in_some_guide(command: tuple[str, ...]) -> None:
    assert re.search(rf"\b{' '.join(command)}\b", WRITTEN)


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.name)
def test_every_command_that_a_guide_names_exists_with_its_options(guide: Path) -> None:
    page = guide.read_text(encoding="utf-8")
    inline = [code for code in _CODE.findall(_FENCE.sub("", page)) if code.startswith("louyu ")]
    blocks = [line for example in examples(guide) for line in re.findall(r"\blouyu [^|>)\n]+", example.text)]
    for written in inline + blocks:
        words = re.findall(r"[\w./-]+", written)
        known = [command for command in COMMANDS if tuple(words[: len(command)]) == command]
        assert known, f"{guide.name}: {written}"
        options = {word for word in words if word.startswith("--")}
        assert options <= COMMANDS[max(known, key=len)] | {"--help"}, f"{guide.name}: {written}"


def _of_a_home() -> set[str]:
    """What the first column of the guide's table of the home folder names."""
    guide = (PROJECT / "docs/data-engineer.md").read_text(encoding="utf-8")
    section = guide.partition("\n## The home folder\n")[2].partition("\n## ")[0]
    rows = [line.split("|")[1] for line in section.splitlines() if line.startswith("| `")]
    assert rows
    return {name for row in rows for name in _CODE.findall(row)}


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.name)
def test_every_link_and_file_named_exists(guide: Path) -> None:
    page = _FENCE.sub("", guide.read_text(encoding="utf-8"))
    links = [link for link in _LINK.findall(page) if not link.startswith(("http", "#"))]
    missing = [link for link in links if not (guide.parent / link.partition("#")[0]).exists()]
    files = [code for code in _CODE.findall(page) if re.fullmatch(r"[\w./*-]+", code)]
    # a home has a warehouse folder too, whose files the data engineer's guide lists
    of_a_home = _of_a_home()
    named = [file for file in files if file.partition("/")[0] in _ROOMS and "/" in file and file not in of_a_home]
    missing += [file for file in named if not list(PROJECT.glob(file.rstrip("/")))]
    assert missing == []


def test_the_office_finds_every_gate_in_its_guide() -> None:
    gates = pl.read_csv(PROJECT / "dbt" / "seeds" / "catalogue" / "gate.csv")["gate_id"].to_list()
    zh, en = (PROJECT / "docs" / "reform-office.md").read_text(encoding="utf-8").split("\n---\n")
    assert [gate for gate in [*gates, "G-SDC"] if gate not in zh or gate not in en] == []


def test_every_page_with_figures_says_that_they_are_simulated() -> None:
    pages = {guide.name: guide.read_text(encoding="utf-8") for guide in GUIDES}
    shown = {name for name, page in pages.items() if "```text" in page or ".png" in page}
    assert shown >= {"README.md", "bi-analyst.md", "data-engineer.md", "reform-office.md"}
    assert [name for name in sorted(shown) if "模拟数据" not in pages[name] or "imulated" not in pages[name]] == []
