"""What is asked for: how many districts, how many years, what part of a district's amounts."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from common.messages import LouyuError
from common.periods import add_months
from sample.city.districts import DISTRICTS, District

LAST_YEAR = 2023

_BUILDINGS, _FEWEST_BUILDINGS = 312, 20
_OCCUPANCIES, _ENTERPRISES, _ARRIVALS = 25_000, 22_000, 90
_TAX_ROWS, _TICKETS = 2_190_000, 312_500
_LISTED = 1_200
VERSIONS = 5
"""So many versions has every ticket that is dealt with."""

_BEFORE = timedelta(days=13)
"""The first assessment month begins so long before the first month does (19 December)."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """The amounts of one district."""

    buildings: int
    enterprises: int
    """In the register when the sample begins."""
    occupancies: int
    """In use in every month."""
    arrivals: int
    """Enterprises that come in a month; as many go."""
    tax_rows: int
    """In a month."""
    tickets: int
    """In a year."""
    listed: int
    """Needs, and about as much of every other list, in a year."""


@dataclass(frozen=True)
class Plan:
    """A city as it was asked for; the years end with LAST_YEAR."""

    seed: int = 1
    districts: int = len(DISTRICTS)
    years: int = 1
    fraction: float = 1.0

    def __post_init__(self) -> None:
        if not (1 <= self.districts <= len(DISTRICTS) and 1 <= self.years <= 20 and 0 < self.fraction <= 1):
            raise LouyuError(
                f"城市规模无效:区数 1–{len(DISTRICTS)},年数 1–20,比例大于 0 且不大于 1。",
                f"No such city: 1 to {len(DISTRICTS)} districts, 1 to 20 years, a fraction above 0 and up to 1.",
            )

    @property
    def claim(self) -> dict[str, int | float | str]:
        """What tells this sample from any other."""
        return {
            "scale": "city", "seed": self.seed, "districts": self.districts, "years": self.years,
            "fraction": self.fraction,
        }  # fmt: skip

    @cached_property
    def months(self) -> tuple[date, ...]:
        """First days of the delivered months; elsewhere a month is its position here."""
        return tuple(add_months(date(LAST_YEAR - self.years + 1, 1, 1), n) for n in range(12 * self.years))

    @property
    def first(self) -> date:
        """The first day of the first month."""
        return self.months[0]

    @property
    def end(self) -> date:
        """The first day after the last month."""
        return add_months(self.months[-1], 1)

    @property
    def hotline_from(self) -> date:
        """The first day on which a ticket is created: assessment months begin before their calendar months."""
        return self.first - _BEFORE

    @property
    def places(self) -> tuple[District, ...]:
        """The districts that are asked for."""
        return DISTRICTS[: self.districts]

    @cached_property
    def sizes(self) -> Sizes:
        """The amounts of a district."""

        def part(whole: int, fewest: int) -> int:
            return max(round(whole * self.fraction), fewest)

        return Sizes(
            buildings=part(_BUILDINGS, _FEWEST_BUILDINGS),
            enterprises=part(_ENTERPRISES, 100),
            occupancies=part(_OCCUPANCIES, 115),
            arrivals=part(_ARRIVALS, 1),
            tax_rows=part(_TAX_ROWS // 12, 100),
            tickets=part(_TICKETS, 200),
            listed=part(_LISTED, 60),
        )
