"""Which tenants the workstations visited, in ledgers by month (V01)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from random import Random

from common.periods import add_months
from sample.delivery import DISTRICT, Delivery, signatures
from sample.draw import dice
from sample.forms import Row, Sheet, Workbook
from sample.names import people
from sample.organisations import Governance, Organisation
from sample.tenancy import Occupancy, Tenancy
from sample.timeline import MONTH_ENDS, MONTHS, PROGRAMME_MONTHS, office_hour, working_days, working_days_after
from sample.words import Words, spell, spell_month

ISSUES = ("停车位紧张", "午间就餐不便", "希望了解人才政策", "电梯等候时间长", "融资需求", "网络信号不稳定")


@dataclass(frozen=True, slots=True)
class Visit:
    """A station's visit to an occupant of one of its buildings."""

    station: str
    occupancy: Occupancy
    day: date
    issue: str | None


def invent_visits(seed: int, month: int, governance: Governance, tenancy: Tenancy) -> list[Visit]:
    """Let every station visit some of its tenants in a month, each of them once."""
    rng = dice(seed, f"visits/{month}")
    open_days = working_days(MONTHS[month], add_months(MONTHS[month], 1))
    return [one for host in governance.stations for one in _rounds(rng, host, open_days, governance, tenancy)]


def _rounds(
    rng: Random, host: Organisation, open_days: Sequence[date], governance: Governance, tenancy: Tenancy
) -> Iterator[Visit]:
    """Yield a station's visits in the order of their days."""
    stays = [stay for house in governance.covered_by(host) for stay in tenancy.of_building.get(house.code, ())]
    seen: set[str] = set()
    for day in sorted(rng.choices(open_days, k=rng.randint(6, 14))):
        there = [stay for stay in stays if stay.is_in_use(day) and stay.enterprise.code not in seen]
        if there:
            stay = rng.choice(there)
            seen.add(stay.enterprise.code)
            yield Visit(host.name, stay, day, rng.choice(ISSUES) if rng.random() < 0.4 else None)


def visit_deliveries(seed: int, governance: Governance, tenancy: Tenancy) -> list[Delivery]:
    """Return the monthly ledgers of all stations."""
    rng = dice(seed, "V01")
    staff = [who.name for who in people(rng, 2)]

    def delivery(month: int) -> Delivery:
        return Delivery(
            "V01",
            f"{DISTRICT}_V01走访记录_{MONTHS[month]:%Y%m}.xlsx",
            office_hour(rng, working_days_after(MONTH_ENDS[month], 3)),
            "楼宇工作站",
            lambda: Workbook([_ledger(month, invent_visits(seed, month, governance, tenancy), signatures(*staff))]),
            period=f"{MONTHS[month]:%Y-%m}",
        )

    return [delivery(month) for month in PROGRAMME_MONTHS]


def _ledger(month: int, visits: Sequence[Visit], signed: tuple[str, str, str]) -> Sheet:
    words = Words("V01", month % 2)
    rows: list[Row] = [
        (
            number,
            one.station,
            one.occupancy.enterprise.name_in(month),
            one.occupancy.enterprise.code if one.occupancy.code_known else None,
            spell(one.day, "dot" if month % 2 else "iso"),
            one.issue,
            one.occupancy.contact.name,
            one.occupancy.contact.phone,
        )
        for number, one in enumerate(visits, 1)
    ]
    columns = ("station", "enterprise_name", "uscc", "visited_on", "issues", "contact_name", "contact_phone")
    title = f"楼宇工作站走访记录（{spell_month(MONTHS[month])}）"
    return Sheet("V01", "走访记录", (title,), ("序号", *words.headers(*columns)), rows, (1,), signed)
