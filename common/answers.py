"""Answers to what a delivery left open: events of the ledger, replayed by every build (DESIGN 2.1).

A rule that holds asks one question; ``contracts/rules.yml`` says how it can be answered and what follows.
An answer may be given again: the newest one that is known counts.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from common.contracts import Feed
from common.deliveries import Reading
from common.ledger import Event, Ledger
from common.messages import Message
from common.rules import Choice, Effect, rules

_OF_AREAS = ("yuan", "wan")
"""The units that stand for one of areas too."""
_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: to which rule's question about which delivery, what, by whom and since when."""

    delivery_id: str
    rule_id: str
    choice: Choice
    value: str
    """What was typed: the month, where the choice is a month."""
    by: str
    known_at: datetime

    @property
    def effect(self) -> Effect:
        return self.choice.effect

    def event(self) -> Event:
        """Return the answer as an event of the ledger."""
        payload = {"rule_id": self.rule_id, "choice": self.choice.code, "value": self.value, "by": self.by}
        return Event("answer", self.known_at, {"delivery_id": self.delivery_id}, payload)


def choices(feed: Feed, rule_id: str) -> tuple[Choice, ...]:
    """Return how a rule's question about a delivery of a feed can be answered."""
    return tuple(choice for choice in rules()[rule_id].choices if _is_possible(feed, choice))


def find_choice(feed: Feed, rule_id: str, said: str) -> Choice | None:
    """Find the choice that somebody means by what they typed; a month means the choice of a month."""
    word = said.strip().casefold()
    for choice in choices(feed, rule_id):
        if choice.effect == "PERIOD" and _MONTH.fullmatch(word):
            return choice
        if choice.effect != "PERIOD" and word in {choice.code, *(also.casefold() for also in choice.also)}:
            return choice
    return None


def listed(offered: Sequence[Choice]) -> Message:
    """Return answers with what they mean, so that whoever reads them knows what to type."""
    zh = ";".join(f"{_words(one)}={one.message.zh}" for one in offered)
    en = "; ".join(f"{typed(one)} = {one.message.en}" for one in offered)
    return Message(zh, en)


def typed(choice: Choice) -> str:
    """Return what to type for a choice, the same in every language."""
    return "YYYY-MM" if choice.effect == "PERIOD" else choice.code


def _words(choice: Choice) -> str:
    return typed(choice) if choice.effect == "PERIOD" else f"{choice.also[0]}/{choice.code}"


def _is_possible(feed: Feed, choice: Choice) -> bool:
    """A unit answers for money and for areas, which have fewer; a month for lists that are of one month or day."""
    if choice.effect == "UNIT":
        kinds = {column.type for column in feed.columns}
        return bool(kinds & {"money", "capital"}) or ("area" in kinds and choice.code in _OF_AREAS)
    if choice.effect == "PERIOD":
        return feed.kind == "FULL_SNAPSHOT" or (feed.period is not None and feed.by_name[feed.period].type == "month")
    return True


def answers(ledger: Ledger, known_at: datetime | None = None) -> dict[str, tuple[Answer, ...]]:
    """Return the answers known at a moment by delivery id: for each question the newest one."""
    found: dict[str, dict[str, Answer]] = {}
    for event in ledger.events(known_at):
        if event.kind == "answer":
            answer = _answer(event)
            found.setdefault(answer.delivery_id, {})[answer.rule_id] = answer
    return {delivery: tuple(given.values()) for delivery, given in found.items()}


def reading(given: Sequence[Answer]) -> Reading:
    """Return how a file is to be read by the answers about it."""
    unit = next((answer.choice.also[0] for answer in given if answer.effect == "UNIT"), None)
    month = next((answer.value for answer in given if answer.effect == "PERIOD"), None)
    return Reading(unit, date.fromisoformat(f"{month}-01") if month else None)


def _answer(event: Event) -> Answer:
    said = event.payload
    choice = next(choice for choice in rules()[said["rule_id"]].choices if choice.code == said["choice"])
    return Answer(event.scope["delivery_id"], said["rule_id"], choice, said["value"], said["by"], event.known_at)
