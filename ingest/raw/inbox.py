"""What lies in the inbox: files, folders of pages, and the sidecars beside them (SURFACE, Home)."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from common.clock import BEIJING, in_beijing, parse_moment
from common.contracts import feeds
from common.deliveries import Delivery, Sidecar, StoredFile
from common.files import file_digest
from common.masking import NAME, is_name, without_personal_data
from common.text import clean
from ingest.files.names import shown

SIDECAR_SUFFIX = ".meta.json"
_VERSION = re.compile(r"(?<![a-z])v(\d{1,4})(?!\d)", re.IGNORECASE)
_OFFICE = re.compile(
    r".*(?:[局委办处科室部厅院会站所队社司厂店]|中心|街道|街|镇|乡|区|市|政府|公司|集团|银行|物业|大厦|园|协会|平台|系统|热线|专班"
    r"|(?i:bureau|office|committee|commission|department|dept|station|street|cent(?:er|re)|district|desk|company|ltd|"
    r"inc|bank|agency|authority|team|hotline|platform|system)\b)\)?"
)
"""A sender up to the last word that names an office, with the bracket that closes behind it."""

_LAST_VERSION = 10**10
_NUMBERS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Arrival:
    """What one delivery consists of in the inbox: a file, or a folder of pages in their order."""

    feed: str
    path: Path
    files: tuple[Path, ...]

    @property
    def sidecars(self) -> tuple[Path, ...]:
        """Where what the sender says may stand: beside the file or the folder, and beside each page."""
        told = dict.fromkeys((self.path, *self.files))
        return tuple(path.with_name(path.name + SIDECAR_SUFFIX) for path in told)

    def is_as_recorded(self, landing: Delivery, recorded_at: datetime) -> bool:
        """Tell whether a landing would find what it found, judged without reading the files.

        They have the names, sizes and claims that it had, and nobody has changed them since it was recorded.
        """
        found = [(shown(file.name), file.stat().st_size) for file in self.files]
        if found != [(file.name, file.size) for file in landing.files] or self._modified() > recorded_at:
            return False
        said, _ = self._declared()
        return replace(landing, sidecar=said).repeats(landing)

    def landing(self, inbox: Path, feed: str | None = None) -> Delivery:
        """Read the facts of this arrival: hashes, and what the sidecar says or else the file's time."""
        said, received_at = self._declared()
        files = tuple(StoredFile(shown(file.name), file_digest(file), file.stat().st_size) for file in self.files)
        version = said.version if said.version is not None else _version_in(self.path.name)
        return Delivery(feed or self.feed, self.told_path(inbox), files, received_at, version, said)

    def told_path(self, inbox: Path) -> str:
        """Return its path below the inbox as it is kept, without names of persons."""
        return shown(self.path.relative_to(inbox).as_posix())

    def _modified(self) -> datetime:
        """When the files were changed last, to the second."""
        newest = max(file.stat().st_mtime for file in self.files)
        return datetime.fromtimestamp(newest, BEIJING).replace(microsecond=0)

    def _declared(self) -> tuple[Sidecar, datetime]:
        modified = self._modified()
        read = {file: read_sidecar(file) for file in self.sidecars if file.is_file()}
        found = [said for said in read.values() if said]
        unread = next((shown(file.name) for file, said in read.items() if said is None), None)
        if not found:
            return Sidecar(unread=unread), modified
        times = [time for said in found if (time := _moment(said.get("received_at")))]
        first = found[0]
        scope = first.get("scope")
        return Sidecar(
            sender=shown_sender(sender) if (sender := _text(first.get("sender"))) else None,
            channel=_channel(first.get("channel")),
            version=_integer(first.get("version")),
            period=_masked(first.get("period")),
            scope=_masked(json.dumps(scope, ensure_ascii=False, sort_keys=True))
            if isinstance(scope, dict | list)
            else _masked(scope),
            layout=_masked(first.get("layout")),
            unread=unread,
        ), max(times, default=modified)


def arrivals(inbox: Path) -> Iterator[Arrival]:
    """Walk the inbox: one arrival for each file, or for each folder of JSON pages of a paged feed."""
    if not inbox.is_dir():
        return
    for top in sorted(inbox.iterdir()):
        if _is_hidden(top):
            continue
        if not top.is_dir():
            if top.is_file():
                yield Arrival("", top, (top,))
            continue
        feed = feeds().get(top.name)
        for folder in [top, *sorted(path for path in top.rglob("*") if path.is_dir())]:
            files = sorted(path for path in folder.iterdir() if path.is_file() and not _is_hidden(path))
            pages = [path for path in files if path.suffix.lower() in {".json", ".jsonl"}]
            if feed and feed.paged and folder != top and pages:
                yield Arrival(top.name, folder, tuple(sorted(pages, key=_page_number)))
                files = [path for path in files if path not in pages]
            # a folder that is no feed's may be named after anybody
            yield from (Arrival(feed.id if feed else shown(top.name), file, (file,)) for file in files)


def read_sidecar(path: Path) -> dict[str, Any] | None:
    """Read a sidecar; None where there is none or it holds no JSON object."""
    try:
        said = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError):
        return None
    return said if isinstance(said, dict) else None


def shown_sender(said: str) -> str:
    """Return the office in what a sidecar names as the sender; a person is only said to be one.

    Who sent a file is asked of the office, so 财政局 张三 13800138000 is kept as 财政局.
    """
    masked = without_personal_data(said)
    office = _OFFICE.match(clean(masked))
    return office[0].strip() if office else NAME


def _is_hidden(path: Path) -> bool:
    return path.name.startswith((".", "~$")) or path.name.endswith(SIDECAR_SUFFIX)


def _page_number(path: Path) -> tuple[int, str]:
    """Order pages by the number in their name: page_2 comes before page_10."""
    numbers = _NUMBERS.findall(path.stem)
    return (int(numbers[-1]) if numbers else 0, path.name)


def _version_in(name: str) -> int:
    match = _VERSION.search(clean(name))
    return _integer(match[1]) or 0 if match else 0


def _moment(given: object) -> datetime | None:
    try:
        return in_beijing(parse_moment(str(given))) if given else None
    except (ValueError, OverflowError):
        return None


def _text(given: object) -> str | None:
    # half a surrogate pair can be written in JSON, but nowhere else
    return str(given).encode(errors="replace").decode() if given not in (None, "") else None


def _masked(given: object) -> str | None:
    text = _text(given)
    return without_personal_data(text) if text else None


def _channel(given: object) -> str | None:
    """Return the way on which a file came; by hand, a person's name may stand there."""
    masked = _masked(given)
    return NAME if masked and is_name(masked) else masked


def _integer(given: object) -> int | None:
    """Read the number of a version; what is longer is none, and may be a telephone's."""
    try:
        number = int(str(given).lstrip("vV")) if given not in (None, "") else None
    except ValueError:
        return None
    return number if number is None or abs(number) < _LAST_VERSION else None
