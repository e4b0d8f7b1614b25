"""A parser that panics, hangs, balloons or dies takes only its own piece of work with it (SPEC 5; DESIGN 6)."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.workers import Failed, Limits, Workers

MIB = 1 << 20


def behave(job: str) -> str:
    """Do what the job says."""
    if job == "hang":
        time.sleep(600)
    elif job == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    elif job == "exit":
        os._exit(3)
    elif job == "balloon":
        held = []
        while True:
            held.append(b"x" * (64 * MIB))
    elif job == "panic":
        os.write(2, b"panicked at 13800138000")
        os._exit(101)
    elif job == "raise":
        raise ValueError(job)
    elif job.startswith("once:"):
        marker = Path(job.removeprefix("once:"))
        if not marker.exists():
            marker.touch()
            os._exit(1)
    return job.upper()


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    bounded = Workers(2, Limits(memory=300 * MIB, seconds=15.0, seconds_per_mib=0.0))
    yield bounded
    bounded.close()


def outcomes(workers: Workers, *jobs: str) -> dict[str, str]:
    told = workers.map(behave, jobs, lambda _: 0)
    return {out.job if isinstance(out, Failed) else out.lower(): getattr(out, "why", "done") for out in told}


def test_what_breaks_its_bounds_fails_alone_and_the_rest_is_done(workers: Workers) -> None:
    jobs = ("a", "hang", "b", "die", "c", "exit", "d", "balloon", "e")
    assert outcomes(workers, *jobs) == {
        "a": "done", "b": "done", "c": "done", "d": "done", "e": "done",
        "hang": "time", "die": "died", "exit": "died", "balloon": "memory",
    }  # fmt: skip
    assert outcomes(workers, "f") == {"f": "done"}


def test_what_a_parser_prints_while_it_dies_is_not_shown(workers: Workers, capfd: pytest.CaptureFixture[str]) -> None:
    assert outcomes(workers, "panic") == {"panic": "died"}
    assert "13800138000" not in "".join(capfd.readouterr())


def test_a_process_that_something_else_killed_gets_a_second_chance(workers: Workers, tmp_path: Path) -> None:
    (outcome,) = workers.map(behave, [f"once:{tmp_path / 'marker'}"], lambda _: 0)
    assert not isinstance(outcome, Failed)


def test_an_exception_is_the_callers(workers: Workers) -> None:
    with pytest.raises(ValueError, match="raise"):
        list(workers.map(behave, ["raise"], lambda _: 0))
    assert outcomes(workers, "g") == {"g": "done"}


@pytest.mark.parametrize("size", [0, MIB, 50 * MIB, 1 << 31])
def test_the_bounds_grow_with_the_file_but_memory_not_without_end(size: int) -> None:
    limits = Limits()
    assert limits.memory <= limits.memory_for(size) <= 2 * limits.memory == 2 << 30
    assert limits.seconds_for(size) >= limits.seconds + size / MIB
