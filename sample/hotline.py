"""What people tell the 12345 hotline: tickets with their course (H01), and the calls back (H02).

Of every ticket only its course is drawn; what a pull shows of it follows from the moment of the pull.
Counted tickets are those of ``targets.TICKETS``: about a building in statistics, led by one unit, no
enquiry, no duplicate, no test. Everything else is drawn beside them.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import partial
from random import Random
from typing import Any

from common.clock import BEIJING
from common.periods import assessment_window
from sample.buildings import STREETS, Building, Street
from sample.delivery import Delivery
from sample.draw import apportion, dice
from sample.forms import Pages
from sample.names import Person, people
from sample.targets import TICKETS
from sample.tenancy import Tenancy
from sample.timeline import position
from sample.words import Words, moment, yes

_SEASONS = {
    2022: (228, 194, 203, 214, 218, 226, 248, 251, 224, 208, 214, 224),
    2023: (124, 108, 106, 102, 99, 102, 104, 98, 84),
}
"""Relative numbers of tickets by assessment month: more in the heating and cooling seasons."""

_SPAN = date(2021, 12, 19), date(2023, 10, 6)
"""The pulls begin with an assessment month and end within one."""
_AFTER, _COUNTED_AFTER = (date(2023, 9, 19), _SPAN[1]), 38
_BOUNDARY = {"HM2023-08": (18, time(23, 59, 59)), "HM2023-09": (19, time(0, 0, 0))}
"""Assessment months in which one ticket comes at the last or first second, on that day of August 2023."""

_ENQUIRIES, _DUPLICATES, _COPIES, _ELSEWHERE, _UNLOCATED = 420, 110, 130, 1_300, 24
_EXCLUDED = 0.03

_PULLS = tuple(
    datetime(year, month, 7 if (year, month) == (2023, 10) else 5, 12, tzinfo=BEIJING)
    for year in (2022, 2023)
    for month in range(1, 13)
    if (year, month) <= (2023, 10)
)

_BUILDING_MATTERS = (
    "物业服务->空调供暖", "物业服务->电梯运行", "物业服务->停车收费", "物业服务->保洁维修", "租赁纠纷->押金退还",
    "租赁纠纷->合同解除", "公共设施->停水停电", "公共设施->网络通信", "消费服务->预付卡", "劳动用工->拖欠工资",
    "环境秩序->施工噪声", "环境秩序->共享单车",
)  # fmt: skip
_HOME_MATTERS = (
    "小区管理->停车管理", "小区管理->电动车充电", "供暖->温度不达标", "噪声->社会生活噪声", "道路->路灯不亮",
    "垃圾->清运不及时",
)  # fmt: skip
_REASONS = (
    "MALICIOUS",
    "OUT_OF_JURISDICTION",
    "JUDICIAL_OR_DISCIPLINE",
    "POLICY_LIMIT",
    "CALLER_WITHDREW",
    "FORCE_MAJEURE",
)
_KINDS = ("DEMAND", "DEMAND", "COMPLAINT", "COMPLAINT", "HELP", "SUGGESTION", "REPORT")
_CHANNELS = ("PHONE", "PHONE", "PHONE", "WECHAT", "APP", "WEB", "LEADER")
_URGENCY = {"L2": timedelta(hours=24), "L3": timedelta(days=7), "L4": timedelta(days=15)}
_LIMITS = _URGENCY | {"L1": timedelta(hours=2)}
_TAGS = ("营商环境", "七有五性", "每月一题")
_PROOFS = ("法院受理通知", "街道现场核实记录", "与诉求人的书面确认", "市级职责清单")
_BUREAUX = ("区市场监管局", "区住建委", "区城管委", "区人力社保局", "区文旅局", "区人防办")
_NEVER_CALLED_BACK = "区人防办"
_ESTATES = ("一区", "二区", "东里", "西里", "南里", "家园小区")


@dataclass(frozen=True, slots=True)
class Ticket:
    """A ticket with its whole course."""

    number: str
    kind: str
    category: str
    content: str
    channel: str
    urgency: str
    created: datetime
    dispatched: datetime
    signed: datetime
    contacted: datetime
    feedback: datetime
    closed: datetime | None
    unit: str
    street: Street
    place: str | None
    caller: Person
    building: Building | None = None
    enterprise: str | None = None
    role: str = "LEAD"
    reopened: int = 0
    linked: str | None = None
    is_duplicate: bool = False
    exclusion: tuple[datetime, str] | None = None
    founded: tuple[str, Person, Person] | None = None
    """Proof, proposer and approver of an exclusion."""
    extension: timedelta = timedelta(0)
    tags: tuple[str, ...] = ()
    is_anonymous: bool = False

    @property
    def due(self) -> datetime:
        """Until when it must be dealt with."""
        return self.dispatched + _LIMITS[self.urgency] + self.extension

    @property
    def shown_phone(self) -> str:
        """The caller's telephone as the interface shows it."""
        return f"{self.caller.phone[:3]}××××{self.caller.phone[-4:]}" if self.is_anonymous else self.caller.phone

    def last_change(self, at: datetime) -> datetime:
        """Return the newest change up to a moment."""
        steps = (self.dispatched, self.signed, self.contacted, self.feedback, self.closed)
        excluded = self.exclusion[0] if self.exclusion else None
        return max(step for step in (self.created, *steps, excluded) if step and step <= at)


