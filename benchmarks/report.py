"""The numbers of the benchmark in one file, written as soon as each is there, and what follows from them.

``sizes``    parts of one district, pipeline and floor (``benchmarks/sizes.py``)
``cities``   several districts, pipeline and floor (``benchmarks/whole.py``)
``history``  one more day and one late correction (``benchmarks/history.py``)
``demo``     the whole of ``louyu demo``, which is what ``make run`` does
``peers``    others that do the same job, each a record as ``benchmarks/peers`` gives it, with the size
"""

import importlib.metadata
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from benchmarks.fitting import fit_growth
from benchmarks.running import Record
from common.files import read_json, write_json

COSTS = ("wall_s", "cpu_s", "peak_mib")
SIDES = ("pipeline", "floor")

KEYS: Mapping[str, tuple[str, ...]] = {
    "sizes": ("fraction",), "cities": ("districts", "fraction"), "history": ("fraction", "years"),
    "demo": ("rounds",), "peers": ("districts", "fraction", "name"),
}  # fmt: skip
"""By what the records of each list are told apart and ordered."""

FINISHED = "finished"
"""The status of a peer that came to its end; any other says why it did not."""

INCOMPARABLE = ("candidate", "disclosure", "release")
"""Parts of the pipeline for which no peer does anything."""


@dataclass(frozen=True, slots=True)
class Book:
    """A report that is kept in a file."""

    file: Path
    content: Record

    @classmethod
    def begun(cls, file: Path, is_new: bool) -> "Book":
        """Go on with what a file holds, or begin anew; the file is written with the first measurement."""
        content = {} if is_new or not file.exists() else read_json(file)
        return cls(file, content | {"simulated": True, "machine": machine(), "measured_on": f"{datetime.now():%F}"})

    def put(self, part: str, record: Record) -> None:
        """Add a record, in place of one with the same key."""
        key = KEYS[part]
        stamped = {**record, "load": round(os.getloadavg()[0], 1)}
        others = [one for one in self.content.get(part, []) if _key(one, key) != _key(record, key)]
        self.content[part] = sorted([*others, stamped], key=lambda one: _key(one, key))
        write_json(self.file, self.content | derived(self.content))


def _key(record: Mapping[str, Any], names: Sequence[str]) -> tuple[Any, ...]:
    return tuple(record[name] for name in names)


def differing(report: Mapping[str, Any]) -> int:
    """Return how many figures of pipeline and floor differ in the whole report."""
    return sum(one["differing"] for one in unlike(report))


def unlike(report: Mapping[str, Any]) -> list[Record]:
    """Return the runs of which figures differ from the floor's."""
    return [one for part in ("sizes", "cities") for one in report.get(part, []) if one.get("differing")]


def derived(report: Mapping[str, Any]) -> Record:
    """Return what follows from what was measured: ratios, how costs grow, shares."""
    sizes = report.get("sizes", [])
    return {
        "ratios": {part: [ratios(one) for one in report.get(part, [])] for part in ("sizes", "cities")},
        "growth": growth(sizes), "marginal": marginal(sizes),
        "shares": [shares(one["pipeline"]) for one in sizes],
        "days": [day_shares(one) for one in report.get("history", [])],
    }  # fmt: skip


def ratios(record: Mapping[str, Any]) -> dict[str, float]:
    """Return how many times the floor's the pipeline's costs are."""
    return {cost: round(record["pipeline"][cost] / record["floor"][cost], 2) for cost in COSTS}


def growth(sizes: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, dict[str, float]]]:
    """Return how the costs of both grow with the rows; empty with fewer than two sizes."""
    rows = [one["rows"] for one in sizes]
    if len(set(rows)) < 2:
        return {}
    return {
        side: {cost: fit_growth(rows, [one[side][cost] for one in sizes]).record for cost in COSTS} for side in SIDES
    }


def marginal(sizes: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    """Return what a further row costs the pipeline in times of what it costs the floor, from the outermost sizes."""
    if len(sizes) < 2:
        return {}
    first, last = sizes[0], sizes[-1]
    return {
        cost: round(
            (last["pipeline"][cost] - first["pipeline"][cost]) / (last["floor"][cost] - first["floor"][cost]), 2
        )
        for cost in ("wall_s", "cpu_s")
    }


def shares(run: Mapping[str, Any]) -> dict[str, float]:
    """Return which shares of a run's wall time are gates and disclosure control; what was not measured counts 0."""
    parts = run["parts"]
    gates, tests = parts.get("gates", {"wall_s": 0.0})["wall_s"], run.get("dbt_tests_s", 0.0)
    disclosure = parts.get("disclosure", {"wall_s": 0.0})["wall_s"]
    return {
        "gates": round((gates + tests) / run["wall_s"], 4), "gates_s": round(gates + tests, 3),
        "disclosure": round(disclosure / run["wall_s"], 4), "disclosure_s": disclosure,
    }  # fmt: skip


def day_shares(record: Mapping[str, Any]) -> dict[str, float]:
    """Return what one more day and one late correction cost as shares of the full build of the same home."""
    return {
        f"{what}_{cost}": round(record[what][cost] / record["full"][cost], 4)
        for what in ("day", "correction") for cost in ("wall_s", "cpu_s")
    }  # fmt: skip


def comparable_wall(run: Mapping[str, Any]) -> float:
    """Return the seconds of a run without the parts for which no peer does anything."""
    parts = run["parts"]
    without = sum(parts[name]["wall_s"] for name in INCOMPARABLE if name in parts)
    whole = sum(part["wall_s"] for part in parts.values())
    return float(run["wall_s"] * (1 - without / whole))


def machine() -> Record:
    """Say on what it is measured."""
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    return {
        "cpus": os.cpu_count(), "memory_gib": round(memory), "load_before": round(os.getloadavg()[0], 1),
        "python": platform.python_version(),
        **{name: importlib.metadata.version(name) for name in ("polars", "duckdb")},
    }  # fmt: skip
