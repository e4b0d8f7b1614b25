"""Which departments a whistle summoned, and when they came, in lists by the month of the whistle (M02)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal

from common.clock import BEIJING
from sample.delivery import DISTRICT, Delivery, signatures
from sample.draw import dice
from sample.forms import Row, Sheet, Workbook
from sample.meetings import Meeting, numbered
from sample.names import people
from sample.timeline import (
    MONTH_ENDS,
    MONTHS,
    PROGRAMME_MONTHS,
    PROGRAMME_START,
    office_hour,
    position,
    working_days_after,
)
from sample.words import Words, moment, spell_month, yes

DEPARTMENTS = (
    "区城管委",
    "区住建委",
    "区消防救援支队",
    "区市场监管局",
    "区生态环境局",
    "区交通支队",
    "区卫健委",
    "区城管执法局",
)
_FIRST_HOUR = datetime.combine(PROGRAMME_START, time(8), BEIJING)


@dataclass(frozen=True, slots=True)
class Summons:
    """One department that a whistle summoned; one that never came has no arrival and no score."""

    meeting: str
    department: str
    summoned: datetime
    required: datetime
    arrived: datetime | None
    is_substitute: bool
    score: Decimal | None


def invent_summons(seed: int, meetings: Sequence[Meeting]) -> list[Summons]:
    """Summon two to four departments to every whistle that was held; about nine in ten come."""
    return list(_summoned(seed, [one for month in PROGRAMME_MONTHS for one in numbered(meetings, month)]))


def _summoned(seed: int, meetings: Sequence[tuple[str, Meeting]]) -> Iterator[Summons]:
    rng = dice(seed, "summons")
    for number, meeting in meetings:
        if meeting.type != "WHISTLE" or meeting.status != "HELD":
            continue
        blown = max(meeting.at - timedelta(minutes=rng.randint(90, 1_500)), _FIRST_HOUR)
        for department in rng.sample(DEPARTMENTS, rng.randint(2, 4)):
            came = rng.random() < 0.92
            arrived = max(meeting.at + timedelta(minutes=rng.randint(-40, 50)), blown + timedelta(minutes=15))
            yield Summons(
                number,
                department,
                blown,
                meeting.at,
                arrived if came else None,
                is_substitute=came and rng.random() < 0.15,
                score=Decimal(rng.randint(120, 200)) / 2 if came else None,
            )


def summons_deliveries(seed: int, meetings: Sequence[Meeting]) -> list[Delivery]:
    """Return the monthly lists."""
    rng = dice(seed, "M02")
    staff = [who.name for who in people(rng, 2)]
    summons = invent_summons(seed, meetings)

    def delivery(month: int) -> Delivery:
        blown = [one for one in summons if position(one.summoned.date()) == month]
        return Delivery(
            "M02",
            f"{DISTRICT}_M02部门报到_{MONTHS[month]:%Y%m}.xlsx",
            office_hour(rng, working_days_after(MONTH_ENDS[month], 3)),
            "各街道",
            lambda: Workbook([_list(month, blown, signatures(*staff))]),
            period=f"{MONTHS[month]:%Y-%m}",
        )

    return [delivery(month) for month in PROGRAMME_MONTHS]


def _list(month: int, summons: Sequence[Summons], signed: tuple[str, str, str]) -> Sheet:
    words = Words("M02", month % 2)
    rows: list[Row] = [
        (
            one.meeting,
            one.department,
            moment(one.summoned),
            moment(one.required),
            moment(one.arrived),
            yes(one.is_substitute) if one.arrived else None,
            one.score,
        )
        for one in summons
    ]
    columns = ("meeting_id", "dept", "summoned_at", "required_by", "arrived_at", "substitute", "score")
    title = f"部门报到情况（{spell_month(MONTHS[month])}）"
    return Sheet("M02", "部门报到", (title,), words.headers(*columns), rows, (0,), signed)
