"""A peer run under its limits over a district or a city, and its figures beside the pipeline's."""

import subprocess
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from benchmarks.floor import compare
from benchmarks.floor.vocabulary import PROJECT
from benchmarks.measuring import Cost, LimitPassedError, Limits, measure
from benchmarks.peers.environments import CACHE, python_of
from benchmarks.peers.figures import read
from benchmarks.report import FINISHED
from benchmarks.running import Record
from common.home import district_folders

PEERS: Mapping[str, str] = {"pandas": "benchmarks.peers.pandas_gx", "postgres": "benchmarks.peers.dbt_postgres"}
"""The module that does each peer's work, given an inbox, a home, a folder to work in and a file for its figures."""

NAMES: Mapping[str, str] = {"pandas": "pandas with Great Expectations", "postgres": "dbt-postgres on PostgreSQL"}

LIMITS = Limits(seconds=30 * 60, memory=20 * 2**30)
_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a peer."""

    peer: str
    cost: Cost | None = None
    stages: Mapping[str, float] = field(default_factory=dict)
    """Seconds of wall by stage."""
    compared: int = 0
    differing: Sequence[str] = ()
    """The figures that are not the pipeline's."""
    unfinished: str = ""
    """Why it did not finish; its cost is then what it had taken."""

    @property
    def record(self) -> Record:
        """Return what is written into a report."""
        return {
            "name": NAMES[self.peer], "status": "not finished" if self.unfinished else FINISHED,
            "reason": self.unfinished, **(self.cost or Cost(0, 0, 0)).record,
            "stages": {name: round(spent, 3) for name, spent in self.stages.items()},
            "compared": self.compared, "differing": len(self.differing),
            "differences": list(self.differing[:_SHOWN]),
        }  # fmt: skip


def unfinished(peer: str, reason: str) -> Record:
    """Return the record of a peer that was not run, since it did not finish less."""
    return Outcome(peer, unfinished=reason).record


def measure_city(peer: str, city: Path, homes: Path, work: Path) -> Record:
    """Do a peer's work over the districts of a city, one after another, under the limits of one piece of work."""
    found: list[Outcome] = []
    for code, inbox in sorted(district_folders(city).items()):
        taken = sum(one.cost.wall for one in found if one.cost)
        found.append(measure_peer(peer, inbox, homes / code, work / code, replace(LIMITS, taken=taken)))
        if found[-1].unfinished:
            break
    costs = [one.cost for one in found if one.cost]
    most = max((one.memory for one in costs), default=0)
    stages = Counter[str]()
    for one in found:
        stages.update(one.stages)
    return Outcome(
        peer,
        Cost(sum(one.wall for one in costs), sum(one.cpu for one in costs), most),
        stages,
        sum(one.compared for one in found),
        [line for one in found for line in one.differing],
        found[-1].unfinished,
    ).record


def measure_peer(
    peer: str, inbox: Path, home: Path, work: Path, limits: Limits = LIMITS, cache: Path = CACHE
) -> Outcome:
    """Do a peer's work over an inbox of which ``home`` is the pipeline's; ``work`` is a folder for what it needs.

    Whatever becomes of the peer is an outcome; the environment is made before anything is measured.
    """
    work.mkdir(parents=True, exist_ok=True)
    figures, log = work / f"{peer}.json", work / f"{peer}.log"
    try:
        python = python_of(peer, cache)
    except subprocess.CalledProcessError as error:
        return Outcome(peer, unfinished=f"no environment: {_end_of(error.stderr)}")
    command = [str(python), "-W", "ignore", "-m", PEERS[peer], str(inbox), str(home), str(work / peer), str(figures)]
    try:
        # what a peer that is killed leaves behind goes with this folder, which its server must be able to enter
        with tempfile.TemporaryDirectory(prefix="louyu-peer-") as scratch:
            Path(scratch).chmod(0o711)
            cost = measure(command, log, {"PYTHONPATH": str(PROJECT), "TMPDIR": scratch}, limits=limits).cost
    except LimitPassedError as error:
        return Outcome(peer, error.cost, unfinished=f"more than {error.limit}")
    except subprocess.CalledProcessError as error:
        return Outcome(peer, unfinished=f"failed: {_end_of(error.output)}")
    done = read(figures)
    compared = compare(done, home)
    return Outcome(
        peer, cost, done.seconds, len(compared),
        [f"{one.key}: {one.floor} ≠ {one.pipeline}" for one in compared if not one.agrees],
    )  # fmt: skip


def _end_of(text: str | None) -> str:
    return (text or "").strip()[-500:]
