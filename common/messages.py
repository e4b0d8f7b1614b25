"""A message is always said twice, in Chinese and in English, from the same facts."""

from dataclasses import dataclass
from typing import Literal

Language = Literal["zh", "en"]


@dataclass(frozen=True, slots=True)
class Message:
    """One statement in the two languages of the product."""

    zh: str
    en: str

    def say(self, language: Language) -> str:
        """Return the text in ``language``."""
        return self.zh if language == "zh" else self.en


class LouyuError(Exception):
    """A failure that a person can act on: what happened, where, and what to do, in both languages."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.message = Message(zh, en)
