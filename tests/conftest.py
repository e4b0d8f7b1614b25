"""What all tests share: a key of their own, and one simulated quarter for everybody who only reads it."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import hypothesis_profile
import pytest
from filelock import FileLock

from common.home import Home

__all__ = ["Louyu", "hypothesis_profile"]


@pytest.fixture(scope="session", autouse=True)
def key_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A pseudonym key outside every home of the tests."""
    path = _shared(tmp_path_factory) / "keys" / "keys.json"
    os.environ["LOUYU_KEY_FILE"] = str(path)
    os.environ.pop("LOUYU_HOME", None)
    return path


@dataclass(frozen=True)
class Louyu:
    """The command line over one home, as a user types it."""

    home: Home

    def call(self, *words: str, code: int = 0) -> subprocess.CompletedProcess[str]:
        """Run a command; it must end with ``code``."""
        done = subprocess.run(
            [sys.executable, "-m", "cli.main", *words, "--home", str(self.home.root)],
            capture_output=True, text=True, timeout=300, check=False,
        )  # fmt: skip
        assert done.returncode == code, f"{words}: {done.returncode}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
        return done

    def json(self, *words: str, code: int = 0) -> Any:
        """Run a command and return what it prints as JSON."""
        return json.loads(self.call(*words, "--format", "json", code=code).stdout, parse_constant=_refuse)

    def query(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """Ask the file that the public's readers open."""
        with duckdb.connect(str(self.home.published / "louyu.duckdb"), read_only=True) as connection:
            return connection.execute(sql, values).fetchall()


def _refuse(word: str) -> None:
    raise ValueError(f"{word} is no JSON")


@pytest.fixture
def louyu(tmp_path: Path) -> Louyu:
    """The command line over an empty home."""
    return Louyu(Home(tmp_path / "home"))


@pytest.fixture(scope="session")
def quarter(tmp_path_factory: pytest.TempPathFactory, key_file: Path) -> Louyu:
    """The simulated quarter, published: made once, for tests that change nothing in it."""
    del key_file
    shared = _shared(tmp_path_factory)
    made = Louyu(Home(shared / "quarter"))
    with FileLock(shared / "quarter.lock"):
        done = shared / "quarter.out"
        if not done.exists():
            done.write_text(made.call("demo").stdout, encoding="utf-8")
    return made


@pytest.fixture
def copied(quarter: Louyu, tmp_path: Path) -> Louyu:
    """A home of one's own that holds the simulated quarter, published."""
    home = tmp_path / "copied"
    shutil.copytree(quarter.home.root, home, ignore=shutil.ignore_patterns("dagster"))
    return Louyu(Home(home))


def _shared(factory: pytest.TempPathFactory) -> Path:
    """The folder that the worker processes of one test run have in common."""
    base = factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
