"""The pipeline beside the floor over growing parts of a simulated city's district.

``python -m benchmarks.city [--quick] [--sizes 0.02,0.05] [--rounds N]`` writes the numbers, the page that shows them
and its plots: into the docs, or after ``--quick`` beside them in ``var/bench``. Ends with 1 where a headline figure of
the two differs.
"""

import argparse
import importlib.metadata
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from benchmarks.fitting import fit_growth
from benchmarks.floor.vocabulary import PROJECT
from benchmarks.measuring import Measured, measure
from benchmarks.performance_page import write_page

SIZES, QUICK_SIZES = (0.02, 0.05, 0.1, 0.2, 0.5), (0.01, 0.02, 0.03, 0.05, 0.08)
COSTS = ("wall_s", "cpu_s", "peak_mib")

_DISTRICT = "110101"
_PARTS = {
    "recording arrivals": "landing", "reading what arrived": "ingest",
    "matching enterprises and buildings": "identity", "loading sources": "identity",
    "computing figures (dbt)": "dbt", "exporting the candidate": "candidate", "disclosure control": "disclosure",
    "running the gates": "gates", "making the release and its bulletin": "release",
}  # fmt: skip
"""The words with which the log of a home begins a part."""


class FiguresDifferError(Exception):
    """The pipeline and the floor do not agree."""


def main(words: Sequence[str] | None = None) -> int:
    """Measure, and return the exit code."""
    given = argparse.ArgumentParser(prog="benchmarks.city", description=__doc__.splitlines()[0] if __doc__ else None)
    given.add_argument("--quick", action="store_true", help=f"the sizes {_listed(QUICK_SIZES)}")
    given.add_argument("--sizes", type=_sizes, help=f"parts of a district, by default {_listed(SIZES)}")
    given.add_argument("--rounds", type=int, default=1)
    given.add_argument("--out", type=Path, help="the folder of bench.json, performance.md and img/")
    given.add_argument("--page-only", action="store_true", help="write the page again from the numbers")
    asked = given.parse_args(words)
    out = asked.out or PROJECT / ("var/bench" if asked.quick else "docs")
    numbers, page = out / "bench.json", out / "performance.md"
    if not asked.page_only:
        sizes = asked.sizes or (QUICK_SIZES if asked.quick else SIZES)
        try:
            report = run(sizes, asked.rounds)
        except FiguresDifferError as error:
            print(error, file=sys.stderr)
            return 1
        out.mkdir(parents=True, exist_ok=True)
        numbers.write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    write_page(json.loads(numbers.read_text(encoding="utf-8")), page, out / "img")
    print(f"{numbers}\n{page}")
    return 0


def run(sizes: Sequence[float], rounds: int) -> dict[str, Any]:
    """Measure every size. Raises FiguresDifferError, and CalledProcessError where a command fails."""
    machine = _machine()
    with tempfile.TemporaryDirectory(prefix="louyu-bench-") as folder:
        found = [_measured_size(Path(folder) / f"{size:g}", size, rounds) for size in sizes]
    return {
        "simulated": True, "measured_on": f"{datetime.now():%Y-%m-%d}", "rounds": rounds, "machine": machine,
        "kpis": found[-1].pop("kpis"), **summed_up([{key: one[key] for key in one if key != "kpis"} for one in found]),
    }  # fmt: skip


