"""What people tell the hotline (H01) and what they say when they are called back (H02).

Of every ticket its five steps are drawn; a version is the ticket as it stood after one of them. A file holds the
versions of a month, in the last month those of a day.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from common.periods import add_months
from sample.city.chance import Flags, Real, Whole, chance, pick, whole
from sample.city.columns import at, flags, joined, later, moments, second_number, serial, texts, words_of
from sample.city.districts import DISTRICTS
from sample.city.plan import VERSIONS, Plan
from sample.city.registers import Registers
from sample.city.sent import Sent

_ABOUT_BUILDINGS = 0.25
_EXCLUDED, _DUPLICATE, _CALLED_BACK, _REACHED = 0.02, 0.02, 0.9, 0.78
_FLOORS = 6
"""So many floors of a building are named by callers."""

_KINDS = ("DEMAND", "COMPLAINT", "HELP", "SUGGESTION", "REPORT", "CONSULT", "PRAISE")
_KIND_WEIGHTS = (40, 25, 10, 5, 5, 12, 3)
_CHANNELS, _CHANNEL_WEIGHTS = ("PHONE", "WECHAT", "APP", "WEB"), (70, 15, 10, 5)
_URGENCY, _URGENCY_WEIGHTS, _HOURS = ("L2", "L3", "L4"), (10, 70, 20), np.array([24, 168, 360])
_STATUS = ("DISPATCHED", "HANDLING", "HANDLING", "REPLIED", "CLOSED")
"""After each step: dispatched, signed for, contacted, answered, closed."""

_BUILDING_MATTERS = (
    "商务楼宇->物业服务->空调供暖", "商务楼宇->物业服务->电梯运行", "商务楼宇->物业服务->停车收费",
    "商务楼宇->租赁纠纷->押金退还", "商务楼宇->公共设施->停水停电", "商务楼宇->消费服务->预付卡",
    "商务楼宇->劳动用工->拖欠工资", "商务楼宇->环境秩序->施工噪声",
)  # fmt: skip
_HOME_MATTERS = (
    "住房和社区->小区管理->停车管理", "住房和社区->小区管理->电动车充电", "住房和社区->供暖->温度不达标",
    "住房和社区->噪声->社会生活噪声", "住房和社区->道路->路灯不亮", "住房和社区->垃圾->清运不及时",
)  # fmt: skip
_ESTATES = ("东里", "西里", "南里", "北里", "家园小区", "花园小区")
_HOUSES = 30
_BUREAUX = ("市场监管局", "住建委", "城管委", "人力社保局", "文旅局")
_REASONS = ("MALICIOUS", "OUT_OF_JURISDICTION", "JUDICIAL_OR_DISCIPLINE", "POLICY_LIMIT", "CALLER_WITHDREW")
_PROOF = "街道现场核实记录"
_SEASONS = (1.15, 1.0, 0.95, 0.95, 0.95, 1.0, 1.1, 1.1, 0.95, 0.95, 1.05, 1.15)
"""By calendar month: more where it is cold or hot."""

_RESOLVED, _RESOLVED_WEIGHTS = ("YES", "NO", "PARTLY"), (86, 9, 5)
_GRADES = ("SATISFIED", "BASICALLY_SATISFIED", "NEUTRAL", "DISSATISFIED", "NOT_RATED")
_GLAD = ((80, 12, 4, 1, 3), (4, 8, 20, 62, 6), (20, 40, 20, 15, 5))
"""How the grades fall, by what became of the matter."""


@dataclass(frozen=True, slots=True, eq=False)
class _Tickets:
    """All tickets by position, in the order in which they were created."""

    number: pl.Series
    kind: Whole
    matter: Whole
    """Of a building's matters, then of the others."""
    channel: Whole
    urgency: Whole
    created: Whole
    steps: Whole
    """When each step was taken: a row for each step, in seconds."""
    street: Whole
    place: Whole
    """Positions in the texts of all places."""
    unit: Whole
    """Of the streets, then of the bureaux."""
    caller: Whole
    excluded: Whole
    """The reason; -1 for most."""
    is_duplicate: Flags


@dataclass(frozen=True, slots=True, eq=False)
class _Callbacks:
    """All calls back, by position."""

    ticket: Whole
    made: Whole
    is_valid: Flags
    resolved: Whole
    grade: Whole


