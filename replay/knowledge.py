"""What the checker knows beside the text: the catalogue, a release's public figures, references and limits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from common.decimals import RoundingMode
from common.messages import Language, Message
from common.wording import CHANGES

ALL = ("_T", "_T")
Term = tuple[str, str, Fraction]
"""A component, a measure and its weight in a KPI's numerator or denominator."""


@dataclass(frozen=True, slots=True)
class Kpi:
    """A KPI of the catalogue, as far as a text can be held against it."""

    id: str
    name: Message
    kind: str
    unit: str
    is_approved: bool
    period_types: tuple[str, ...]
    change_of: str | None = None
    numerator: frozenset[Term] = frozenset()
    denominator: frozenset[Term] = frozenset()

    @property
    def is_change(self) -> bool:
        """Tell whether it is a growth, which has a direction."""
        return self.kind in CHANGES

    @property
    def is_rate(self) -> bool:
        """Tell whether it is a share of a whole."""
        return self.unit == "%" and not self.is_change


@dataclass(frozen=True, slots=True)
class Released:
    """A public figure of the release; one that is not published has no value and says why."""

    period_type: str
    period: str
    base_period: str | None
    value: Fraction | None
    printed: Message | None
    note: str | None = None
    is_withheld: bool = False
    is_full: bool = False
    """Numerator and denominator are the same."""


Key = tuple[str, str, tuple[str, str]]
"""KPI, area code ("" for the whole district) and member of a breakdown."""


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Everything that a text is held against. Without a release there are no figures."""

    kpis: Mapping[str, Kpi]
    thresholds: Mapping[tuple[str, str], Fraction]
    """Limits by gate and name."""
    references: Mapping[str, Mapping[int, Fraction]] = field(default_factory=dict)
    """Reference magnitudes by indicator and year, in yuan."""
    norms: Mapping[str, int] = field(default_factory=dict)
    """Social workers that a station of a kind must have."""
    figures: Mapping[Key, Sequence[Released]] = field(default_factory=dict)
    areas: Mapping[str, str] = field(default_factory=dict)
    """Codes of areas by their names in either language; the district's own is ""."""
    release_id: str | None = None
    as_of: date | None = None
    programme_start: date | None = None
    today: date | None = None
    """The day of the text where the caller knows it."""
    mode: RoundingMode = "gbt8170"

    def find(self, kpi_id: str, area: str, member: tuple[str, str]) -> Sequence[Released]:
        """Return every period's figure of a KPI in an area and member of a breakdown."""
        return self.figures.get((kpi_id, area, member), ())

    def limit(self, gate: str, name: str) -> Fraction | None:
        """Return a limit of a gate, if the office has set one."""
        return self.thresholds.get((gate, name))


def printed(figure: Released, language: Language) -> str | None:
    """Return how the release prints a figure in a language."""
    return figure.printed.say(language) if figure.printed else None
