"""Child processes that work under a bound of memory and of time (SPEC 5, B-FIL-06; DESIGN 6, hostile files).

A parser is other people's code fed with other people's bytes. What it does to its process (panic, hang, eat all
memory, die) must stay there: the process is ended and replaced, and only the piece of work that it had fails.
"""

import multiprocessing
import os
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, Generic, Literal, TypeVar

from common.machine import environment, threads

Job = TypeVar("Job")
Result = TypeVar("Result")

_GIB = 1 << 30
_LARGE = 32 << 20
"""Bytes; work on so many is worth all processors."""

_LOOK_EVERY = 0.05
"""Seconds; memory fills at a few GiB per second at most, so little more than the bound is ever in use."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a piece of work may use, by the size in bytes of what it works on."""

    memory: int = _GIB
    """Bytes beyond what the process had before, and beyond the data themselves."""
    seconds: float = 120.0
    seconds_per_mib: float = 2.0

    def memory_for(self, size: int) -> int:
        # a workbook unpacks to about ten times its size; delimited text is never in memory as a whole
        return self.memory + min(8 * size, self.memory)

    def seconds_for(self, size: int) -> float:
        return self.seconds + self.seconds_per_mib * size / (1 << 20)


@dataclass(frozen=True, slots=True)
class Failed(Generic[Job]):
    """A piece of work that did not come to an end, and what ended it."""

    job: Job
    why: Literal["memory", "time", "died"]
    exit_code: int | None = None


class Workers:
    """Some child processes, started when first needed and afresh, not forked: a fork of threads may never wake."""

    def __init__(self, count: int, limits: Limits | None = None) -> None:
        self._count = count
        self._limits = limits or Limits()
        self._idle: dict[bool, list[_Worker]] = {False: [], True: []}
        """By whether they are for large pieces of work."""

    def map(
        self, work: Callable[[Job], Result], jobs: Sequence[Job], size: Callable[[Job], int]
    ) -> Iterator[Result | Failed[Job]]:
        """Do all jobs, several at a time, and give each outcome when it is there, in no order.

        An exception that ``work`` raises is raised here. A process that dies by itself gets a second chance, in
        case that something else on the machine killed it.
        """
        waiting = deque((job, 1) for job in jobs)
        busy: dict[_Worker, tuple[Job, int]] = {}
        try:
            while waiting or busy:
                while waiting and len(busy) < self._count:
                    job, chances = waiting.popleft()
                    is_large = size(job) >= _LARGE
                    idle = self._idle[is_large]
                    worker = idle.pop() if idle else _Worker(is_large)
                    busy[worker] = job, chances
                    worker.give(work, job, self._limits, size(job))
                wait([worker.connection for worker in busy], timeout=_LOOK_EVERY)
                for worker in list(busy):
                    outcome = worker.look()
                    if outcome is None:
                        continue
                    job, chances = busy.pop(worker)
                    if isinstance(outcome, _Done):
                        self._idle[worker.is_large].append(worker)
                        yield outcome.result()
                    elif outcome == "died" and chances:
                        worker.end()
                        waiting.append((job, chances - 1))
                    else:
                        worker.end()
                        yield Failed(job, outcome, worker.exit_code)
        finally:
            for worker in busy:
                worker.end()

    def close(self) -> None:
        """End all processes."""
        for idle in self._idle.values():
            while idle:
                idle.pop().end()


@dataclass(frozen=True, slots=True)
class _Done:
    value: Any
    error: BaseException | None = None

    def result(self) -> Any:
        if self.error is not None:
            raise self.error
        return self.value


class _Worker:
    """One child process, and what it may use for the work that it has."""

    def __init__(self, is_large: bool) -> None:
        self.is_large = is_large
        context = multiprocessing.get_context("spawn")
        self.connection, theirs = context.Pipe()
        self.process: BaseProcess = context.Process(target=_serve, args=(theirs,), daemon=True)
        # many small pieces are done side by side already; a process inherits what it is to know before it begins
        with environment(POLARS_MAX_THREADS=str(threads() if is_large else 1), _RJEM_MALLOC_CONF=_KEPT_FOR_THE_NEXT):
            self.process.start()
        theirs.close()
        self._memory = 0
        self._deadline = 0.0

    @property
    def exit_code(self) -> int | None:
        return self.process.exitcode

    def give(self, work: Callable[[Any], Any], job: object, limits: Limits, size: int) -> None:
        self._memory = max(_resident(self.process.pid), _START) + limits.memory_for(size)
        self._deadline = time.monotonic() + limits.seconds_for(size)
        self.connection.send((work, job))

    def look(self) -> _Done | Literal["memory", "time", "died"] | None:
        """Return what has become of the work; None while it goes on."""
        try:
            if self.connection.poll():
                value, error = self.connection.recv()
                return _Done(value, error)
        except (EOFError, OSError):
            return "died"
        if not self.process.is_alive():
            return "died"
        if _resident(self.process.pid) > self._memory:
            return "memory"
        return "time" if time.monotonic() > self._deadline else None

    def end(self) -> None:
        self.process.kill()
        self.process.join()
        self.connection.close()


_KEPT_FOR_THE_NEXT = "dirty_decay_ms:10000,muzzy_decay_ms:10000"
"""The memory that polars lets go of is wanted again by the next column, and costs a tenth of the time to ask for."""

_START = 256 << 20
"""What a process has in memory once it has loaded its libraries."""


def _resident(pid: int | None) -> int:
    """Return the bytes of memory that a process has in use; 0 where the system does not say."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        return 0


def _serve(connection: Connection) -> None:
    """Work for as long as there is somebody to work for.

    What a parser prints while it fails may quote a cell and is nobody's to read; what became of it is told apart.
    """
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    while True:
        try:
            work, job = connection.recv()
        except (EOFError, OSError):
            return
        value, error = None, None
        try:
            value = work(job)
        except Exception as raised:
            error = raised
        connection.send((value, error))
