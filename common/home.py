"""The home folder of one installation: where everything lies, and the one lock (SURFACE, Home)."""

import json
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from common.clock import now, stamp
from common.contracts import PROJECT
from common.files import write_json
from common.messages import LouyuError, Message


@dataclass(frozen=True, slots=True)
class Home:
    """Paths below one home folder. Nothing is created by naming it."""

    root: Path

    @property
    def districts(self) -> "tuple[Home, ...]":
        """The homes within a city's, called by the six-digit codes of its districts; itself where it is no city's."""
        return tuple(map(Home, district_folders(self.root).values())) or (self,)

    @property
    def inbox(self) -> Path:
        return self.root / "inbox"

    @property
    def raw(self) -> Path:
        return self.root / "landing" / "raw"

    @property
    def rows(self) -> Path:
        return self.root / "landing" / "rows"

    @property
    def findings(self) -> Path:
        return self.root / "landing" / "findings"

    @property
    def ledger(self) -> Path:
        return self.root / "ledger"

    @property
    def warehouse(self) -> Path:
        return self.root / "warehouse"

    @property
    def candidates(self) -> Path:
        return self.warehouse / "candidate"

    @property
    def judgements(self) -> Path:
        """What was judged of each feed's deliveries, so that it is not judged again; may be deleted."""
        return self.warehouse / "judgements"

    @property
    def decisions(self) -> Path:
        """What disclosure control decided of money, so that it is not decided again; may be deleted."""
        return self.warehouse / "decisions.json"

    @property
    def releases(self) -> Path:
        return self.root / "releases"

    @property
    def published(self) -> Path:
        return self.root / "published"

    @property
    def internal(self) -> Path:
        return self.root / "internal"

    @property
    def config(self) -> Path:
        return self.root / "config"

    @property
    def layouts(self) -> Path:
        """Layouts of places that this office takes files from."""
        return self.config / "layouts"

    @property
    def signers(self) -> Path:
        """The list of those whose signatures count; no table of figures."""
        return self.config / "signers.csv"

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def dagster(self) -> Path:
        return self.root / "dagster"

    def held(self) -> Message | None:
        """Say who holds the home for writing; nothing where nobody does."""
        if not self.root.is_dir():
            return None
        try:
            with FileLock(self.root / _LOCK).acquire(timeout=0):
                return None
        except Timeout:
            return _held(self.root).message

    @contextmanager
    def writer(
        self, task: str, wait_seconds: float = 600, waiting: Callable[[Message], None] = lambda _: None
    ) -> Iterator[None]:
        """Hold the home for writing.

        The lock belongs to the process: the kernel frees it when the process dies, so a crash leaves no
        stale lock. A second writer says whom it waits for, and fails with that name when it has waited enough.
        """
        self.root.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self.root / _LOCK)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            waiting(_held(self.root).message)
            try:
                lock.acquire(timeout=wait_seconds)
            except Timeout:
                raise _held(self.root) from None
        holder = self.root / _HOLDER
        try:
            write_json(holder, {"pid": os.getpid(), "task": task, "since": stamp(now())})
            yield
        finally:
            holder.unlink(missing_ok=True)
            lock.release()


_LOCK = ".writer.lock"
_HOLDER = ".writer.json"
_DISTRICT = re.compile(r"[0-9]{6}")


def district_folders(folder: Path) -> dict[str, Path]:
    """Return what lies in a city's folder for each of its districts, by their six-digit codes."""
    inner = sorted(folder.iterdir()) if folder.is_dir() else []
    return {path.name: path for path in inner if _DISTRICT.fullmatch(path.name) and path.is_dir()}


def _held(root: Path) -> LouyuError:
    try:
        who = json.loads((root / _HOLDER).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        who = {}
    who = who if isinstance(who, dict) else {}
    task, pid, since = who.get("task", "?"), who.get("pid", "?"), who.get("since", "?")
    return LouyuError(
        f"{root} 正被另一任务使用:{task}(进程 {pid},自 {since})。请等待其结束后重试。",
        f"{root} is in use by another task: {task} (process {pid}, since {since}). Wait until it ends and try again.",
    )


def find_home(given: Path | None = None) -> Home:
    """Return the home named on the command line, else by ``LOUYU_HOME``, else ``var/`` of the checkout."""
    if given is None:
        named = os.environ.get("LOUYU_HOME")
        given = Path(named) if named else PROJECT / "var"
    return Home(given.expanduser().resolve())
