"""The log of what was done with releases: lines that are only ever added, each holding the hash of the one before.

``releases/audit.jsonl`` is the truth about every act; ``releases/audit.head`` names its last line, so that lines cut
off the end are missed too. A kill between the two leaves the log one line ahead, and a kill within a line leaves one
without a line end, which was never said; the next act mends both.
"""

import getpass
import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from common.clock import now, stamp
from common.files import canonical, digest, write_json
from common.home import Home
from publish.life.exact import Mismatch, read_exact, shaped
from publish.life.states import Event

LOG, HEAD = "audit.jsonl", "audit.head"
NOTHING = "0" * 64
"""What stands for the line before the first."""
_KEYS = {"seq", "at", "who", "event", "release_id", "state", "root", "details", "previous"}

Entry = Mapping[str, Any]


def entry_hash(entry: Entry) -> str:
    """Return the hash by which the next line names this one."""
    return digest(canonical(entry))


def head_of(entries: Sequence[Entry]) -> str:
    """Return the hash of a log's last line."""
    return entry_hash(entries[-1]) if entries else NOTHING


def read_log(releases: Path) -> list[Entry]:
    """Read the log beside the releases; raises Mismatch naming the first line that cannot be or that breaks the chain.

    Each line must be the one text of what it says, so no byte of it can change unnoticed.
    """
    path = releases / LOG
    if not path.exists():
        return []
    whole, _, _ = path.read_bytes().rpartition(b"\n")
    entries: list[Entry] = []
    for number, line in enumerate(whole.split(b"\n") if whole else [], start=1):
        name = f"{LOG} ({number})"
        with shaped(name):
            entry = json.loads(line)
            if canonical(entry) != line or set(entry) != _KEYS:
                raise ValueError("not as written")
        if entry["seq"] != number or entry["previous"] != head_of(entries):
            raise Mismatch(
                f"{LOG} 第{number}条与前一条不相接,有记录被改动、删除或调换",
                f"line {number} of {LOG} does not follow the one before: a line was altered, removed or moved",
            )
        entries.append(entry)
    return entries


def check_head(releases: Path, entries: Sequence[Entry]) -> None:
    """Check that the log still ends where it ended; raises Mismatch where its last lines are missing or other ones."""
    if not (releases / HEAD).exists() and len(entries) <= 1:
        return
    head = read_exact(releases / HEAD, HEAD)
    with shaped(HEAD):
        seq, said = int(head["seq"]), str(head["sha256"])
        if set(head) != {"seq", "sha256"} or seq < 1:
            raise ValueError("head")
    if not len(entries) - 1 <= seq <= len(entries) or entry_hash(entries[seq - 1]) != said:
        raise Mismatch(
            f"{LOG} 的末尾与 {HEAD} 不符,有记录被截去或改动",
            f"the end of {LOG} is not what {HEAD} says: lines were cut off or altered",
        )


def append(
    home: Home, event: Event | str, *, release_id: str | None = None, state: str | None = None, root: str | None = None,
    who: str | None = None, details: Mapping[str, Any] | None = None,
) -> Entry:  # fmt: skip
    """Add a line to the log; it is on the disk before this returns, and this is the act itself.

    Raises Mismatch, and adds nothing, where the log is not whole.
    """
    entries = read_log(home.releases)
    check_head(home.releases, entries)
    entry: Entry = {
        "seq": len(entries) + 1, "at": stamp(now()), "who": who or this_user(), "event": event,
        "release_id": release_id, "state": state, "root": root, "details": dict(details or {}),
        "previous": head_of(entries),
    }  # fmt: skip
    home.releases.mkdir(parents=True, exist_ok=True)
    with (home.releases / LOG).open("a+b") as file:
        file.seek(0)
        content = file.read()
        file.truncate(content.rfind(b"\n") + 1)
        file.write(canonical(entry) + b"\n")
        file.flush()
        os.fsync(file.fileno())
    write_json(home.releases / HEAD, {"seq": entry["seq"], "sha256": entry_hash(entry)})
    return entry


def this_user() -> str:
    """Return the name of whoever runs this process, or the number where it has none."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return str(os.getuid())