@dataclass(frozen=True, slots=True)
class Callback:
    """A call back to the caller of a closed ticket; the answers are known only if it is valid."""

    ticket: str
    number: int
    at: datetime
    is_valid: bool
    is_contacted: bool | None = None
    resolved: str | None = None
    satisfaction: str | None = None


@dataclass(frozen=True, slots=True)
class Hotline:
    """All tickets and callbacks; ``counted`` are the tickets of the targets."""

    counted: tuple[Ticket, ...]
    tickets: tuple[Ticket, ...]
    callbacks: tuple[Callback, ...]


class _Desk:
    """Takes the calls: invents whatever a ticket needs."""

    def __init__(self, rng: Random, buildings: Sequence[Building], tenancy: Tenancy) -> None:
        self._rng = rng
        self._tenancy = tenancy
        self._buildings = buildings
        self._weights = [building.rentable**0.5 for building in buildings]
        self._callers = people(rng, 900)
        self._serial = 0

    def moment(self, first: date, end: date) -> datetime:
        """Draw a moment of the half-open window, mostly by day."""
        day = first + timedelta(days=self._rng.randrange((end - first).days))
        hour = min(max(round(self._rng.gauss(13.5, 4)), 0), 23)
        return datetime.combine(day, time(hour, self._rng.randrange(60), self._rng.randrange(60)), BEIJING)

    def about_building(self, created: datetime) -> Ticket:
        """Take a call about a building that is in statistics, and was the day before."""
        while True:
            house = self._rng.choices(self._buildings, self._weights)[0]
            if house.is_counted(created.date() - timedelta(days=1)) and house.is_counted(created.date()):
                break
        tenants = self._tenancy.tenants(house, created.date())
        guest = (
            self._rng.choice(tenants).name_in(position(created.date()))
            if tenants and self._rng.random() < 0.35
            else None
        )
        ticket = self._ticket(
            created, house.street, self._spot(house, created.date()), f"商务楼宇->{self._rng.choice(_BUILDING_MATTERS)}"
        )
        return replace(ticket, building=house, enterprise=guest)

    def unlocated(self, created: datetime) -> Ticket:
        """Take a call about some office building whose name nobody wrote down."""
        return self._ticket(
            created, self._rng.choice(STREETS), None, f"商务楼宇->{self._rng.choice(_BUILDING_MATTERS)}"
        )

    def elsewhere(self, created: datetime) -> Ticket:
        """Take a call about a housing estate."""
        street = self._rng.choice(STREETS)
        place = f"{street.name[:-2]}{self._rng.choice(_ESTATES)}{self._rng.randint(1, 30)}号楼"
        return self._ticket(created, street, place, f"住房和社区->{self._rng.choice(_HOME_MATTERS)}")

    def again(self, ticket: Ticket, hours: int) -> Ticket:
        """Return a ticket like another, some hours later, with a course of its own."""
        later = self._ticket(ticket.created + timedelta(hours=hours), ticket.street, ticket.place, ticket.category)
        return replace(later, building=ticket.building, caller=ticket.caller, linked=ticket.number)

    def _spot(self, house: Building, day: date) -> str:
        name = house.name_in(position(day))
        chance = self._rng.random()
        if chance < 0.14:
            floor = self._rng.randint(1, house.floors)
            return f"{name}{floor}层{floor}{self._rng.randint(1, 16):02d}室"
        others = house.aliases_in(position(day))
        return self._rng.choice(others) if others and chance < 0.4 else name

    def _ticket(self, created: datetime, street: Street, place: str | None, category: str) -> Ticket:
        rng, caller = self._rng, self._rng.choice(self._callers)
        self._serial += 1
        urgency = rng.choices(list(_URGENCY), (1, 6, 2))[0]
        dispatched = created + timedelta(minutes=rng.randint(10, 1_200))
        signed = dispatched + timedelta(minutes=rng.randint(5, 150))
        contacted = signed + timedelta(minutes=rng.randint(10, 900))
        feedback = contacted + timedelta(hours=rng.randint(4, 260))
        return Ticket(
            number=f"SJS{created:%Y%m%d}{self._serial:05d}",
            kind=rng.choice(_KINDS),
            category=category,
            content=_content(rng, caller, place or street.name, category),
            channel=rng.choice(_CHANNELS),
            urgency=urgency,
            created=created,
            dispatched=dispatched,
            signed=signed,
            contacted=contacted,
            feedback=feedback,
            closed=feedback + timedelta(hours=rng.randint(1, 90)) if rng.random() < 0.985 else None,
            unit=street.name if rng.random() < 0.6 else rng.choice(_BUREAUX),
            street=street,
            place=place,
            caller=caller,
            reopened=int(rng.random() < 0.05),
        )


