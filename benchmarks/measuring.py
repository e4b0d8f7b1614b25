"""What a command costs: wall time, CPU time and peak memory of its process and of all that it starts (Linux)."""

import os
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

_EVERY = 0.05
"""Seconds between two looks at the processes."""

_TICK, _PAGE = os.sysconf("SC_CLK_TCK"), os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, slots=True)
class Sample:
    """The processes of a command at a moment: seconds since 1970, CPU seconds so far, bytes resident now."""

    at: float
    cpu: float
    memory: int


@dataclass(frozen=True, slots=True)
class Cost:
    """Wall and CPU in seconds, memory in MiB: the largest sum over the processes that live at one time."""

    wall: float
    cpu: float
    memory: float

    @property
    def record(self) -> dict[str, float]:
        """Return what is written into a report."""
        return {"wall_s": round(self.wall, 3), "cpu_s": round(self.cpu, 3), "peak_mib": round(self.memory, 1)}


@dataclass(frozen=True, slots=True)
class Measured:
    """A command that ended well."""

    cost: Cost
    samples: Sequence[Sample]
    output: str

    def parts(self, starts: Sequence[tuple[str, float]]) -> dict[str, Cost]:
        """Divide the cost among parts that begin at the moments given; a part named again is added to."""
        if not self.samples:
            return {}
        first, last = self.samples[0].at, self.samples[-1].at
        spans = [("start", first), *starts, ("", last)]
        found: dict[str, Cost] = {}
        for (name, begin), (_, end) in pairwise(spans):
            inside = [one for one in self.samples if begin <= one.at <= end]
            spent = inside[-1].cpu - inside[0].cpu if inside else 0.0
            most = max((one.memory for one in inside), default=0) / 2**20
            before = found.get(name, Cost(0, 0, 0))
            found[name] = Cost(before.wall + end - begin, before.cpu + spent, max(before.memory, most))
        return found


def measure(
    command: Sequence[str],
    log: Path,
    environment: Mapping[str, str] | None = None,
    looked: Callable[[Sequence[Sample]], None] = lambda _: None,
) -> Measured:
    """Run a command to its end, with its output in ``log``. Raises CalledProcessError where it fails.

    ``looked`` is told all looks at its processes so far, after each of them.
    """
    begin = time.perf_counter()
    samples: list[Sample] = []
    with log.open("w+", encoding="utf-8") as output:
        running = subprocess.Popen(
            command, stdout=output, stderr=subprocess.STDOUT, env={**os.environ, **(environment or {})}
        )
        while True:
            found, status, used = os.wait4(running.pid, os.WNOHANG)
            if found:
                break
            samples.append(_look(running.pid))
            looked(samples)
            time.sleep(_EVERY)
        wall = time.perf_counter() - begin
        running.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        told = output.read()
    if running.returncode:
        raise subprocess.CalledProcessError(running.returncode, command, told[-2_000:])
    largest = max([*(one.memory for one in samples), used.ru_maxrss * 1024])
    return Measured(Cost(wall, used.ru_utime + used.ru_stime, largest / 2**20), samples, told)


def _look(pid: int) -> Sample:
    cpu, memory = 0, 0
    for one in _family(pid):
        # a process may end while it is looked at
        with suppress(OSError):
            stat = Path(f"/proc/{one}/stat").read_text(encoding="utf-8", errors="replace")
            fields = stat[stat.rindex(")") + 2 :].split()
            cpu += sum(int(fields[place]) for place in (11, 12, 13, 14))
            memory += int(fields[21]) * _PAGE
    return Sample(time.time(), cpu / _TICK, memory)


def _family(pid: int) -> list[int]:
    """Return a process and its descendants."""
    found = [pid]
    for one in found:
        with suppress(OSError):
            for task in Path(f"/proc/{one}/task").iterdir():
                with suppress(OSError):
                    found += map(int, (task / "children").read_text(encoding="ascii").split())
    return found
