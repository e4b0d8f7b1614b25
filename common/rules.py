"""The catalogue of input rules and the findings that name them (contracts/rules.yml, SPEC part 5)."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Literal

import yaml

from common.contracts import CONTRACTS
from common.masking import without_personal_data
from common.messages import LouyuError, Message

Action = Literal["REJECT", "HOLD", "QUARANTINE", "WARN", "AUTO", "ACCEPT", "IGNORE"]
Effect = Literal["ACCEPT", "REJECT", "UNIT", "PERIOD", "DIFFERENCE", "ADD", "ROLLBACK", "DROP"]


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer to a rule that holds: its words, what it means, what then becomes of the delivery."""

    code: str
    also: tuple[str, ...]
    message: Message
    effect: Effect


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: the actions its branches may take and its message with placeholders."""

    id: str
    actions: tuple[Action, ...]
    message: Message
    branches: Mapping[Action, Message]
    """What a branch says that does something else than the rest."""
    choices: tuple[Choice, ...] = ()
    """How the question of a rule that holds can be answered."""

    def said(self, action: Action) -> Message:
        """Return the message of a branch, with placeholders."""
        return self.branches.get(action, self.message)


@cache
def rules() -> dict[str, Rule]:
    """Read the catalogue, by id."""
    text = (CONTRACTS / "rules.yml").read_text(encoding="utf-8")
    given = yaml.load(text, Loader=yaml.CSafeLoader)
    return {
        name: Rule(
            name,
            tuple(rule["actions"]),
            _message(rule),
            {action: _message(branch) for action, branch in rule.get("branches", {}).items()},
            tuple(
                Choice(code, tuple(choice["also"]), _message(choice), choice["effect"])
                for code, choice in rule.get("choices", {}).items()
            ),
        )
        for name, rule in given.items()
    }


def _message(given: Mapping[str, str]) -> Message:
    return Message(given["zh"], given["en"])


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a file something was found; every part is optional."""

    sheet: str | None = None
    row: int | None = None
    """1-based sheet row, record number or array index (SURFACE)."""
    column: str | None = None
    """The source's own header."""
    cell: str | None = None

    @property
    def masked(self) -> "Place":
        """The place as it may be kept and shown: a heading can hold somebody's telephone number."""
        column, cell = (text and without_personal_data(text) for text in (self.column, self.cell))
        return Place(self.sheet, self.row, column, cell)


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that applied, what was done and where. Personal data in its value and facts are masked (SPEC 4.1)."""

    rule_id: str
    action: Action
    place: Place = Place()
    value: str | None = None
    facts: Mapping[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.action not in rules()[self.rule_id].actions:
            raise ValueError(f"{self.rule_id} has no branch {self.action}")
        if self.value is not None:
            object.__setattr__(self, "value", without_personal_data(self.value))
        facts = {
            name: without_personal_data(fact) if isinstance(fact, str) else fact for name, fact in self.facts.items()
        }
        object.__setattr__(self, "facts", facts)

    def of_sheet(self, names: Mapping[str, str]) -> "Finding":
        """Return the finding with its sheet called by another name."""
        sheet = self.place.sheet
        return replace(self, place=replace(self.place, sheet=names.get(sheet, sheet) if sheet else None))

    @property
    def message(self) -> Message:
        """The rule's message with this finding's facts filled in."""
        said = rules()[self.rule_id].said(self.action)
        facts = _Facts(r=self.place.row, s=self.place.sheet, c=self.place.masked.column, v=self.value)
        facts.update(self.facts)
        return Message(said.zh.format_map(facts), said.en.format_map(facts))


class _Facts(dict[str, object]):
    """A placeholder without a fact shows a dash instead of failing the message."""

    def __missing__(self, key: str) -> str:
        return "—"


class Refusal(LouyuError):
    """A whole file is refused or parked; the finding says why, and ``file`` which one of several, where it is known."""

    def __init__(self, finding: Finding, file: str | None = None) -> None:
        super().__init__(finding.message.zh, finding.message.en)
        self.finding = finding
        self.file = file
