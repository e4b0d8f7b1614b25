"""What the machine offers to this process, and what this process tells its children."""

import gc
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

WAREHOUSE_MEMORY = "LOUYU_WAREHOUSE_MEMORY"
"""The environment variable that tells a child of its part of the memory."""
WAREHOUSE_THREADS = "LOUYU_WAREHOUSE_THREADS"
"""The environment variable that tells a child of its part of the processors."""
_ENOUGH = 3 << 30
Item = TypeVar("Item")
Result = TypeVar("Result")


def threads() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 2


def memory() -> int:
    """Return the bytes of memory that this process may use: the machine's, or what its control group is given."""
    found = [os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")]
    for limit in (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory/memory.limit_in_bytes")):
        told = limit.read_text(encoding="ascii").strip() if limit.is_file() else ""
        found += [int(told)] if told.isdigit() else []
    return min(found)


def warehouse_memory(runs: int = 1) -> str:
    """Return how much memory the warehouse's engine may fill before it spills, as DuckDB writes it.

    A third of what there is, shared by so many ``runs`` at once; at most 3 GiB. A run of another run's is told its
    part by the environment.
    """
    return os.environ.get(WAREHOUSE_MEMORY) or f"{min(memory() // 3, _ENOUGH) // runs >> 20}MiB"


def warehouse_threads(runs: int = 1) -> int:
    """Return how many threads the warehouse's engine may set to work on one statement, shared like its memory."""
    return int(os.environ.get(WAREHOUSE_THREADS) or max(1, threads() // runs))


def warehouse_limits(runs: int = 1) -> dict[str, str]:
    """Return the environment that tells a child its part of the memory and of the processors."""
    return {WAREHOUSE_MEMORY: warehouse_memory(runs), WAREHOUSE_THREADS: str(warehouse_threads(runs))}


def side_by_side(work: Callable[[Item], Result], items: Iterable[Item]) -> list[Result]:
    """Return what ``work`` makes of each item, in their order. It pays for what lets other threads run meanwhile."""
    with ThreadPoolExecutor(threads()) as pool:
        return list(pool.map(work, items))


@contextmanager
def environment(**wanted: str) -> Iterator[None]:
    """Set some environment variables, and put them back."""
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@contextmanager
def collector_at_rest() -> Iterator[None]:
    """Let the garbage collector rest, for work that makes much and leaves little of it behind as garbage."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


@contextmanager
def answers_kept_clean() -> Iterator[None]:
    """Send what native code prints to the error stream: the output is for answers, which others parse."""
    sys.stdout.flush()
    output = os.dup(1)
    os.dup2(2, 1)
    try:
        yield
    finally:
        sys.stdout.flush()
        os.dup2(output, 1)
        os.close(output)
