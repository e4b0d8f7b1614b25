"""What the machine offers to this process, and what this process tells its children."""

import os
from collections.abc import Iterator
from contextlib import contextmanager


def threads() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 2


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
