"""Files that are either whole or absent, and hashes that mean the same thing everywhere."""

import hashlib
import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


@contextmanager
def in_place_of(path: Path, mode: int = 0o644) -> Iterator[Path]:
    """Give a file beside ``path`` to be written, which takes its place at the end, or is removed where that fails.

    So a reader sees the old content or the new, never a part. What a killed process leaves begins with a dot.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    # two processes may write the same file at a time, each its own
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:_KEPT_OF_NAME]}.", suffix=".tmp")
    os.close(handle)
    fresh = Path(name)
    try:
        yield fresh
        fresh.chmod(mode)
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)


_KEPT_OF_NAME = 40
"""Characters; a name may be as long as the system allows already."""


def write_bytes(path: Path, content: bytes, mode: int = 0o644) -> None:
    """Write ``path`` as :func:`in_place_of` does, so that not even a crash of the machine leaves a part."""
    with in_place_of(path, mode) as fresh, fresh.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def canonical(value: Any) -> bytes:
    """Return the one JSON text of ``value``: sorted keys, no blanks, UTF-8."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str).encode()


def pretty(value: Any) -> bytes:
    """Return ``value`` as indented JSON that people read, with a line end."""
    return (json.dumps(value, ensure_ascii=False, indent=2, default=str) + "\n").encode()


def write_json(path: Path, value: Any, mode: int = 0o644) -> None:
    """Write ``value`` as :func:`pretty` says it, atomically."""
    write_bytes(path, pretty(value), mode)


def read_json(path: Path) -> Any:
    """Read a JSON file written by :func:`write_json`."""
    return json.loads(path.read_text(encoding="utf-8"))


def digest(content: bytes) -> str:
    """Return the sha256 of ``content`` as hexadecimal text."""
    return hashlib.sha256(content).hexdigest()


def file_digest(path: Path) -> str:
    """Return the sha256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def tree_digest(root: Path, patterns: tuple[str, ...]) -> str:
    """Return one sha256 over the relative names and bytes of the files below ``root`` that fit ``patterns``."""
    paths = sorted({path for pattern in patterns for path in root.glob(pattern) if path.is_file()})
    return digest(canonical([[path.relative_to(root).as_posix(), file_digest(path)] for path in paths]))