def hotline_files(plan: Plan, registers: Registers) -> Iterator[Sent]:
    """Give the tickets and the calls back of every month, and of every day of the last month."""
    tickets = _tickets(plan, registers)
    calls = _callbacks(plan, registers, tickets)
    events = tickets.steps.ravel()
    order = np.argsort(events, kind="stable")
    called = np.argsort(calls.made, kind="stable")
    texts_of = _Texts(registers)
    for start, end, label in _windows(plan):
        rows = _between(events, order, start, end)
        sent = at(end, 6, 10)
        yield Sent("H01", "工单", label, sent, "区城市管理指挥中心", texts_of.versions(tickets, rows),
                   "parquet", channel="api")  # fmt: skip
        yield Sent("H02", "回访结果", label, sent, "市民热线服务中心",
                   _called(tickets, calls, _between(calls.made, called, start, end)), "parquet",
                   channel="api")  # fmt: skip


def _windows(plan: Plan) -> Iterator[tuple[date, date, str]]:
    """Yield the spans of the files, half-open, with what their names say."""
    yield plan.hotline_from, add_months(plan.first, 1), f"{plan.first:%Y%m}"
    for first in plan.months[1:-1]:
        yield first, add_months(first, 1), f"{first:%Y%m}"
    last = plan.months[-1]
    for number in range((plan.end - last).days):
        day = later(last, number)
        yield day, later(day, 1), f"{day:%Y%m%d}"


def _between(moment: Whole, order: Whole, start: date, end: date) -> Whole:
    """Return the positions of the moments of a span, by time."""
    low, high = np.searchsorted(moment, [second_number(start), second_number(end)], sorter=order)
    return order[low:high]


def _tickets(plan: Plan, registers: Registers) -> _Tickets:
    rng, district = chance(plan.seed, registers.district.code, "tickets"), registers.district
    size, houses = plan.sizes.tickets * plan.years, registers.buildings
    days_long = (plan.end - plan.hotline_from).days
    weights = [_SEASONS[later(plan.hotline_from, number).month - 1] for number in range(days_long)]
    hour = np.clip(rng.normal(13.5, 4, size), 0, 23.99)
    created = np.sort(
        second_number(plan.hotline_from) + pick(rng, weights, size) * 86_400 + (hour * 3_600).astype(np.int64)
    )
    waits = [(600, 72_000), (300, 9_000), (600, 54_000), (14_400, 900_000), (3_600, 320_000)]
    steps = created + np.cumsum([whole(rng, low, high, size) for low, high in waits], axis=0)
    about = rng.random(size) < _ABOUT_BUILDINGS
    counted = houses.counted
    house = counted[pick(rng, houses.rentable[counted] ** 0.5, size)]
    street = np.where(about, houses.street[house], whole(rng, 0, len(district.streets), size))
    elsewhere = (2 + _FLOORS) * houses.code.len() + (
        street * len(_ESTATES) + whole(rng, 0, len(_ESTATES), size)
    ) * _HOUSES + whole(rng, 0, _HOUSES, size)  # fmt: skip
    said = pick(rng, (60, 25, *[15 / _FLOORS] * _FLOORS), size)
    matter = np.where(
        about, whole(rng, 0, len(_BUILDING_MATTERS), size),
        len(_BUILDING_MATTERS) + whole(rng, 0, len(_HOME_MATTERS), size),
    )  # fmt: skip
    unit = np.where(rng.random(size) < 0.6, street, len(district.streets) + whole(rng, 0, len(_BUREAUX), size))
    place = DISTRICTS.index(district) + 1
    return _Tickets(
        number=joined(f"D{place:02d}T", moments(created).dt.to_string("%y%m%d"), serial("", np.arange(1, size + 1), 7)),
        kind=pick(rng, _KIND_WEIGHTS, size),
        matter=matter,
        channel=pick(rng, _CHANNEL_WEIGHTS, size),
        urgency=pick(rng, _URGENCY_WEIGHTS, size),
        created=created,
        steps=steps,
        street=street,
        place=np.where(about, said * houses.code.len() + house, elsewhere),
        unit=unit,
        caller=whole(rng, 0, len(registers.staff), size),
        excluded=np.where(rng.random(size) < _EXCLUDED, whole(rng, 0, len(_REASONS), size), -1),
        is_duplicate=rng.random(size) < _DUPLICATE,
    )


def _places(registers: Registers) -> pl.Series:
    """List every place that is told: names and other names of buildings, their floors, the houses of estates."""
    houses = registers.buildings
    others = pl.select(pl.coalesce(houses.alias, houses.name)).to_series()
    floors = [joined(houses.name, f"{floor}层") for floor in range(1, _FLOORS + 1)]
    estates = [
        f"{street.removesuffix('街道')}{estate}{house}号楼"
        for _, street in registers.district.streets for estate in _ESTATES for house in range(1, _HOUSES + 1)
    ]  # fmt: skip
    return pl.concat([houses.name, others, *floors, pl.Series(estates)], rechunk=True)


