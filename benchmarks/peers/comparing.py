"""A peer run under its limits, and its figures beside the pipeline's."""

import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.floor import compare
from benchmarks.floor.vocabulary import PROJECT
from benchmarks.measuring import Cost, LimitPassedError, Limits, measure
from benchmarks.peers.environments import CACHE, python_of
from benchmarks.peers.figures import read

PEERS: Mapping[str, str] = {"pandas": "benchmarks.peers.pandas_gx", "postgres": "benchmarks.peers.dbt_postgres"}
"""The module that does each peer's work, given an inbox, a home, a folder to work in and a file for its figures."""

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
    def record(self) -> dict[str, Any]:
        """Return what is written into a report."""
        return {
            "peer": self.peer, "finished": not self.unfinished, "why_not": self.unfinished or None,
            **(self.cost.record if self.cost else {}),
            "stages": {name: round(spent, 3) for name, spent in self.stages.items()},
            "figures_compared": self.compared, "figures_differing": len(self.differing),
            "differing": list(self.differing[:_SHOWN]),
        }  # fmt: skip


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
            cost = measure(command, log, {"PYTHONPATH": str(PROJECT), "TMPDIR": scratch}, limits).cost
    except LimitPassedError as error:
        return Outcome(peer, error.cost, unfinished=f"did not finish: {error.limit}")
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
