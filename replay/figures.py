"""The figures of a text: each number with the KPI that it states, for which area and which period."""

import re
from dataclasses import dataclass
from fractions import Fraction

from replay.knowledge import ALL, Kpi
from replay.layout import Layout
from replay.naming import Named, Naming
from replay.numbers import Number
from replay.periods import Mention
from replay.text import Part
from replay.timing import Timing
from replay.vocabulary import Vocabulary

_YOY = re.compile(r"同比|较上年|比上年|year[- ]on[- ]year|on the year|yoy", re.IGNORECASE)
_EACH_STATION = "staff_norm"
"""A norm is one of each station by what it is."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of the text and what it states."""

    number: Number
    part: Part
    kpi: Kpi | None
    member: tuple[str, str]
    area: str | None
    """"" for the district, None for an area that the release does not know."""
    value: Fraction
    """Signed, in the KPI's stored unit."""
    mention: Mention | None
    periods: tuple[str, ...]
    """What the mention can mean: of a day a stock, or a sum up to it."""
    is_stated: bool
    """The period stands in the figure's sentence or before it in its paragraph."""
    mentions: tuple[Mention, ...]
    """The periods of its sentence, or of the lines beside it in a list."""
    subject: Kpi | None
    """Of a change, what changes."""
    is_each: bool
    """The text gives the number to every one of them."""
    is_yoy: bool
    in_list: bool
    """It stands in a line of its own, as in a table."""

    @property
    def period(self) -> str | None:
        """The code of its period."""
        return next(iter(self.periods), None)

    def is_of(self, *kpis: str) -> bool:
        """Tell whether it states one of these KPIs."""
        return self.kpi is not None and self.kpi.id in kpis

    @property
    def start(self) -> int:
        return self.number.start

    @property
    def is_change(self) -> bool:
        return self.number.is_change


def find_figures(layout: Layout, vocabulary: Vocabulary, timing: Timing) -> tuple[Figure, ...]:
    """Return the figures in the text's order; a bare number that names nothing is none."""
    naming = Naming(layout, vocabulary)
    found: list[Named] = []
    figures = []
    for place, number in enumerate(layout.numbers):
        part = layout.reading.sentence(number.start)
        name, subject = naming.name(place, part, found)
        if name is None and ((number.unit in ("", "/月") and not number.scale) or number.is_numeral):
            continue
        found.append(Named(number, part, name))
        kpi = name.kpi if name else None
        time = timing.time(number, part, kpi)
        clause = layout.reading.clause(number.start)
        behind = min(number.end + 20, part.end)
        figures.append(
            Figure(
                number=number,
                part=part,
                kpi=kpi,
                member=name.member if name else ALL,
                area=timing.area(number, part),
                value=number.statement.number * number.statement.sign,
                mention=time.mention,
                periods=time.codes,
                is_stated=time.is_stated,
                mentions=time.beside,
                subject=subject,
                is_each=_is_each(layout.text, kpi, clause, number, vocabulary),
                is_yoy=bool(_YOY.search(layout.text, clause[0], max(clause[1], behind))),
                in_list=layout.is_alone(number, part),
            )
        )
    return tuple(figures)


def _is_each(text: str, kpi: Kpi | None, clause: tuple[int, int], number: Number, vocabulary: Vocabulary) -> bool:
    """Tell whether a text gives the number to every one of them: 每个工作站, each; 各 … 共 does not."""
    if kpi is None or kpi.kind != "level" or kpi.id == _EACH_STATION:
        return False
    said = vocabulary.each.search(text, clause[0], number.end)
    return bool(said) and not vocabulary.together.search(text, *clause)