def _content(rng: Random, caller: Person, place: str, category: str) -> str:
    """Write a call down the way operators do, personal data included."""
    matter = category.rsplit("->", 1)[-1]
    proof = f"，身份证号{caller.resident_no}" if rng.random() < 0.1 else ""
    return f"{caller.salutation}（电话{caller.phone}{proof}）来电反映{place}存在{matter}问题，希望尽快核实处理并回复。"


def invent_hotline(seed: int, buildings: Sequence[Building], tenancy: Tenancy) -> Hotline:
    """Draw all tickets and callbacks."""
    rng = dice(seed, "hotline")
    desk = _Desk(rng, buildings, tenancy)
    counted = [desk.about_building(created) for created in _moments(rng, desk)]
    counted = [_excluded(rng, ticket) if rng.random() < _EXCLUDED else ticket for ticket in counted]
    for earlier, later in zip(rng.sample(range(0, 1_000), 30), rng.sample(range(1_000, 2_000), 30), strict=True):
        counted[later] = replace(counted[later], linked=counted[earlier].number)
    edge = [desk.about_building(desk.moment(*_AFTER)) for _ in range(_COUNTED_AFTER)]
    enquiries = [replace(desk.about_building(desk.moment(*_SPAN)), kind="CONSULT") for _ in range(_ENQUIRIES)]
    repeated = rng.sample(counted, _DUPLICATES + _COPIES)
    duplicates = [replace(desk.again(one, rng.randint(2, 60)), is_duplicate=True) for one in repeated[:_DUPLICATES]]
    copies = [
        replace(desk.again(one, 0), role="ASSIST", unit=rng.choice(_BUREAUX[:-1]), content=one.content)
        for one in repeated[_DUPLICATES:]
    ]
    elsewhere = [desk.elsewhere(desk.moment(*_SPAN)) for _ in range(_ELSEWHERE)]
    unlocated = [desk.unlocated(desk.moment(*_SPAN)) for _ in range(_UNLOCATED)]
    test = replace(desk.about_building(desk.moment(date(2023, 3, 1), date(2023, 3, 10))), kind="TEST")
    courses = _Courses(seed)
    counted = courses.again(courses.of(ticket) for ticket in counted)
    tickets = [*counted, *edge, *enquiries, *duplicates, *copies, *elsewhere, *unlocated, test]
    return Hotline(tuple(counted), tuple(tickets), tuple(_callbacks(rng, tickets)))


def _moments(rng: Random, desk: _Desk) -> Iterator[datetime]:
    """Yield when the counted tickets come, assessment month by assessment month."""
    for year, seasons in _SEASONS.items():
        numbers = apportion(TICKETS[year], [weight * rng.uniform(0.97, 1.03) for weight in seasons])
        for month, number in enumerate(numbers, 1):
            label = f"HM{year}-{month:02d}"
            moments = [desk.moment(*assessment_window(label)) for _ in range(number)]
            if label in _BOUNDARY:
                day, second = _BOUNDARY[label]
                moments[0] = datetime.combine(date(2023, 8, day), second, BEIJING)
            yield from sorted(moments)


