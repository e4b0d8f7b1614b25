"""The command line over one home, for tests that use the product as a user does."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
from typer.testing import CliRunner

from cli.main import app
from common.home import Home

Done = subprocess.CompletedProcess[str]


def typed(*words: str, code: int = 0) -> Done:
    """Run a command in this process, which is spared the start of another; it must end with ``code``."""
    done = CliRunner().invoke(app, words, catch_exceptions=False)
    return _ended(Done(words, done.exit_code, done.stdout, done.stderr), code)


def started(*words: str, code: int = 0) -> Done:
    """Run a command as a shell does, in a process of its own; it must end with ``code``."""
    line = [sys.executable, "-m", "cli.main", *words]
    return _ended(subprocess.run(line, capture_output=True, text=True, timeout=600, check=False), code)


def _ended(done: Done, code: int) -> Done:
    told = f"{done.args}: {done.returncode}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    assert done.returncode == code, told
    return done


def stamps(*folders: Path) -> dict[Path, int]:
    """When each file within some folders was written, in nanoseconds."""
    return {path: path.stat().st_mtime_ns for folder in folders for path in folder.rglob("*") if path.is_file()}


@dataclass(frozen=True)
class Louyu:
    """One home, and what a user types to work on it."""

    home: Home

    def call(self, *words: str, code: int = 0) -> Done:
        """Run a command on the home; it must end with ``code``."""
        return typed(*words, "--home", str(self.home.root), code=code)

    def start(self, *words: str, code: int = 0) -> Done:
        """Run a command on the home in a process of its own; it must end with ``code``."""
        return started(*words, "--home", str(self.home.root), code=code)

    def json(self, *words: str, code: int = 0) -> Any:
        """Run a command and return what it prints as JSON."""
        return json.loads(self.call(*words, "--format", "json", code=code).stdout, parse_constant=_refuse)

    def query(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """Ask the file that the public's readers open."""
        with duckdb.connect(str(self.home.published / "louyu.duckdb"), read_only=True) as connection:
            return connection.execute(sql, values).fetchall()


def _refuse(word: str) -> None:
    raise ValueError(f"{word} is no JSON")
