"""What every check sees: the text's figures and claims, what is known, and how each figure stands to the release."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from common.messages import Message
from common.statements import holds
from common.wording import PrintRule, print_value
from replay.claims import Claim
from replay.figures import Figure
from replay.knowledge import Knowledge, Released, printed
from replay.numbers import POINTS
from replay.text import Reading
from replay.vocabulary import Vocabulary

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What a gate says of a figure or claim."""

    gate: str
    severity: Severity
    message: Message
    expected: str | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """How a figure stands to the release."""

    own: tuple[Released, ...] = ()
    """The release's figures of the period that the text states, or its newest ones where it states none."""
    others: tuple[Released, ...] = ()
    """Its figures of other periods."""
    held: Released | None = None
    """The own figure of which the text is true."""
    is_vouched: bool = False
    """Text and release agree in number, wording and a period that the text names in full."""


@dataclass(frozen=True, slots=True)
class Context:
    """One text before the checks."""

    reading: Reading
    figures: Sequence[Figure]
    claims: Sequence[Claim]
    knowledge: Knowledge
    vocabulary: Vocabulary
    matches: Mapping[int, Match]
    """By the figure's place in the text."""

    def match(self, figure: Figure) -> Match:
        """Return how a figure stands to the release."""
        return self.matches[figure.start]

    def said(self, figure: Figure) -> str:
        """Return a figure as the text has it."""
        return self.reading.text[figure.number.start : figure.number.end].strip()

    def expected(self, figure: Figure, released: Released) -> str | None:
        """Return how the release prints a figure, in the language of the text."""
        return printed(released, "zh" if figure.part.is_chinese else "en")


def match(figure: Figure, knowledge: Knowledge) -> Match:
    """Hold a figure against the release's figures of its KPI, area and member."""
    kpi = figure.kpi
    if kpi is None or figure.area is None or figure.is_each or figure.number.unit == POINTS or kpi.id == "staff_norm":
        return Match()
    rows = tuple(knowledge.find(kpi.id, figure.area, figure.member))
    exact = tuple(row for row in rows if row.period in figure.periods)
    is_open = (
        figure.mention is None
        or not figure.is_stated
        or (figure.mention.kind in ("NOW", "CUM") and figure.mention.year is None)
    )
    newest = {row.period_type: row for row in rows if row.value is not None or row.is_withheld}
    windows = tuple(row for row in rows if row.period_type == "WINDOW")
    own = exact or ((windows or tuple(newest.values())) if is_open else ())
    held = next((row for row in own if _is_true(figure, row, knowledge)), None)
    if held is None and is_open and figure.in_list:
        held = next((row for row in reversed(rows) if _is_true(figure, row, knowledge)), None)
        own = (held,) if held else own
    others = tuple(row for row in rows if row not in own and row.value is not None)
    is_full = figure.mention is not None and (figure.mention.has_year or figure.mention.kind == "DAY")
    is_vouched = held is not None and (figure.in_list or (bool(exact) and figure.is_stated and is_full))
    return Match(own, others, held, is_vouched)


def _is_true(figure: Figure, row: Released, knowledge: Knowledge) -> bool:
    return row.value is not None and holds(figure.number.statement, row.value, knowledge.mode)


def amount(value: Fraction) -> Message:
    """Say an amount in yuan as a bulletin would."""
    return print_value(value, PrintRule("亿元", Decimal("0.01"), "约", "RMB"))


def percent(value: Fraction) -> str:
    """Say a share or growth in percent."""
    return print_value(value, PrintRule("%", Decimal("0.1"), "", "%")).zh.replace("负", "-")
