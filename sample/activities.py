"""What the workstations organise, and the monthly ledgers of it (A01)."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from random import Random

from sample.buildings import STREETS
from sample.delivery import DISTRICT, Delivery, signatures
from sample.draw import apportion, dice
from sample.forms import Row, Sheet, Workbook
from sample.names import people
from sample.organisations import Governance, Organisation
from sample.targets import ACTIVITIES, ATTENDANCE
from sample.timeline import LAST, MONTH_ENDS, MONTHS, PROGRAMME_MONTHS, days, office_hour, working_days_after
from sample.words import Notation, Words, spell, spell_month

_JOINT, _JOINT_WITH_ONE_ID = 60, 15
_PARTY_A_MONTH, _CANCELLED_A_MONTH = 20, 3
_BY_STREET = (LAST - 1, LAST)
"""The months that came as one workbook for each street."""

THEMES = {
    "POLICY": ("稳岗政策解读会", "助企纾困政策宣讲", "汇算清缴政策辅导", "人才引进政策集市"),
    "LEGAL": ("劳动用工法律咨询", "合同风险防范讲座", "知识产权法律服务日"),
    "JOBFAIR": ("楼宇专场招聘会", "高校毕业生双选会"),
    "ROADSHOW": ("科创项目路演", "银企对接路演"),
    "TRAINING": ("消防安全培训", "急救技能培训", "财务实务培训"),
    "HEALTH": ("健康义诊进楼宇", "中医养生体验", "心理减压沙龙"),
    "CULTURE": ("楼宇读书会", "白领羽毛球赛", "非遗手作体验"),
    "UNION": ("工会会员日", "职工暖心驿站活动"),
    "OTHER": ("垃圾分类宣传", "便民服务日"),
}
_PARTNERS = ("区税务局", "区人力社保局", "区总工会", "区司法局", "石景山医院")
PLACES = ("一层大堂", "共享会议室", "党群活动室", "多功能厅")


@dataclass(frozen=True, slots=True)
class Activity:
    """An activity as its host reports it."""

    host: Organisation
    title: str
    type: str
    day: date
    place: str
    buildings: tuple[str, ...]
    attendance: int
    code: str | None = None
    partner: str | None = None
    is_cancelled: bool = False


def invent_activities(seed: int, governance: Governance) -> list[Activity]:
    """Draw the activities as reported; a joint one is reported by both of its stations."""
    rng = dice(seed, "activities")
    diary = _Diary(rng, governance)
    hosts = governance.stations
    weights = [2.0 if one.station_type == "CENTRAL" else 1.0 for one in hosts]
    regular = [(month, host) for month in PROGRAMME_MONTHS for host in hosts]
    more = ACTIVITIES - _JOINT - len(regular)
    regular += [(rng.choice(PROGRAMME_MONTHS), rng.choices(hosts, weights)[0]) for _ in range(more)]
    single = [diary.enter(month, host, rng.choice(list(THEMES))) for month, host in regular]
    joint = [
        diary.enter(rng.choice(PROGRAMME_MONTHS), rng.choice(hosts), rng.choice(list(THEMES))) for _ in range(_JOINT)
    ]
    single, joint = _with_attendance(rng, single, joint)
    party = [
        diary.enter(month, rng.choice(hosts), "PARTY") for month in PROGRAMME_MONTHS for _ in range(_PARTY_A_MONTH)
    ]
    called_off = [
        replace(diary.enter(month, rng.choice(hosts), "CULTURE"), attendance=rng.randint(10, 60), is_cancelled=True)
        for month in PROGRAMME_MONTHS
        for _ in range(_CANCELLED_A_MONTH)
    ]
    party = [replace(one, attendance=rng.randint(8, 40)) for one in party]
    reports = [one for number, event in enumerate(joint) for one in _reported_twice(rng, diary, event, number)]
    return _numbered(rng, [*single, *party, *called_off]) + reports


class _Diary:
    """What each station already does on which day: never more than two things, never one thing twice."""

    def __init__(self, rng: Random, governance: Governance) -> None:
        self._rng = rng
        self.hosts = governance.stations
        self._houses = {host.name: governance.covered_by(host) for host in self.hosts}
        self._busy: Counter[tuple[str, date]] = Counter()
        self._titles: set[tuple[str, date, str]] = set()

    def enter(self, month: int, host: Organisation, kind: str) -> Activity:
        """Find a day for a new activity."""
        title = self._rng.choice(THEMES.get(kind, ("主题党日", "党史学习读书班", "专题党课")))
        day = next(day for day in self._days(month) if self.is_free(host, day, title))
        self.block(host, day, title)
        houses = self._houses[host.name]
        names = tuple(house.name_in(month) for house in self._rng.sample(houses, min(2, len(houses))))
        return Activity(host, title, kind, day, self._rng.choice(PLACES), names, attendance=0)

    def _days(self, month: int) -> Iterator[date]:
        candidates = days(MONTHS[month], date.fromordinal(MONTH_ENDS[month].toordinal() + 1))
        yield from self._rng.sample(candidates, len(candidates))

    def is_free(self, host: Organisation, day: date, title: str) -> bool:
        """Tell whether a station can do something on a day."""
        return self._busy[host.name, day] < 2 and (host.name, day, title) not in self._titles

    def block(self, host: Organisation, day: date, title: str) -> None:
        """Note that a station does something on a day."""
        self._busy[host.name, day] += 1
        self._titles.add((host.name, day, title))


def _with_attendance(
    rng: Random, single: Sequence[Activity], joint: Sequence[Activity]
) -> tuple[list[Activity], list[Activity]]:
    """Fill in how many came: three at least, and all together the target."""
    events = [*single, *joint]
    sizes = [min(rng.lognormvariate(0, 0.6), 5.0) for _ in events]
    came = [3 + extra for extra in apportion(ATTENDANCE - 3 * len(events), sizes)]
    counted = [replace(event, attendance=number) for event, number in zip(events, came, strict=True)]
    return counted[: len(single)], counted[len(single) :]


def _reported_twice(rng: Random, diary: _Diary, event: Activity, number: int) -> Iterator[Activity]:
    """Yield the two reports of a joint activity; a few share one number, the others have none."""
    title = f"{event.title}（{event.host.street.name[:-2]}联合专场第{number + 1}期）"
    others = [one for one in diary.hosts if one is not event.host and diary.is_free(one, event.day, title)]
    other = rng.choice(others)
    diary.block(other, event.day, title)
    code = f"LH{event.day:%Y%m}{number:03d}" if number < _JOINT_WITH_ONE_ID else None
    yield replace(event, title=title, code=code, partner=other.name)
    yield replace(event, title=title, code=code, host=other, partner=event.host.name)


def _numbered(rng: Random, events: Sequence[Activity]) -> list[Activity]:
    """Give half of the activities a number and some a partner that is no station."""
    return [
        replace(
            event,
            code=f"HD{event.day:%Y%m}{number:05d}" if rng.random() < 0.5 else None,
            partner=rng.choice(_PARTNERS) if rng.random() < 0.3 else None,
        )
        for number, event in enumerate(events)
    ]


def activity_deliveries(seed: int, activities: Sequence[Activity]) -> list[Delivery]:
    """Return the monthly ledgers, the last two months' by street."""
    rng = dice(seed, "A01")
    staff = [who.name for who in people(rng, 2)]

    def delivery(month: int, reports: Sequence[Activity], by: str, sender: str) -> Delivery:
        return Delivery(
            "A01",
            f"{DISTRICT}_A01活动台账_{MONTHS[month]:%Y%m}_{by}.xlsx",
            office_hour(rng, working_days_after(MONTH_ENDS[month], 3)),
            sender,
            lambda: Workbook([_ledger(month, reports, signatures(*staff))]),
            period=f"{MONTHS[month]:%Y-%m}",
        )

    sent: list[Delivery] = []
    for month in PROGRAMME_MONTHS:
        reports = sorted(
            (one for one in activities if MONTHS[month] <= one.day <= MONTH_ENDS[month]),
            key=lambda one: (one.host.street.code, one.host.name, one.day, one.title),
        )
        if month not in _BY_STREET:
            sent.append(delivery(month, reports, "工作站汇总", "楼宇工作站"))
            continue
        for street in STREETS:
            local = [one for one in reports if one.host.street is street]
            sent.append(delivery(month, local, street.name, street.name))
    return sent


def _ledger(month: int, reports: Sequence[Activity], signed: tuple[str, str, str]) -> Sheet:
    words = Words("A01", month % 2)
    notation: Notation = "dot" if month % 2 else "iso"
    rows: list[Row] = [
        (
            number,
            one.host.name,
            one.code,
            one.title,
            words.value("activity_type", one.type),
            spell(one.day, notation),
            one.place,
            "、".join(one.buildings),
            one.attendance,
            one.partner,
            words.value("status", "CANCELLED" if one.is_cancelled else "HELD"),
        )
        for number, one in enumerate(reports, 1)
    ]
    columns = (
        "station", "activity_id", "title", "activity_type", "held_on", "place", "building_names", "attendance",
        "co_hosts", "status",
    )  # fmt: skip
    title = f"楼宇工作站活动台账（{spell_month(MONTHS[month])}）"
    return Sheet("A01", "活动台账", (title,), ("序号", *words.headers(*columns)), rows, (1,), signed)
