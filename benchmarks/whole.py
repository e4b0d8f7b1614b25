"""Pipeline and floor over several districts of the city: ``louyu run`` over the city, two districts at once.

It goes on where it was stopped, unless the code has changed since: of a run that was ended, what the finished districts
took is kept beside them.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.measuring import Sample, measure
from benchmarks.running import LOUYU, Bench, Record, log_of, logged_parts, median, results, say
from benchmarks.sizes import figures_compared, floor_command
from common.files import read_json, write_json
from common.home import district_folders
from common.machine import threads
from warehouse.cut import code_digest

_LOOK_EVERY = 40
"""Looks at the processes between two looks at the homes: two seconds."""


@dataclass
class Progress:
    """What is finished of a city's run, kept in a file: the sessions' costs and the districts that each finished."""

    file: Path
    sessions: list[Record] = field(default_factory=list)

    @classmethod
    def of(cls, file: Path) -> "Progress":
        """Read it; nothing is finished where there is no file."""
        return cls(file, read_json(file) if file.exists() else [])

    @property
    def finished(self) -> list[str]:
        """The districts that need not be run again."""
        return [code for session in self.sessions for code in session["finished"]]

    @property
    def cost(self) -> Record:
        """The sessions together: they ran one after another."""
        return {
            "wall_s": round(sum(one["wall_s"] for one in self.sessions), 3),
            "cpu_s": round(sum(one["cpu_s"] for one in self.sessions), 3),
            "peak_mib": max(one["peak_mib"] for one in self.sessions),
            "sessions": len(self.sessions),
        }  # fmt: skip

    def keep(self, session: Record) -> None:
        """Write the session that is going on in place of what was written of it."""
        write_json(self.file, [*self.sessions, session])

    def conclude(self, session: Record) -> None:
        """End a session."""
        self.sessions.append(session)
        write_json(self.file, self.sessions)


def measured_city(work: Path, districts: int, fraction: float) -> Record:
    """Run every district, then the floor over all of them, and hold the figures of each side by side.

    Leaves the inboxes in ``work/city`` and the homes in ``work/homes``. Raises CalledProcessError where a command
    fails.
    """
    _begin(work)
    bench, city, homes = Bench(work), work / "city", work / "homes"
    rows = _sampled(bench, city, districts, fraction)
    codes = sorted(district_folders(city))
    say(f"{districts} districts at {fraction:g}: {sum(rows.values()):,} rows")
    pipeline = _pipelines(bench, city, homes, codes)
    floors = [sys.executable, "-m", "benchmarks.whole", str(city), str(work / "floors")]
    floor = measure(floors, work / "floors.log", bench.environment).cost.record
    say(f"floor of {districts} districts {floor['wall_s']:.1f} s, runs {pipeline['wall_s']:.1f} s")
    compared = {code: _compared(bench, city / code, homes / code) for code in codes}
    stages = [read_json(work / "floors" / f"{code}.json")["seconds"] for code in codes]
    return {
        "districts": districts, "fraction": fraction, "rows": sum(rows.values()), "rows_by_feed": rows,
        "figures": sum(one["figures"] for one in compared.values()),
        "differing": sum(one["differing"] for one in compared.values()),
        "floor": {**floor, "stages": median(stages)},
        "pipeline": pipeline, "by_district": compared,
    }  # fmt: skip


def _begin(work: Path) -> None:
    """Make the folder, anew where what it holds was made by other code."""
    mark, code = work / "code", code_digest()
    if not mark.exists() or mark.read_text(encoding="ascii") != code:
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir(parents=True)
        mark.write_text(code, encoding="ascii")


def _sampled(bench: Bench, city: Path, districts: int, fraction: float) -> dict[str, int]:
    told = bench.folder / "rows.json"
    if not told.exists():
        shutil.rmtree(city, ignore_errors=True)
        write_json(told, bench.sample(city, districts, 1, fraction))
    return {feed: int(rows) for feed, rows in read_json(told).items()}


def _pipelines(bench: Bench, city: Path, homes: Path, codes: Sequence[str]) -> Record:
    """Run what is not finished, and return the cost of all."""
    progress = Progress.of(bench.folder / "progress.json")
    open_codes = [code for code in codes if code not in progress.finished]
    if open_codes:
        # districts share nothing, so links to those that are left are a city too
        left = bench.folder / "left"
        shutil.rmtree(left, ignore_errors=True)
        left.mkdir()
        for code in open_codes:
            shutil.rmtree(homes / code, ignore_errors=True)
            (left / code).symlink_to((city / code).resolve())
        watch = Watch(progress, homes, open_codes)
        command = [*LOUYU, "run", "--inbox", str(left), "--home", str(homes)]
        run = measure(command, bench.folder / "run.log", bench.environment, looked=watch.look)
        progress.conclude({**run.cost.record, "finished": open_codes})
    return {
        **progress.cost, "at_once": min(threads(), len(codes)),
        "parts": median([logged_parts(log_of(homes / code)) for code in codes]),
    }  # fmt: skip


@dataclass
class Watch:
    """Keeps the cost so far whenever a district is finished."""

    progress: Progress
    homes: Path
    codes: Sequence[str]
    finished: list[str] = field(default_factory=list)

    def look(self, samples: Sequence[Sample]) -> None:
        """Look at the homes now and then."""
        if len(samples) % _LOOK_EVERY:
            return
        fresh = [code for code in self.codes if code not in self.finished and _is_done(self.homes / code)]
        if not fresh:
            return
        self.finished += fresh
        first, last = samples[0], samples[-1]
        wall, most = last.at - first.at, max(one.memory for one in samples) / 2**20
        say(f"{', '.join(fresh)} after {wall:.0f} s; {len(self.finished)} of {len(self.codes)}")
        self.progress.keep({
            "wall_s": round(wall, 3), "cpu_s": last.cpu, "peak_mib": round(most, 1), "finished": self.finished,
        })  # fmt: skip


def _is_done(home: Path) -> bool:
    """Tell whether a home has been run and has what may be released; one that is blocked is run again."""
    said = results(home)
    return bool(said) and said[-1]["state"] == "CHECKED"


def _compared(bench: Bench, inbox: Path, home: Path) -> Record:
    file = bench.folder / "compared" / f"{inbox.name}.json"
    if not file.exists():
        write_json(file, figures_compared(bench, inbox, home) | {"state": results(home)[-1]["state"]})
    return dict(read_json(file))


def floors(city: Path, out: Path) -> None:
    """Do the floor's work over every district of a city, as many at once as ``louyu run`` does."""
    found = district_folders(city)
    out.mkdir(parents=True, exist_ok=True)
    at_once = min(threads(), len(found))
    told = {**os.environ, "POLARS_MAX_THREADS": str(threads() // at_once)}

    def work(inbox: Path) -> None:
        done = subprocess.run(floor_command(inbox), check=True, stdout=subprocess.PIPE, text=True, env=told)
        write_json(out / f"{inbox.name}.json", json.loads(done.stdout))

    with ThreadPoolExecutor(at_once) as pool:
        for _ in pool.map(work, found.values()):
            pass


if __name__ == "__main__":
    given = argparse.ArgumentParser(prog="benchmarks.whole", description=floors.__doc__)
    given.add_argument("city", type=Path)
    given.add_argument("out", type=Path)
    asked = given.parse_args()
    floors(asked.city, asked.out)
