"""The releases of a home: folders that never change, and where the log of acts says that each of them stands."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from common.clock import parse_moment
from common.files import read_json
from common.home import Home
from common.messages import LouyuError
from publish.life.audit import Entry, read_log
from publish.life.exact import shaped
from publish.life.states import STANDING, State, since_voided

FACTS = ("release_id", "programme", "district", "as_of", "known_at", "build", "simulated", "candidate_hash", "verdicts",
         "figures", "withheld")  # fmt: skip
"""What ``public/release.json`` says of a release."""


@dataclass(frozen=True, slots=True)
class Release:
    """A release with its facts and what was done with it."""

    folder: Path
    facts: Mapping[str, Any]
    log: tuple[Entry, ...]

    @property
    def id(self) -> str:
        return self.folder.name

    @property
    def public(self) -> Path:
        return self.folder / "public"

    @property
    def sealed(self) -> Path:
        return self.folder / "sealed"

    @property
    def state(self) -> State:
        state: State = self.log[-1]["state"] if self.log else "DRAFT"
        return state

    @property
    def is_standing(self) -> bool:
        """Whether readers have its figures."""
        return self.state in STANDING

    @property
    def root(self) -> str | None:
        """The root of the hash tree that was entered when all gates had spoken."""
        return next((entry["root"] for entry in since_voided(self.log) if entry["event"] == "CHECKED"), None)

    @property
    def published_at(self) -> datetime | None:
        """The moment it was published first, if ever."""
        return self._moment("PUBLISHED")

    @property
    def withdrawn_at(self) -> datetime | None:
        return self._moment("WITHDRAWN")

    @property
    def embargo(self) -> datetime | None:
        """The moment until which it waits; None unless it waits."""
        return parse_moment(self.log[-1]["details"]["until"]) if self.state == "EMBARGOED" else None

    @property
    def is_simulated(self) -> bool:
        """Whether it is marked as simulated: by its data, by a demonstration key, or by how it was published."""
        marked = any(entry["details"].get("simulated") for entry in self.log)
        return bool(self.facts["simulated"]) or self.is_demonstration or marked

    @property
    def is_demonstration(self) -> bool:
        """Whether a demonstration key signed it."""
        return any(signature["signed"]["signer"]["simulated"] for signature in self.signatures)

    @property
    def signatures(self) -> tuple[Mapping[str, Any], ...]:
        """The signatures as they were given, in order."""
        signed = (entry for entry in since_voided(self.log) if entry["event"] == "SIGNED")
        return tuple(entry["details"]["signature"] for entry in signed)

    @property
    def subject(self) -> tuple[str, str, str]:
        """What a release is about: a later one of the same programme, district and day takes its place."""
        return self.facts["programme"], self.facts["district"], self.facts["as_of"]

    def _moment(self, event: str) -> datetime | None:
        return next((parse_moment(entry["at"]) for entry in self.log if entry["event"] == event), None)


def list_releases(home: Home) -> list[Release]:
    """Return all releases, those published first to last, then the others by id."""
    folders = sorted(path for path in home.releases.glob("*") if path.is_dir() and not path.name.startswith("."))
    log = _by_release(home.releases)
    found = [_release(folder, log.get(folder.name, [])) for folder in folders]
    return sorted(found, key=_order)


def _order(release: Release) -> tuple[bool, int, str]:
    published = next((entry["seq"] for entry in release.log if entry["event"] == "PUBLISHED"), 0)
    return published == 0, published, release.id


def find_release(home: Home, release_id: str) -> Release:
    """Return a release by its id."""
    folder = home.releases / release_id
    if not release_id or "/" in release_id or not (folder / "public").is_dir():
        known = "、".join(release.id for release in list_releases(home)) or "—"
        raise LouyuError(
            f"没有发布批次 {release_id}。现有:{known}", f"There is no release {release_id}. Known: {known}"
        )
    return read_release(folder)


def read_release(folder: Path) -> Release:
    """Read a release's facts and its log."""
    return _release(folder, _by_release(folder.parent).get(folder.name, []))


def _release(folder: Path, log: list[Entry]) -> Release:
    with shaped(f"{folder.name}/public/release.json"):
        facts = read_json(folder / "public" / "release.json")
        return Release(folder, {name: facts[name] for name in FACTS}, tuple(log))


def _by_release(releases: Path) -> Mapping[str, list[Entry]]:
    found = defaultdict(list)
    for entry in read_log(releases):
        if entry["release_id"] is not None:
            found[entry["release_id"]].append(entry)
    return found