def summed_up(sizes: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Add to measured sizes, smallest first, their ratios, how costs grow, and what a further row costs."""
    rows = [one["rows"] for one in sizes]
    first, last = sizes[0], sizes[-1]
    return {
        "sizes": [
            {**one, "ratio": {cost: round(one["pipeline"][cost] / one["floor"][cost], 2) for cost in COSTS}}
            for one in sizes
        ],
        "growth": {
            side: {cost: fit_growth(rows, [one[side][cost] for one in sizes]).record for cost in COSTS}
            for side in ("pipeline", "floor")
        },
        "marginal": {
            cost: round(
                (last["pipeline"][cost] - first["pipeline"][cost]) / (last["floor"][cost] - first["floor"][cost]), 2
            )
            for cost in ("wall_s", "cpu_s")
        },
    }


def begun_parts(log: str) -> Iterator[tuple[str, float]]:
    """Yield the parts of a run with the seconds since 1970 at which its log says that they begin."""
    for line in log.splitlines():
        stamp, _, said = line.partition(" INFO ")
        part = _PARTS.get(said.rpartition(" / ")[2])
        if part:
            yield part, datetime.strptime(stamp, "%Y-%m-%d %H:%M:%S,%f").timestamp()


def _measured_size(work: Path, size: float, rounds: int) -> dict[str, Any]:
    """Make the sample, run both in turn, and hold their figures against each other once."""
    work.mkdir()
    inbox = work / "inbox"
    louyu = [sys.executable, "-m", "cli.main"]
    keys = {"LOUYU_KEY_FILE": str(work / "keys.json"), "PYTHONPATH": str(PROJECT)}
    told = _output(
        [*louyu, "sample", "--scale", "city", "--districts", "1", "--fraction", f"{size:g}", "--out", str(inbox),
         "--format", "json"], keys,
    )  # fmt: skip
    rows = json.loads(told)["rows"]
    _say(f"{size:g}: {sum(rows.values()):,} rows")
    floor = [sys.executable, "-m", "benchmarks.floor", str(inbox / _DISTRICT), "--json"]
    floors, pipelines = [], []
    for number in range(rounds):
        home = work / f"home{number}"
        floors.append(measure(floor, work / "floor.log", keys | {"POLARS_MAX_THREADS": "2"}))
        _say(f"{size:g}: floor {floors[-1].cost.wall:.2f} s")
        command = [*louyu, "run", "--inbox", str(inbox / _DISTRICT), "--home", str(home)]
        pipelines.append((measure(command, work / "run.log", keys), home))
        _say(f"{size:g}: pipeline {pipelines[-1][0].cost.wall:.1f} s")
    compared = subprocess.run(
        [*floor[:-1], "--home", str(pipelines[-1][1]), "--differences"],
        check=False, capture_output=True, text=True, env={**os.environ, **keys},
    )  # fmt: skip
    if compared.returncode:
        raise FiguresDifferError(compared.stdout + compared.stderr)
    stages = [json.loads(one.output.splitlines()[-1]) for one in floors]
    return {
        "fraction": size, "rows": sum(rows.values()), "rows_by_feed": rows, "figures": stages[0]["figures"],
        "kpis": stages[0]["kpis"],
        "floor": {
            **_median([one.cost.record for one in floors]),
            "stages": _median([one["seconds"] for one in stages]),
        },
        "pipeline": {
            **_median([one.cost.record for one, _ in pipelines]),
            "parts": _median_parts([_parts(one, home) for one, home in pipelines]),
        },
    }  # fmt: skip


def _parts(run: Measured, home: Path) -> dict[str, dict[str, float]]:
    log = (home / "logs" / "louyu.log").read_text(encoding="utf-8")
    return {part: cost.record for part, cost in run.parts(list(begun_parts(log))).items()}


def _median(records: Sequence[dict[str, float]]) -> dict[str, float]:
    return {name: round(statistics.median(one[name] for one in records), 3) for name in records[0]}


def _median_parts(rounds: Sequence[dict[str, dict[str, float]]]) -> dict[str, dict[str, float]]:
    return {part: _median([one[part] for one in rounds]) for part in rounds[0]}


def _output(command: Sequence[str], environment: dict[str, str]) -> str:
    done = subprocess.run(command, check=True, capture_output=True, text=True, env={**os.environ, **environment})
    return done.stdout


def _machine() -> dict[str, Any]:
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    return {
        "cpus": os.cpu_count(), "memory_gib": round(memory), "load_before": round(os.getloadavg()[0], 1),
        "python": platform.python_version(),
        **{name: importlib.metadata.version(name) for name in ("polars", "duckdb")},
    }  # fmt: skip


def _sizes(text: str) -> tuple[float, ...]:
    """Read sizes, smallest first."""
    return tuple(sorted({float(part) for part in text.split(",")}))


def _listed(sizes: Sequence[float]) -> str:
    return ",".join(f"{size:g}" for size in sizes)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
