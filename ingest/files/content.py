"""The bytes of a file, wherever they lie, read as far as they are needed."""

import io
import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from common.rules import Finding, Refusal


def too_long(longest: int) -> Refusal:
    """Refuse a text because of a line that no table has."""
    return Refusal(Finding("L-FIL-LIMIT", "REJECT", value=f"line > {longest >> 20} MiB"))


class Content:
    """Bytes in memory or in a file; a large file is never in memory as a whole unless somebody asks for it."""

    def __init__(self, source: bytes | Path) -> None:
        self._source = source
        self.size = len(source) if isinstance(source, bytes) else source.stat().st_size

    def open(self) -> BinaryIO:
        """Open the bytes for reading."""
        return io.BytesIO(self._source) if isinstance(self._source, bytes) else self._source.open("rb")

    def read(self, start: int = 0, size: int = -1) -> bytes:
        """Return ``size`` bytes from ``start`` on, or all that follow."""
        with self.open() as file:
            file.seek(start)
            return file.read(size)

    def parts(
        self, size: int, end: bytes = b"", first: int | None = None, longest: int | None = None
    ) -> Iterator[bytes]:
        """Give all bytes in parts of about ``size``, each but the last up to and including an ``end``.

        Raises Refusal where that would be longer than ``longest``.
        """
        with self.open() as file:
            rest, wanted = b"", first or size
            while part := file.read(wanted):
                is_last, wanted = len(part) < wanted, size
                cut = len(part) if is_last or not end else part.rfind(end) + len(end)
                if cut < len(end):
                    rest += part
                    if longest is not None and len(rest) > longest:
                        raise too_long(longest)
                    continue
                yield rest + part[:cut]
                rest = part[cut:]
            if rest:
                yield rest

    def holds(self, token: bytes) -> bool:
        """Tell whether some bytes occur."""
        before = b""
        for part in self.parts(1 << 24):
            if token in before + part:
                return True
            before = part[-len(token) :]
        return False

    @property
    def path(self) -> str | None:
        """Where the file lies; None for bytes in memory."""
        return None if isinstance(self._source, bytes) else os.fspath(self._source)
