"""JSON files in which every byte counts: what is read must be what would be written."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from common.files import pretty, read_json
from common.messages import LouyuError


class Mismatch(LouyuError):
    """The first thing about a release that does not match, with the name of its file."""


def read_exact(path: Path, name: str) -> Any:
    """Read a file as :func:`common.files.write_json` wrote it; raises Mismatch where it or a byte of it is missing."""
    if not path.is_file():
        raise Mismatch(f"缺少文件 {name}", f"{name} is missing")
    with shaped(name):
        value = read_json(path)
        if pretty(value) != path.read_bytes():
            raise ValueError("not as written")
        return value


@contextmanager
def shaped(name: str) -> Iterator[None]:
    """Turn whatever a value of the wrong shape causes into the Mismatch of its file."""
    try:
        yield
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, OSError, RecursionError):
        raise Mismatch(f"文件 {name} 已被改动,内容不合格式", f"{name} was altered: it is not as written") from None
