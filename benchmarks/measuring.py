"""What a command costs: wall time, CPU time and peak memory of its process and of all that it starts (Linux)."""

import math
import os
import signal
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


@dataclass(frozen=True, slots=True)
class Limits:
    """What a command may take: wall time in seconds, and bytes resident over all its processes."""

    seconds: float = math.inf
    memory: float = math.inf
    taken: float = 0
    """The part of the seconds that earlier commands of the same work took."""

    def passed(self, seconds: float, memory: int) -> str:
        """Say which of the limits is passed, or nothing."""
        if self.taken + seconds > self.seconds:
            return f"{self.seconds / 60:g} min"
        return f"{self.memory / 2**30:g} GiB" if memory > self.memory else ""


class LimitPassedError(Exception):
    """A command took more than it may, and was ended with all that it started."""

    def __init__(self, limit: str, cost: Cost):
        super().__init__(limit)
        self.limit = limit
        self.cost = cost


_NO_LIMITS = Limits()


def measure(
    command: Sequence[str],
    log: Path,
    environment: Mapping[str, str] | None = None,
    *,
    limits: Limits = _NO_LIMITS,
    looked: Callable[[Sequence[Sample]], None] = lambda _: None,
) -> Measured:
    """Run a command to its end, with its output in ``log``.

    ``looked`` is told all looks at its processes so far, after each of them. Raises CalledProcessError where it fails,
    and LimitPassedError where it takes more than it may.
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
            if limit := limits.passed(time.perf_counter() - begin, samples[-1].memory):
                _end(running)
                most = max(one.memory for one in samples) / 2**20
                raise LimitPassedError(limit, Cost(time.perf_counter() - begin, samples[-1].cpu, most))
            time.sleep(_EVERY)
        wall = time.perf_counter() - begin
        running.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        told = output.read()
    if running.returncode:
        raise subprocess.CalledProcessError(running.returncode, command, told[-2_000:])
    largest = max([*(one.memory for one in samples), used.ru_maxrss * 1024])
    return Measured(Cost(wall, used.ru_utime + used.ru_stime, largest / 2**20), samples, told)


def _end(running: subprocess.Popen[bytes]) -> None:
    """Kill a process and its descendants, those first found stopped so that none starts another meanwhile."""
    family: list[int] = []
    while further := [one for one in _family(running.pid) if one not in family]:
        for one in further:
            with suppress(ProcessLookupError):
                os.kill(one, signal.SIGSTOP)
        family += further
    for one in family:
        with suppress(ProcessLookupError):
            os.kill(one, signal.SIGKILL)
    running.wait()


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
