"""The commands that are measured: making a sample of the city, and running the pipeline over an inbox."""

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

from benchmarks.floor.vocabulary import PROJECT
from benchmarks.measuring import Measured, measure

Record = dict[str, Any]

DISTRICT = "110101"
"""The first district of the simulated city."""

LOUYU = (sys.executable, "-m", "cli.main")
_PARTS = {
    "recording arrivals": "landing", "reading what arrived": "ingest",
    "matching enterprises and buildings": "identity", "loading sources": "identity",
    "computing figures (dbt)": "dbt", "exporting the candidate": "candidate", "disclosure control": "disclosure",
    "running the gates": "gates", "making the release and its bulletin": "release",
}  # fmt: skip
"""The words with which the log of a home begins a part."""

_LOGS = ("louyu.log.1", "louyu.log")
"""The log of a home, oldest first; it is turned over when it has grown."""


class RunFailedError(Exception):
    """A run that ended well left something else behind than it should."""


@dataclass(frozen=True, slots=True)
class Bench:
    """A folder in which homes are built, with keys of its own."""

    folder: Path

    @property
    def environment(self) -> dict[str, str]:
        """What its commands are told."""
        return {"LOUYU_KEY_FILE": str(self.folder / "keys.json"), "PYTHONPATH": str(PROJECT)}

    def louyu(self, *words: object) -> Any:
        """Run a command to its end and return what it prints as JSON. Raises CalledProcessError where it fails."""
        command = [*LOUYU, *map(str, words), "--format", "json"]
        return json.loads(self.output(command))

    def output(self, command: Sequence[str]) -> str:
        """Run any command and return what it prints. Raises CalledProcessError where it fails."""
        told = {**os.environ, **self.environment}
        return subprocess.run(command, check=True, capture_output=True, text=True, env=told).stdout

    def sample(self, out: Path, districts: int, years: int, fraction: float) -> dict[str, int]:
        """Write a part of the city, and return how many rows each feed has, the broken ones among them."""
        told = self.louyu(
            "sample", "--scale", "city", "--districts", districts, "--years", years, "--fraction", f"{fraction:g}",
            "--out", out,
        )  # fmt: skip
        return {feed: int(rows) for feed, rows in told["rows"].items()}

    def run(self, inbox: Path, home: Path, as_of: str | None = None) -> Record:
        """Measure a run over one district's inbox: its whole, its parts, and what dbt's tests took.

        Raises CalledProcessError where it fails, and RunFailedError where it leaves no candidate that may be released.
        """
        command = [*LOUYU, "run", "--inbox", str(inbox), "--home", str(home)]
        run = measure([*command, *(["--as-of", as_of] if as_of else [])], self.folder / "run.log", self.environment)
        told = results(home)[-1]
        if told["state"] != "CHECKED" or told["blocked"]:
            raise RunFailedError(f"{home}: {told['state']} {told['blocked']}")
        return {
            **run.cost.record, "parts": parts_of(run, home), "dbt_tests_s": dbt_tests(home, told["build"]),
            "build": told["build"],
        }  # fmt: skip


def begun_parts(log: str) -> Iterator[tuple[str, float]]:
    """Yield the parts of runs with the seconds since 1970 at which their log says that they begin."""
    for stamp, said in _lines(log):
        part = _PARTS.get(said.rpartition(" / ")[2])
        if part:
            yield part, _seconds(stamp)


def logged_parts(log: str) -> dict[str, dict[str, float]]:
    """Return the wall time of each part of a single run by its log alone; what comes before the first is not in it."""
    ends = [_seconds(stamp) for stamp, said in _lines(log) if said.startswith("{")]
    found: dict[str, dict[str, float]] = {}
    for (part, begin), (_, end) in pairwise([*begun_parts(log), ("", ends[-1])]):
        found[part] = {"wall_s": round(found.get(part, {"wall_s": 0.0})["wall_s"] + end - begin, 3)}
    return found


def _lines(log: str) -> Iterator[tuple[str, str]]:
    for line in log.splitlines():
        stamp, is_said, said = line.partition(" INFO ")
        if is_said:
            yield stamp, said


def _seconds(stamp: str) -> float:
    return datetime.strptime(stamp, "%Y-%m-%d %H:%M:%S,%f").timestamp()


def parts_of(run: Measured, home: Path) -> dict[str, dict[str, float]]:
    """Return the cost of each part of a run by the log of its home, which may tell of earlier runs too."""
    begun = [(part, at) for part, at in begun_parts(log_of(home)) if run.samples and at >= run.samples[0].at]
    return {part: cost.record for part, cost in run.parts(begun).items()}


def results(home: Path) -> list[Record]:
    """Return what the runs of a home left behind, oldest first, as its log has it; none of a home without a run."""
    return [json.loads(said) for _, said in _lines(log_of(home)) if said.startswith("{")]


def log_of(home: Path) -> str:
    """Return the log of a home, empty before its first run."""
    files = [home / "logs" / name for name in _LOGS]
    return "".join(file.read_text(encoding="utf-8") for file in files if file.exists())


def dbt_tests(home: Path, build: str) -> float:
    """Return the seconds that the tests of a build took within dbt, each for itself."""
    told = json.loads((home / "warehouse" / "identity" / build / "dbt.json").read_text(encoding="utf-8"))
    return round(float(sum(one["seconds"] for one in told if one["resource_type"] == "test")), 3)


def median(records: Sequence[Mapping[str, Any]]) -> Record:
    """Return the median of every number of records that are alike, however deep; of other values the last."""
    found: Record = {}
    for name, last in records[-1].items():
        # a part may be so short in one round that its log does not tell of it
        values = [one[name] for one in records if name in one]
        if isinstance(last, Mapping):
            found[name] = median(values)
        else:
            found[name] = round(statistics.median(values), 3) if isinstance(last, float) else last
    return found


def say(text: str) -> None:
    """Tell how far it is."""
    print(f"{datetime.now():%H:%M:%S} {text}", file=sys.stderr, flush=True)
