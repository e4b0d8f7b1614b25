"""What a fault is: one thing that goes wrong in one delivery of one feed, always in the same way."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from benchmarks.faults.parcel import Change, Parcel
from common.messages import Message
from sample.forms import Sheet


class Sender(Protocol):
    """Where a fault finds other deliveries of the same district."""

    def target(self, feed: str, part: str = "") -> Parcel:
        """Return the newest delivery of a feed whose name holds ``part``."""
        ...

    def before(self, parcel: Parcel) -> Parcel:
        """Return what the same feed sent before a parcel."""
        ...


Act = Callable[[Parcel, Sender], Sequence[Parcel]]
"""What is sent in place of the clean parcel: nothing, one parcel or several."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault: its name, the delivery that it befalls, and what it makes of it."""

    id: str
    feed: str
    name: Message
    act: Act
    part: str = ""
    """What the delivery's name holds, where a feed sends several in a month."""

    def sent(self, sender: Sender) -> tuple[Parcel, Sequence[Parcel]]:
        """Return the clean parcel and what is sent in its place."""
        clean = sender.target(self.feed, self.part)
        return clean, self.act(clean, sender)


def fault(id: str, zh: str, en: str, act: Act, part: str = "") -> Fault:
    """Describe a fault; the feed is the head of its id."""
    return Fault(id, id.split("-")[0].upper(), Message(zh, en), act, part)


def rows(change: Change, *, feed: str | None = None, keeps_totals: bool = False) -> Act:
    """Let a fault change the rows of the delivery."""
    return lambda parcel, _: [parcel.change(change, feed, keeps_totals=keeps_totals)]


def lines(old: str, new: str) -> Act:
    """Let a fault change a word in the lines above the header."""

    def change(sheet: Sheet) -> Sheet:
        return replace(sheet, lines=[line.replace(old, new) for line in sheet.lines])

    return lambda parcel, _: [parcel.of_sheet(change)]


def cut(share: float) -> Act:
    """Let a fault lose the end of the file."""

    def change(parcel: Parcel, _: Sender) -> list[Parcel]:
        content = parcel.encoded
        return [replace(parcel, content=content[: int(len(content) * share)])]

    return change


def nothing(parcel: Parcel, sender: Sender) -> list[Parcel]:
    """Send nothing."""
    del parcel, sender
    return []


def stale(parcel: Parcel, sender: Sender) -> list[Parcel]:
    """Send the rows of the delivery before under this one's name and title."""
    earlier = sender.before(parcel).records()
    return [parcel.change(lambda _: earlier)]