class _Texts:
    """The texts that the tickets of a district point to."""

    def __init__(self, registers: Registers) -> None:
        district = registers.district
        self._district = district.name
        self._places = _places(registers)
        self._streets = [name for _, name in district.streets]
        self._units = [*self._streets, *(f"区{name}" for name in _BUREAUX)]
        self._names = [one.name for one in registers.staff]
        self._phones = [one.phone for one in registers.staff]

    def versions(self, tickets: _Tickets, rows: Whole) -> pl.DataFrame:
        """Return the tickets as they stood after some of their steps; a row is step times tickets plus ticket."""
        size = len(tickets.created)
        step, who = rows // size, rows % size
        known = [np.where(step >= number, tickets.steps[number][who], 0) for number in range(VERSIONS)]
        dispatched, signed, contacted, answered, closed = (
            moments(moment, step >= number) for number, moment in enumerate(known)
        )
        place, caller = self._places.gather(tickets.place[who]), tickets.caller[who]
        matter = texts((*_BUILDING_MATTERS, *_HOME_MATTERS), tickets.matter[who])
        urgency, number = tickets.urgency[who], tickets.number.gather(who)
        is_closed = step == VERSIONS - 1
        excluded = np.where(is_closed, tickets.excluded[who], -1)
        told = excluded >= 0
        officer = texts(self._names, np.where(told, caller // 2, -1))
        return pl.DataFrame({
            "ticket_no": number,
            "ticket_type": words_of("H01", "ticket_type", _KINDS, tickets.kind[who]),
            "category_path": matter,
            "content": joined(
                "来电人（电话", texts(self._phones, caller), "）反映", place, "存在",
                matter.str.split("->").list.last(), "问题，希望尽快核实处理并回复。编号", number.str.tail(7),
            ),
            "channel": words_of("H01", "channel", _CHANNELS, tickets.channel[who]),
            "created_at": moments(tickets.created[who]),
            "dispatched_at": dispatched,
            "urgency": words_of("H01", "urgency", _URGENCY, urgency),
            "signed_at": signed,
            "contacted_at": contacted,
            "feedback_at": answered,
            "closed_at": closed,
            "due_at": moments(tickets.steps[0][who] + 3_600 * _HOURS[urgency]),
            "unit_lv1": texts(self._units, tickets.unit[who]),
            "unit_role": words_of("H01", "unit_role", ("LEAD",), np.zeros(len(rows), dtype=np.int64)),
            "district_name": pl.Series([self._district]).new_from_index(0, len(rows)),
            "street_name": texts(self._streets, tickets.street[who]),
            "place": place,
            "status": words_of("H01", "status", _STATUS, step),
            "reopen_count": np.zeros(len(rows), dtype=np.int64),
            "is_duplicate": flags(tickets.is_duplicate[who]),
            "exclude_flag": flags(told),
            "exclude_reason": words_of("H01", "exclude_reason", _REASONS, excluded),
            "exclude_proof": texts([_PROOF], np.where(told, 0, -1)),
            "exclude_proposer": officer,
            "exclude_approver": texts(self._names, np.where(told, caller // 3, -1)),
            "excluded_at": moments(known[-1], told),
            "caller_name": texts(self._names, caller),
            "caller_phone": texts(self._phones, caller),
            "updated_at": moments(tickets.steps[step, who]),
        })  # fmt: skip


def _callbacks(plan: Plan, registers: Registers, tickets: _Tickets) -> _Callbacks:
    rng = chance(plan.seed, registers.district.code, "callbacks")
    who = np.flatnonzero(rng.random(len(tickets.created)) < _CALLED_BACK)
    resolved = pick(rng, _RESOLVED_WEIGHTS, len(who))
    chosen: Real = rng.random(len(who))
    edges = np.cumsum(np.array(_GLAD) / 100, axis=1)[resolved]
    return _Callbacks(
        ticket=who,
        made=tickets.steps[-1][who] + whole(rng, 43_200, 864_000, len(who)),
        is_valid=rng.random(len(who)) < _REACHED,
        resolved=resolved,
        grade=np.minimum((chosen[:, None] >= edges).sum(axis=1), len(_GRADES) - 1),
    )


def _called(tickets: _Tickets, calls: _Callbacks, rows: Whole) -> pl.DataFrame:
    is_valid = calls.is_valid[rows]
    return pl.DataFrame({
        "ticket_no": tickets.number.gather(calls.ticket[rows]),
        "callback_seq": np.ones(len(rows), dtype=np.int64),
        "callback_at": moments(calls.made[rows]),
        "valid": flags(is_valid),
        "contacted": texts(["是"], np.where(is_valid, 0, -1)),
        "resolved": words_of("H02", "resolved", _RESOLVED, np.where(is_valid, calls.resolved[rows], -1)),
        "satisfaction": words_of("H02", "satisfaction", _GRADES, np.where(is_valid, calls.grade[rows], -1)),
    })  # fmt: skip
