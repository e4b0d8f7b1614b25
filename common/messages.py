"""A message is always said twice, in Chinese and in English, from the same facts."""

import re
from dataclasses import dataclass
from typing import Literal

Language = Literal["zh", "en"]

_PREFIX = re.compile(r"[A-Z][A-Z0-9-]+: ")


@dataclass(frozen=True, slots=True)
class Message:
    """One statement in the two languages of the product."""

    zh: str
    en: str

    def say(self, language: Language) -> str:
        """Return the text in ``language``."""
        return self.zh if language == "zh" else self.en


def from_note(note: str) -> Message:
    """Read a note that holds both languages, such as ``G-DEF: 口径未批准 / its definition is not approved``.

    A prefix up to the first colon that names a gate or rule belongs to both.
    """
    prefix = _PREFIX.match(note)
    shared = prefix[0] if prefix else ""
    zh, _, en = note[len(shared) :].partition(" / ")
    return Message(f"{shared}{zh}", f"{shared}{en or zh}")


class LouyuError(Exception):
    """A failure that a person can act on: what happened, where, and what to do, in both languages."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.message = Message(zh, en)

    def __reduce__(self) -> tuple[type["LouyuError"], tuple[str, str]]:
        """Let a worker process hand the failure over with both its texts."""
        return LouyuError, (self.message.zh, self.message.en)
