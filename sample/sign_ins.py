"""Who signed in at activities, in lists by the month of the activity (A02)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from random import Random

from common.clock import BEIJING
from sample.activities import Activity
from sample.delivery import DISTRICT, Delivery, signatures
from sample.draw import dice
from sample.enterprises import Enterprise
from sample.forms import Row, Sheet, Workbook
from sample.names import Person, people
from sample.organisations import Governance
from sample.tenancy import Tenancy
from sample.timeline import MONTH_ENDS, MONTHS, PROGRAMME_MONTHS, office_hour, position
from sample.words import Words, moment, spell_month

_SHARE = 0.3
_VISITORS = 2_000
_ON_PAPER = PROGRAMME_MONTHS[:1]
"""The months whose lists were kept on paper and tell no time."""


@dataclass(frozen=True, slots=True)
class SignIn:
    """One line of a list: who came to which activity, and for whom."""

    activity: str
    person: Person
    at: datetime
    enterprise: Enterprise | None
    code_known: bool


def invent_sign_ins(
    seed: int, activities: Sequence[Activity], governance: Governance, tenancy: Tenancy
) -> list[SignIn]:
    """Let people sign in at some of the numbered activities, most of them for a tenant of the host's buildings."""
    rng = dice(seed, "sign-ins")
    visitors = people(rng, _VISITORS)
    events = {
        one.code: one for one in reversed(activities) if one.code and not one.is_cancelled and one.type != "PARTY"
    }
    chosen = sorted(rng.sample(sorted(events), int(len(events) * _SHARE)))
    return [
        sign_in
        for code in chosen
        for sign_in in _list_of(rng, code, events[code], _guests(events[code], governance, tenancy), visitors)
    ]


def _guests(event: Activity, governance: Governance, tenancy: Tenancy) -> list[Enterprise]:
    return [one for house in governance.covered_by(event.host) for one in tenancy.tenants(house, event.day)]


def _list_of(
    rng: Random, code: str, event: Activity, guests: Sequence[Enterprise], visitors: Sequence[Person]
) -> Iterator[SignIn]:
    """Yield who signed in: never more than came, and nobody twice."""
    opens = datetime.combine(event.day, time(rng.choice((9, 10, 14, 15))), BEIJING)
    for person in rng.sample(visitors, min(int(event.attendance * rng.uniform(0.5, 0.9)), len(visitors))):
        enterprise = rng.choice(guests) if guests and rng.random() < 0.85 else None
        at = opens + timedelta(minutes=rng.randint(-20, 15), seconds=rng.randrange(60))
        yield SignIn(code, person, at, enterprise, code_known=rng.random() < 0.7)


def sign_in_deliveries(
    seed: int, activities: Sequence[Activity], governance: Governance, tenancy: Tenancy
) -> list[Delivery]:
    """Return the monthly lists."""
    rng = dice(seed, "A02")
    staff = [who.name for who in people(rng, 2)]
    sign_ins = invent_sign_ins(seed, activities, governance, tenancy)

    def delivery(month: int) -> Delivery:
        signed = [one for one in sign_ins if position(one.at.date()) == month]
        return Delivery(
            "A02",
            f"{DISTRICT}_A02活动签到_{MONTHS[month]:%Y%m}.xlsx",
            office_hour(rng, MONTH_ENDS[month] + timedelta(days=3)),
            "楼宇工作站",
            lambda: Workbook([_sheet(month, signed, signatures(*staff))]),
            period=f"{MONTHS[month]:%Y-%m}",
        )

    return [delivery(month) for month in PROGRAMME_MONTHS]


def _sheet(month: int, sign_ins: Sequence[SignIn], signed: tuple[str, str, str]) -> Sheet:
    words = Words("A02", month % 2)
    rows: list[Row] = [
        (
            one.activity,
            one.enterprise.name_in(month) if one.enterprise else None,
            one.enterprise.code if one.enterprise and one.code_known else None,
            one.person.name,
            one.person.phone,
            None if month in _ON_PAPER else moment(one.at),
        )
        for one in sign_ins
    ]
    columns = ("activity_id", "enterprise_name", "uscc", "person_name", "person_phone", "signed_at")
    title = f"楼宇工作站活动签到表（{spell_month(MONTHS[month])}）"
    return Sheet("A02", "活动签到", (title,), words.headers(*columns), rows, (0,), signed)
