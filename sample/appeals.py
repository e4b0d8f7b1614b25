"""What committees and stations settle before anyone complains, in ledgers by the month of finding (P01)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from random import Random

from common.periods import add_months, month_end
from sample.buildings import Building
from sample.delivery import DISTRICT, Delivery, signatures
from sample.draw import dice
from sample.forms import Row, Sheet, Workbook
from sample.hotline import Hotline, Ticket
from sample.names import Person, people
from sample.targets import APPEALS_RESOLVED
from sample.tenancy import Tenancy
from sample.timeline import (
    AS_OF,
    LAST,
    MONTH_ENDS,
    MONTHS,
    PROGRAMME_MONTHS,
    PROGRAMME_START,
    days,
    office_hour,
    position,
    working_days_after,
)
from sample.words import Words, moment, spell, spell_month

_OPEN, _TRANSFERRED, _TURNED = 70, 30, 20
_RESOLVED_BEFORE_TICKET, _RESOLVED_AFTER_TICKET, _RESOLVED_IN_OCTOBER = 6, 8, 3
_SOURCES = ("VISIT", "VISIT", "WECHAT", "MEETING", "INSPECTION", "HOTLINE_HINT")
MATTERS = {
    "物业服务": ("空调温度偏低", "电梯等候时间长", "卫生间异味", "楼道照明损坏", "门禁失灵"),
    "停车": ("地下车库车位紧张", "访客停车收费不明", "非机动车乱停放"),
    "餐饮": ("员工就餐排队时间长", "外卖取餐点拥挤"),
    "消防安全": ("疏散通道堆放杂物", "消防栓被遮挡"),
    "邻里": ("装修噪声影响办公", "上下层漏水"),
    "政策服务": ("不了解助企政策申报流程", "工商变更办理不熟悉"),
}


@dataclass(frozen=True, slots=True)
class Appeal:
    """Something amiss in a building that was found before it became a complaint."""

    found: datetime
    source: str
    building: Building
    enterprise: str | None
    content: str
    category: str
    reporter: Person
    status: str = "OPEN"
    resolved: date | None = None
    ticket: Ticket | None = None


def invent_appeals(seed: int, buildings: Sequence[Building], tenancy: Tenancy, hotline: Hotline) -> list[Appeal]:
    """Draw the appeals in the order in which they were found.

    Some became a ticket; some were resolved although a ticket came later, which counts, or had come
    before, which does not.
    """
    rng = dice(seed, "appeals")
    houses = [building for building in buildings if building.is_counted(MONTHS[0]) and building.is_counted_now]
    faces = people(rng, 300)

    def appeal(day: date, house: Building) -> Appeal:
        category, matters = rng.choice(list(MATTERS.items()))
        guests, face = tenancy.tenants(house, day), rng.choice(faces)
        guest = rng.choice(guests).name_in(position(day)) if guests and rng.random() < 0.7 else None
        told = f"{face.salutation}反映{rng.choice(matters)}（{rng.randint(1, house.floors)}层），联系电话{face.phone}"
        return Appeal(office_hour(rng, day), rng.choice(_SOURCES), house, guest, told, category, face)

    def anywhere() -> Appeal:
        return appeal(rng.choice(window), rng.choice(houses))

    def beside(ticket: Ticket, days_later: int) -> Appeal:
        house = ticket.building or rng.choice(houses)
        return replace(appeal(ticket.created.date() + timedelta(days=days_later), house), ticket=ticket)

    def resolved(one: Appeal) -> Appeal:
        first = one.found.date()
        last = month_end(add_months(first, 1))
        choice = rng.choice(days(first, min(last, AS_OF) + timedelta(days=1)))
        return replace(one, status="RESOLVED", resolved=choice)

    window = days(PROGRAMME_START, AS_OF)
    tickets = _tickets(rng, hotline)
    found = [resolved(anywhere()) for _ in range(APPEALS_RESOLVED - _RESOLVED_BEFORE_TICKET)]
    found += [resolved(beside(next(tickets), -9)) for _ in range(_RESOLVED_BEFORE_TICKET)]
    found += [resolved(beside(next(tickets), 6)) for _ in range(_RESOLVED_AFTER_TICKET)]
    found += [replace(beside(next(tickets), -9), status="TURNED_TICKET") for _ in range(_TURNED)]
    found += [replace(anywhere(), status="TRANSFERRED") for _ in range(_TRANSFERRED)]
    found += [anywhere() for _ in range(_OPEN)]
    for _ in range(_RESOLVED_IN_OCTOBER):
        late = appeal(AS_OF - timedelta(days=rng.randint(1, 9)), rng.choice(houses))
        found.append(replace(late, status="RESOLVED", resolved=AS_OF + timedelta(days=8)))
    return sorted(found, key=lambda one: one.found)


def _tickets(rng: Random, hotline: Hotline) -> Iterator[Ticket]:
    """Yield tickets of the programme's time, far enough from its ends to be found beside."""
    first, last = PROGRAMME_START + timedelta(days=15), AS_OF - timedelta(days=15)
    fitting = [ticket for ticket in hotline.counted if first <= ticket.created.date() <= last]
    yield from rng.sample(fitting, len(fitting))