class _Courses:
    """What else becomes of counted tickets: levels, extensions, supervision, callers who hide, and who calls again.

    It has chance of its own, so that nothing drawn before it moves.
    """

    def __init__(self, seed: int) -> None:
        self._rng = dice(seed, "hotline courses")
        self._officers = people(self._rng, 12)

    def of(self, ticket: Ticket) -> Ticket:
        """Return a ticket with the rest of its course; when it came and was closed stays."""
        rng = self._rng
        tags = tuple(tag for tag in _TAGS if rng.random() < 0.08)
        if rng.random() < 0.012:
            tags = ("督办", *tags)
        ticket = replace(ticket, tags=tags)
        if rng.random() < 0.015:
            ticket = self._at_once(ticket)
        elif ticket.feedback > ticket.due and rng.random() < 0.3:
            ticket = replace(ticket, extension=timedelta(days=rng.choice((3, 5, 7))))
        if ticket.exclusion:
            proposer, approver = rng.sample(self._officers, 2)
            ticket = replace(ticket, founded=(rng.choice(_PROOFS), proposer, approver))
        if rng.random() < 0.06:
            ticket = replace(ticket, is_anonymous=True)
            ticket = replace(ticket, content=ticket.content.replace(ticket.caller.phone, ticket.shown_phone))
        return ticket

    def again(self, tickets: Iterable[Ticket]) -> list[Ticket]:
        """Let some callers tell the same matter of a building again within the month, and some tickets name another."""
        told: list[Ticket] = []
        last: dict[str, Ticket] = {}
        for ticket in tickets:
            house = ticket.building.code if ticket.building else ""
            before, chance = last.get(house), self._rng.random()
            if before and ticket.created - before.created <= timedelta(days=29) and not ticket.is_anonymous:
                if chance < 0.05:
                    ticket = replace(
                        ticket, caller=before.caller, category=before.category, is_anonymous=before.is_anonymous,
                        content=before.content,
                    )  # fmt: skip
                elif chance < 0.06 and ticket.linked is None:
                    ticket = replace(ticket, linked=before.number)
            told.append(ticket)
            last[house] = ticket
        return told

    def _at_once(self, ticket: Ticket) -> Ticket:
        rng = self._rng
        dispatched = ticket.created + timedelta(minutes=rng.randint(2, 80))
        signed = dispatched + timedelta(minutes=rng.randint(1, 20))
        contacted = signed + timedelta(minutes=rng.randint(1, 20))
        feedback = contacted + timedelta(minutes=rng.randint(10, 120))
        return replace(
            ticket, urgency="L1", dispatched=dispatched, signed=signed, contacted=contacted, feedback=feedback
        )


def _excluded(rng: Random, ticket: Ticket) -> Ticket:
    return replace(ticket, exclusion=(ticket.created + timedelta(days=rng.randint(20, 40)), rng.choice(_REASONS)))


def _callbacks(rng: Random, tickets: Sequence[Ticket]) -> Iterator[Callback]:
    """Yield the calls back about closed tickets; where the first reached nobody, there may be a second."""
    for ticket in tickets:
        if not ticket.closed or ticket.role != "LEAD" or ticket.unit == _NEVER_CALLED_BACK or rng.random() > 0.9:
            continue
        at = ticket.closed + timedelta(hours=rng.randint(12, 340))
        first = _callback(rng, ticket, 1, at)
        yield first
        if not first.is_valid and rng.random() < 0.6:
            yield _callback(rng, ticket, 2, at + timedelta(hours=rng.randint(20, 100)))


def _callback(rng: Random, ticket: Ticket, number: int, at: datetime) -> Callback:
    if rng.random() < 0.22:
        return Callback(ticket.number, number, at, is_valid=False)
    resolved = rng.choices(("YES", "NO", "PARTLY"), (86, 9, 5))[0]
    glad = {"YES": (80, 12, 4, 1, 3), "PARTLY": (20, 40, 20, 15, 5), "NO": (4, 8, 20, 62, 6)}[resolved]
    grades = ("SATISFIED", "BASICALLY_SATISFIED", "NEUTRAL", "DISSATISFIED", "NOT_RATED")
    return Callback(ticket.number, number, at, True, rng.random() < 0.97, resolved, rng.choices(grades, glad)[0])


