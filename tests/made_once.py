"""What one worker of a test run makes and all of them use."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock


def shared(factory: pytest.TempPathFactory) -> Path:
    """The folder that the worker processes of one test run have in common."""
    base = factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


def once(note: Path, make: Callable[[], str]) -> str:
    """Return what ``make`` says of what it made; whoever asks first makes it, the others find it in the note."""
    with FileLock(f"{note}.lock"):
        if not note.exists():
            note.write_text(make(), encoding="utf-8")
        return note.read_text(encoding="utf-8")