def appeal_deliveries(seed: int, appeals: Sequence[Appeal]) -> list[Delivery]:
    """Return every month's ledger, and once more a month later with what has been settled since."""
    rng = dice(seed, "P01")
    staff = [who.name for who in people(rng, 2)]

    def delivery(month: int, version: int) -> Delivery:
        sent = office_hour(rng, working_days_after(MONTH_ENDS[month + version - 1], 3))
        found = [one for one in appeals if position(one.found.date()) == month]
        return Delivery(
            "P01",
            f"{DISTRICT}_P01未诉先办_{MONTHS[month]:%Y%m}_v{version:02d}.xlsx",
            sent,
            "楼委会",
            lambda: Workbook([_ledger(month, found, sent, signatures(*staff))]),
            version=version,
            period=f"{MONTHS[month]:%Y-%m}",
        )

    return [delivery(month, version) for month in PROGRAMME_MONTHS for version in (1, 2) if month + version - 1 <= LAST]


def _ledger(month: int, found: Sequence[Appeal], sent: datetime, signed: tuple[str, str, str]) -> Sheet:
    words = Words("P01", month % 2)
    columns = (
        "appeal_id", "found_at", "source", "building_name", "enterprise_name", "content", "category", "status",
        "resolved_at", "linked_ticket", "evidence", "contact_name", "contact_phone",
    )  # fmt: skip
    rows: list[Row] = []
    for number, one in enumerate(found, 1):
        status, resolved, ticket = _known(one, sent.date())
        rows.append(
            (
                f"WS{MONTHS[month]:%Y%m}-{number:03d}",
                moment(one.found),
                words.value("source", one.source),
                one.building.name_in(month),
                one.enterprise,
                one.content,
                one.category,
                words.value("status", status),
                spell(resolved, "slash"),
                ticket.number if ticket else None,
                "现场照片" if resolved else None,
                one.reporter.name,
                one.reporter.phone,
            )
        )
    title = f"楼宇未诉先办台账（{spell_month(MONTHS[month])}）"
    return Sheet("P01", "未诉先办", (title,), words.headers(*columns), rows, signatures=signed)


def _known(one: Appeal, day: date) -> tuple[str, date | None, Ticket | None]:
    """Return status, day of settlement and ticket of an appeal as far as they are known on a day."""
    ticket = one.ticket if one.ticket and one.ticket.created.date() < day else None
    is_ahead = one.resolved is not None and one.resolved >= day
    if is_ahead or (one.status == "TURNED_TICKET" and ticket is None):
        return "OPEN", None, ticket
    return one.status, one.resolved, ticket