def hotline_deliveries(hotline: Hotline) -> list[Delivery]:
    """Return the monthly pulls of tickets and callbacks: what is new or has changed since the last one."""
    before = (datetime.min.replace(tzinfo=BEIJING), *_PULLS)
    return [
        Delivery(
            feed,
            f"{at:%Y%m%dT%H%M}",
            at + timedelta(minutes=10),
            "区城市管理指挥中心",
            partial(pull, hotline, since, at),
            channel="api",
        )
        for since, at in zip(before, _PULLS, strict=False)
        for feed, pull in (("H01", _tickets), ("H02", _callbacks_between))
    ]


def _tickets(hotline: Hotline, since: datetime, at: datetime) -> Pages:
    words = Words("H01", at.year % 2)
    changed = [one for one in hotline.tickets if one.created <= at and one.last_change(at) > since]
    return Pages("H01", [_ticket_record(words, one, at) for one in changed])


def _callbacks_between(hotline: Hotline, since: datetime, at: datetime) -> Pages:
    words = Words("H02", at.year % 2)
    return Pages("H02", [_callback_record(words, one) for one in hotline.callbacks if since < one.at <= at])


def _ticket_record(words: Words, one: Ticket, at: datetime) -> dict[str, Any]:
    """Return a ticket as the interface shows it at a moment."""

    def known(step: datetime | None) -> str | None:
        return moment(step) if step and step <= at else None

    excluded = one.exclusion if one.exclusion and one.exclusion[0] <= at else None
    proof, proposer, approver = one.founded or (None, None, None)
    is_closed = one.closed is not None and one.closed <= at
    record: Mapping[str, Any] = {
        "ticket_no": one.number,
        "ticket_type": words.value("ticket_type", one.kind),
        "tags": "、".join(one.tags) or None,
        "title": f"{one.place or one.street.name}{one.category.rsplit('->', 1)[-1]}",
        "content": one.content,
        "channel": words.value("channel", one.channel),
        "created_at": moment(one.created),
        "dispatched_at": known(one.dispatched),
        "urgency": words.value("urgency", one.urgency),
        "signed_at": known(one.signed),
        "contacted_at": known(one.contacted),
        "feedback_at": known(one.feedback),
        "closed_at": known(one.closed),
        "due_at": moment(one.due) if one.dispatched <= at else None,
        "unit_lv1": one.unit,
        "unit_role": words.value("unit_role", one.role),
        "district_name": "石景山区",
        "street_name": one.street.name,
        "place": one.place,
        "enterprise_name": one.enterprise,
        "status": words.value("status", _status(one, at)),
        "reopen_count": one.reopened if is_closed else 0,
        "linked_ticket": one.linked,
        "is_duplicate": yes(one.is_duplicate),
        "exclude_flag": yes(excluded is not None),
        "exclude_reason": words.value("exclude_reason", excluded[1]) if excluded else None,
        "exclude_proof": proof if excluded else None,
        "exclude_proposer": proposer.name if excluded and proposer else None,
        "exclude_approver": approver.name if excluded and approver else None,
        "excluded_at": moment(excluded[0]) if excluded else None,
        "caller_name": "保密" if one.is_anonymous else one.caller.name,
        "caller_phone": one.shown_phone,
        "updated_at": moment(one.last_change(at)),
    }
    path = dict(zip(("一级分类", "二级分类", "三级分类"), one.category.split("->"), strict=True))
    if words.variant:
        path = {words.header("category_path"): one.category}
    return {words.header(column): value for column, value in record.items()} | path


def _status(one: Ticket, at: datetime) -> str:
    steps = {"CLOSED": one.closed, "REPLIED": one.feedback, "HANDLING": one.signed, "DISPATCHED": one.dispatched}
    return next((status for status, step in steps.items() if step and step <= at), "PENDING")


def _callback_record(words: Words, one: Callback) -> dict[str, Any]:
    record: Mapping[str, Any] = {
        "ticket_no": one.ticket,
        "callback_seq": one.number,
        "callback_at": moment(one.at),
        "valid": yes(one.is_valid),
        "contacted": None if one.is_contacted is None else yes(one.is_contacted),
        "resolved": words.value("resolved", one.resolved) if one.resolved else None,
        "satisfaction": words.value("satisfaction", one.satisfaction) if one.satisfaction else None,
    }
    return {words.header(column): value for column, value in record.items()}
