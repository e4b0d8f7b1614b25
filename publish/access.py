"""Who was given what: internal files when they are written, review packs when they are shown (DESIGN 2.7).

One line for each in ``internal/access.jsonl``, only added to. Whoever may open a file reads it without asking, so the
log knows which files were handed out and not who read them; modes and groups of the file system rule that.
"""

import os
from pathlib import Path
from typing import Literal

from common.clock import now, stamp
from common.files import canonical, file_digest, write_bytes
from common.home import Home
from common.messages import LouyuError
from publish.life.audit import this_user
from publish.life.verify import verify_folder
from publish.shelf import find_release

LOG = "access.jsonl"
REVIEW_FILE = "review.html"
_MODE = 0o640


def log_access(
    internal: Path, act: Literal["WRITTEN", "SHOWN", "COPIED"], audience: str, file: Path, **about: str
) -> None:
    """Add a line: when, by whom, for which audience, which file with which bytes, and of which build or release.

    It is on the disk before this returns. Raises LouyuError where it cannot be written: nothing is given unlogged.
    """
    entry = {"at": stamp(now()), "who": this_user(), "act": act, "audience": audience, "file": file.name,
             "sha256": file_digest(file), **about}  # fmt: skip
    try:
        internal.mkdir(parents=True, exist_ok=True)
        handle = os.open(internal / LOG, os.O_WRONLY | os.O_APPEND | os.O_CREAT, _MODE)
        with os.fdopen(handle, "ab") as log:
            # in one write, so that two processes never mix their lines
            log.write(canonical(entry) + b"\n")
            log.flush()
            os.fsync(log.fileno())
    except OSError as error:
        raise LouyuError(
            f"不能写入 {internal / LOG},因此不予提供:{error.strerror}",
            f"{internal / LOG} cannot be written, so nothing is handed out: {error.strerror}",
        ) from error


def show_review(home: Home, release_id: str, out: Path | None = None) -> Path:
    """Return the path of a release's review pack, or of the copy that was written to ``out``.

    Raises LouyuError where the release does not verify or has no pack.
    """
    release = find_release(home, release_id)
    path = release.sealed / REVIEW_FILE
    if (fault := verify_folder(release.folder, home).fault) is not None:
        raise LouyuError(fault.zh, fault.en)
    if not path.is_file():
        raise LouyuError(
            f"{release_id} 没有审签材料:它由较早的版本生成,请重新运行 louyu run。",
            f"{release_id} has no review pack: an earlier version made it; run louyu run again.",
        )
    log_access(home.internal, "COPIED" if out else "SHOWN", "SIGNERS", path, release_id=release_id)
    if out is None:
        return path
    write_bytes(out, path.read_bytes(), mode=0o600)
    return out
