"""The end of raw personal data: what is due, and its destruction with a tombstone in its place (SPEC 4.1, PIPL).

Pseudonymised rows, manifest, hashes and the ledger stay; builds, explanations and releases go on from them.
"""

import getpass
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path

from common.clock import now, parse_moment, stamp
from common.contracts import Feed, feeds
from common.deliveries import Delivery
from common.files import read_json, write_json
from common.home import Home
from common.ledger import Event, Ledger
from common.masking import without_personal_data
from ingest.raw import vault

_PERSONAL = ("person", "free_text", "taxpayer")


@dataclass(frozen=True, slots=True)
class Tombstone:
    """What is known of raw files that are no more: whose, how much, and who destroyed them, when and why."""

    delivery_id: str
    feed: str
    sha256: str
    files: int
    bytes: int
    """On disk, as they were kept."""
    purged_at: str
    purged_by: str
    reason: str

    def event(self) -> Event:
        """Return the destruction as an event of the ledger; it changes nothing that a build may know."""
        return Event("purge", parse_moment(self.purged_at), {"feed": self.feed}, asdict(self))


@dataclass(frozen=True, slots=True)
class Terms:
    """How many days after its receipt the raw files of a delivery are destroyed."""

    personal_days: int
    """Of feeds that hold personal data."""
    other_days: int

    def is_due(self, delivery: Delivery, at: datetime) -> bool:
        """Tell whether the time of a delivery is over."""
        days = self.personal_days if is_personal(feeds()[delivery.feed]) else self.other_days
        return delivery.received_at <= at - timedelta(days=days)


def is_personal(feed: Feed) -> bool:
    """Tell whether the raw files of a feed hold personal data: a column of class S4, or numbers of taxpayers."""
    return any(feed.class_of(column) == "S4" or column.type in _PERSONAL for column in feed.columns)


def purge(home: Home, delivery: Delivery, reason: str) -> Tombstone:
    """Destroy the raw files of a delivery. The tombstone comes first, so a killed purge is seen and finished."""
    folder = vault.raw_folder(home, delivery)
    files, size = vault.stored_size(folder)
    tombstone = Tombstone(
        delivery.id, delivery.feed, delivery.sha256, files, size, stamp(now()), getpass.getuser(),
        without_personal_data(reason),
    )  # fmt: skip
    write_json(folder / vault.TOMBSTONE, asdict(tombstone))
    _bury(home, folder, tombstone)
    return tombstone


def finish(home: Home) -> None:
    """Finish what a killed purge had begun."""
    vault.tidy(home)
    for path in sorted(home.raw.glob(f"*/*/{vault.TOMBSTONE}")):
        _bury(home, path.parent, Tombstone(**read_json(path)))


def _bury(home: Home, folder: Path, tombstone: Tombstone) -> None:
    vault.destroy(folder)
    Ledger(home.ledger).add([tombstone.event()])
