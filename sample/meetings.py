"""Whistle and deliberation meetings, in ledgers by the month of the meeting (M01)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from random import Random

from sample.buildings import Building
from sample.delivery import DISTRICT, Delivery, signatures
from sample.draw import dice
from sample.forms import Row, Sheet, Workbook
from sample.names import people
from sample.targets import DELIBERATIONS, WHISTLES
from sample.timeline import (
    AS_OF,
    MONTH_ENDS,
    MONTHS,
    PROGRAMME_MONTHS,
    PROGRAMME_START,
    office_hour,
    position,
    working_days,
    working_days_after,
)
from sample.words import Words, moment, spell, spell_month

_CANCELLED, _PLANNED = 22, 15
MATTERS = {
    "WHISTLE": (
        "地下车库消防隐患整治",
        "周边违停治理",
        "餐饮油烟扰民",
        "楼宇外立面脱落",
        "共享单车堆积",
        "夜间施工噪声",
    ),
    "DELIBERATION": (
        "物业费调整方案",
        "公共区域改造",
        "午间就餐保障",
        "访客停车优惠",
        "垃圾分类驿站选址",
        "电梯更新资金分摊",
    ),
}


@dataclass(frozen=True, slots=True)
class Meeting:
    """A meeting that a building called for."""

    type: str
    building: Building
    at: datetime
    matter: str
    channel: str
    status: str
    attendees: str
    closed: date | None
    due: date | None = None
    """By when the matter of a whistle was to be settled."""


def invent_meetings(seed: int, buildings: Sequence[Building]) -> list[Meeting]:
    """Draw the meetings in the order of their days."""
    rng = dice(seed, "meetings")
    houses = [building for building in buildings if building.is_counted(MONTHS[0]) and building.is_counted_now]
    calendar = working_days(PROGRAMME_START, AS_OF)
    faces = [who.name for who in people(rng, 200)]
    planned = [("WHISTLE", "HELD")] * WHISTLES + [("DELIBERATION", "HELD")] * DELIBERATIONS
    for status, times in (("CANCELLED", _CANCELLED), ("PLANNED", _PLANNED)):
        planned += [(rng.choice(list(MATTERS)), status) for _ in range(times)]
    found = [_meeting(rng, kind, status, rng.choice(houses), rng.choice(calendar), faces) for kind, status in planned]
    return _with_deadlines(seed, sorted(found, key=lambda one: one.at))


def _with_deadlines(seed: int, meetings: Sequence[Meeting]) -> list[Meeting]:
    """Say by when the matters of whistles were to be settled, by dice of their own that move nothing else."""
    rng = dice(seed, "deadlines")
    terms = (timedelta(days=rng.choice((10, 15, 20))) for _ in meetings)
    return [
        replace(one, due=one.at.date() + term) if one.type == "WHISTLE" else one
        for one, term in zip(meetings, terms, strict=True)
    ]


def numbered(meetings: Sequence[Meeting], month: int) -> list[tuple[str, Meeting]]:
    """Return the meetings of a month with the numbers that its ledger gives them."""
    held = (one for one in meetings if position(one.at.date()) == month)
    return [(f"HY{MONTHS[month]:%Y%m}{number:03d}", one) for number, one in enumerate(held, 1)]


def _meeting(rng: Random, kind: str, status: str, house: Building, day: date, faces: Sequence[str]) -> Meeting:
    settled = day + timedelta(days=rng.randint(3, 25))
    return Meeting(
        type=kind,
        building=house,
        at=office_hour(rng, day),
        matter=f"{house.name_in(position(day))}{rng.choice(MATTERS[kind])}",
        channel="ONLINE" if kind == "DELIBERATION" and rng.random() < 0.3 else "ONSITE",
        status=status,
        attendees="、".join(rng.sample(faces, 3)),
        closed=settled if status == "HELD" and rng.random() < 0.85 else None,
    )


def meeting_deliveries(seed: int, meetings: Sequence[Meeting]) -> list[Delivery]:
    """Return the monthly ledgers."""
    rng = dice(seed, "M01")
    staff = [who.name for who in people(rng, 2)]

    def delivery(month: int) -> Delivery:
        sent = office_hour(rng, working_days_after(MONTH_ENDS[month], 3))
        held = numbered(meetings, month)
        return Delivery(
            "M01",
            f"{DISTRICT}_M01吹哨议事_{MONTHS[month]:%Y%m}.xlsx",
            sent,
            "各街道",
            lambda: Workbook([_ledger(month, held, sent.date(), signatures(*staff))]),
            period=f"{MONTHS[month]:%Y-%m}",
        )

    return [delivery(month) for month in PROGRAMME_MONTHS]


def _ledger(month: int, meetings: Sequence[tuple[str, Meeting]], sent: date, signed: tuple[str, str, str]) -> Sheet:
    words = Words("M01", month % 2)
    rows: list[Row] = [
        (
            number,
            words.value("meeting_type", one.type),
            words.value("channel", one.channel),
            one.building.name_in(month),
            moment(one.at),
            one.matter,
            "已形成解决方案" if one.closed and one.closed < sent else None,
            spell(one.due, "iso"),
            spell(one.closed, "iso") if one.closed and one.closed < sent else None,
            words.value("status", one.status),
            one.attendees,
        )
        for number, one in meetings
    ]
    columns = (
        "meeting_id", "meeting_type", "channel", "building_name", "held_at", "matter", "result", "due_on",
        "closed_on", "status", "attendees",
    )  # fmt: skip
    title = f"吹哨报到及议事协调会台账（{spell_month(MONTHS[month])}）"
    return Sheet("M01", "会议台账", (title,), words.headers(*columns), rows, signatures=signed)
