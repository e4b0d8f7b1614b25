"""The pipeline beside the floor over a part of one district."""

import json
import os
import subprocess
import sys
from pathlib import Path

from benchmarks.measuring import measure
from benchmarks.running import DISTRICT, Bench, Record, median, say


def measured_size(work: Path, fraction: float, rounds: int) -> Record:
    """Make the sample, run both in turn into homes ``work/homes<n>/<code>``, and hold their figures side by side.

    Raises CalledProcessError where a command fails.
    """
    work.mkdir(parents=True)
    bench, inbox = Bench(work), work / "inbox"
    rows = bench.sample(inbox, 1, 1, fraction)
    say(f"{fraction:g} of a district: {sum(rows.values()):,} rows")
    floors, stages, pipelines = [], [], []
    for number in range(rounds):
        floor = measure(floor_command(inbox / DISTRICT), work / "floor.log", bench.environment)
        floors.append(floor.cost.record)
        stages.append(json.loads(floor.output.splitlines()[-1]))
        pipelines.append(bench.run(inbox / DISTRICT, work / f"homes{number}" / DISTRICT))
        say(f"{fraction:g} of a district: floor {floors[-1]['wall_s']:.2f} s, run {pipelines[-1]['wall_s']:.1f} s")
    return {
        "fraction": fraction, "rows": sum(rows.values()), "rows_by_feed": rows, "rounds": rounds,
        "kpis": stages[-1]["kpis"],
        **figures_compared(bench, inbox / DISTRICT, work / f"homes{rounds - 1}" / DISTRICT),
        "floor": {**median(floors), "stages": median([one["seconds"] for one in stages])},
        "pipeline": median(pipelines),
    }  # fmt: skip


def floor_command(inbox: Path) -> list[str]:
    """Return the command of the floor over one district's inbox; it prints one object."""
    return [sys.executable, "-m", "benchmarks.floor", str(inbox), "--json"]


def figures_compared(bench: Bench, inbox: Path, home: Path) -> Record:
    """Hold a home's figures against the floor's: how many were compared, and how many differ.

    Raises CalledProcessError where the floor fails for another reason than a difference.
    """
    command = [*floor_command(inbox), "--home", str(home)]
    done = subprocess.run(
        command, check=False, stdout=subprocess.PIPE, text=True, env={**os.environ, **bench.environment}
    )
    if not done.stdout:
        raise subprocess.CalledProcessError(done.returncode, command)
    told = json.loads(done.stdout)
    if told["differing"]:
        say(f"{told['differing']} figures differ: {' '.join([*command[:-3], *command[-2:], '--differences'])}")
    return {"figures": told["figures"], "differing": told["differing"]}
