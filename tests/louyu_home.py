"""The command line over one home, for tests that use the product as a user does."""

import json
import subprocess
import sys
from dataclasses import dataclass
from typing import Any

import duckdb

from common.home import Home


@dataclass(frozen=True)
class Louyu:
    """One home, and what a user types to work on it."""

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
