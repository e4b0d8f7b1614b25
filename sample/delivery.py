"""A delivery: a form that somebody sends at some moment, and the sidecar that says so."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath

from common.clock import stamp
from sample.forms import Pages, Table, Workbook

DISTRICT = "石景山"


@dataclass(frozen=True, slots=True)
class Delivery:
    """What a department sends: a file, or a folder of pages."""

    feed: str
    name: str
    """The file's name, or the folder's for a pull."""
    received_at: datetime
    sender: str
    form: Callable[[], Workbook | Table | Pages]
    """Fills in the form; called once, in the process that writes it."""
    channel: str = "portal"
    version: int | None = None
    period: str | None = None

    def files(self) -> Iterator[tuple[PurePosixPath, bytes, Counter[str]]]:
        """Yield every file's path below the inbox, its bytes and the records in it, and no sidecar."""
        form, path = self.form(), PurePosixPath(self.feed, self.name)
        if isinstance(form, Pages):
            counts = form.rows
            for name, content in form.encode():
                yield path / name, content, counts
                counts = Counter()
        else:
            yield path, form.encode(), form.rows

    @property
    def sidecar(self) -> tuple[PurePosixPath, dict[str, str | int]]:
        """The sidecar's path below the inbox and what it says."""
        said = {
            "received_at": stamp(self.received_at),
            "sender": self.sender,
            "channel": self.channel,
            "version": self.version,
            "period": self.period,
        }
        path = PurePosixPath(self.feed, f"{self.name}.meta.json")
        return path, {key: value for key, value in said.items() if value is not None}


def signatures(compiler: str, reviewer: str) -> tuple[str, str, str]:
    """Return the last line of a form: who filled it in, who checked it, and the seal."""
    return f"填表人：{compiler}", f"审核人：{reviewer}", "（单位盖章）"
