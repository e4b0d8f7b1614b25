"""Names of files as they may be kept, shown and told apart; what is odd about them (SPEC 4.1, 5; B-SEC-04)."""

import os
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from common.masking import mask, without_personal_data

_UNSAFE = re.compile(r"[^\w.()（）\-—]+")
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
"""Characters that are not seen and change what is: line ends, escapes, marks that turn the direction of writing."""

_ODD_NAME = re.compile(r"[\\/:*?\"<>|\ufffd]|\.\.|^[.~-]")
_LONGEST_NAME = 200


def shown(name: str) -> str:
    """Return a file name, or a path, as text that may be kept and shown: personal data in it are masked.

    Bytes that are no UTF-8 were written by an older system, in GB18030. For characters that are not seen stands
    \ufffd (B-SEC-04).
    """
    raw = os.fsencode(name)
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        text = raw.decode("gb18030", errors="replace")
    return "/".join(map(_without_persons, _UNSEEN.sub("\ufffd", text).split("/")))


def _without_persons(name: str) -> str:
    stem, dot, suffix = name.rpartition(".")
    # what follows the last dot may be the end of an address
    if not dot or mask(name).places > mask(stem).places:
        return without_personal_data(name)
    return without_personal_data(stem) + dot + without_personal_data(suffix)


def is_odd_name(name: str) -> bool:
    """Tell whether a file name holds what no name of a file should: path parts, hidden characters, undue length."""
    return len(name) > _LONGEST_NAME or _UNSEEN.search(name) is not None or _ODD_NAME.search(name) is not None


def entry_names(paths: Sequence[str]) -> list[str]:
    """Return the names by which the files of an archive are told apart: with folders where two are called alike."""
    parts = [[part for part in path.split("/") if part.strip(".")] or ["file"] for path in paths]
    last = Counter(names[-1] for names in parts)
    named = [shown(_fitting("/".join(names if last[names[-1]] > 1 else names[-1:]))) for names in parts]
    times = Counter(named)
    return [f"{number}_{name}" if times[name] > 1 else name for number, name in enumerate(named, start=1)]


def is_odd_entry(path: str) -> bool:
    """Tell whether a path in an archive leads out of it, or ends in an odd name (B-SEC-04)."""
    *folders, last = path.split("/")
    return ".." in folders or not all(folders) or is_odd_name(last)


def _fitting(name: str) -> str:
    """Return a name without its middle where it is too long; its ending says what it is."""
    if len(name) <= _LONGEST_NAME:
        return name
    masked = without_personal_data(name)
    return f"{masked[: _LONGEST_NAME // 2]}…{masked[-_LONGEST_NAME // 4 :]}"


def safe_name(name: str) -> str:
    """Return a file name without path parts, control characters or undue length (B-SEC-04)."""
    plain = _UNSAFE.sub("_", Path(name).name).lstrip(".") or "file"
    stem, dot, suffix = plain.rpartition(".")
    return f"{_short(stem, 160)}{dot}{_short(suffix, 20)}" if dot else _short(plain, 160)


def _short(text: str, size: int) -> str:
    """Return the beginning of a text that takes at most so many bytes: a file system counts bytes, not characters."""
    return text.encode()[:size].decode(errors="ignore")
