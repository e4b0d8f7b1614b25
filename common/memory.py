"""What was found before, kept by the hash of all that it rests on, so that nothing in it can go stale."""

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

from common.files import canonical, digest, write_bytes


class Memory:
    """Findings by their keys, in a file that holds those that were made use of last; it may be deleted at any time.

    What JSON does not give back as it was cannot be kept.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._before: dict[str, Any] = {}
        self._now: dict[str, Any] = {}
        # what cannot be read, or is not what was written, was not remembered
        with suppress(OSError, ValueError, TypeError, KeyError):
            told = json.loads(file.read_bytes())
            if digest(canonical(told["found"])) == told["sha256"]:
                self._before = told["found"]

    def recall(self, key: str) -> Any | None:
        """Return what was found for a key, where it was found before."""
        told = self._before.get(key)
        if told is not None:
            self._now[key] = told
        return told

    def keep(self, key: str, found: Any) -> None:
        """Remember what was found for a key."""
        self._now[key] = found

    def save(self) -> None:
        """Write what was made use of, if anything was. Who may only read a home finds everything anew each time."""
        if self._now and self._now.keys() != self._before.keys():
            with suppress(OSError):
                write_bytes(self._file, canonical({"found": self._now, "sha256": digest(canonical(self._now))}))
