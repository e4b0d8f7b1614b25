"""What buildings are called besides the register, written down by the building desk when somebody notices (B02)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sample.buildings import Building
from sample.delivery import DISTRICT, Delivery
from sample.draw import dice
from sample.forms import Row, Table
from sample.timeline import LAST, MONTH_ENDS, MONTHS, office_hour, working_days_after
from sample.words import Words, spell

_SHARE = 0.2
_MONTHS = (0, 8, 16, LAST)
"""The months after which the desk sent what it had newly found."""
_WORDINGS = ("{}办公区", "{}塔楼", "老{}", "{}写字楼")
"""None is like what tickets call a place that is no building (西里1号楼)."""
_SOURCES = ("REGISTER", "TICKET", "TAX", "MANUAL")


@dataclass(frozen=True, slots=True)
class Alias:
    """A further name of a building, and where the desk met it."""

    text: str
    building: Building
    since: date | None
    source: str
    month: int
    """The month after which it was sent."""


def invent_aliases(seed: int, buildings: Sequence[Building]) -> list[Alias]:
    """Give some buildings a few names that mean no other building; the two towers of a project have none."""
    rng = dice(seed, "aliases")
    # every delivery has some, and what a building is called by its brand alone would mean both of its towers
    named = [one for one in buildings if not one.name.endswith("座") and one.listed_from == 0]
    chosen = rng.sample(named, int(len(named) * _SHARE))
    return [
        Alias(
            wording.format(one.name[:2]),
            one,
            one.completed + timedelta(days=rng.randrange(600)) if rng.random() < 0.6 else None,
            rng.choice(_SOURCES),
            _MONTHS[number % len(_MONTHS)],
        )
        for number, one in enumerate(chosen)
        for wording in rng.sample(_WORDINGS, rng.randint(1, 3))
    ]


def alias_deliveries(seed: int, buildings: Sequence[Building]) -> list[Delivery]:
    """Return what the desk sent: each time the names found since, as text in UTF-8."""
    rng, aliases = dice(seed, "B02"), invent_aliases(seed, buildings)

    def delivery(month: int, sent: datetime) -> Delivery:
        found = [alias for alias in aliases if alias.month == month]
        name = f"{DISTRICT}_B02楼宇别名_{MONTHS[month]:%Y%m}.csv"
        return Delivery("B02", name, sent, "区楼宇经济专班", lambda: _list(found))

    return [delivery(month, office_hour(rng, working_days_after(MONTH_ENDS[month], 6))) for month in _MONTHS]


def _list(aliases: Sequence[Alias]) -> Table:
    words = Words("B02")
    body: list[Row] = [
        (one.text, one.building.code, spell(one.since, "iso"), words.value("source", one.source)) for one in aliases
    ]
    return Table("B02", words.headers("alias_norm", "building_code", "valid_from", "source"), body, "utf-8")
