"""What is done about the troubles of the buildings: meetings, appeals, the three lists (M01, M02, P01, N01 to N03)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from common.periods import month_end
from sample import appeals, meetings, summons
from sample.city.chance import Flags, Whole, chance, pick, whole
from sample.city.columns import at, day_number, days, joined, later, moments, serial, texts, words_of
from sample.city.plan import Plan
from sample.city.registers import Registers
from sample.city.sent import Sent
from sample.lists import DEPARTMENTS, OFFERS, WANTS
from sample.words import yes

_KINDS = ("WHISTLE", "DELIBERATION")
_SOURCES = ("VISIT", "WECHAT", "MEETING", "INSPECTION", "HOTLINE_HINT")
_BEFORE = 60
"""The lists hold what is as many days older than the first month."""

_SUMMONED = 2
"""So many departments are summoned by a whistle."""

_WANTS = [(kind, text) for kind, texts in WANTS.items() for text in texts]
_OFFERS = [(kind, text) for kind, texts in OFFERS.items() for text in texts]
_APPEALS = [(kind, text) for kind, texts in appeals.MATTERS.items() for text in texts]


@dataclass(frozen=True, eq=False)
class Lists:
    """The three lists as they are in the end, with the day on which each entry begins and the one on which it ends."""

    registers: Registers
    needs: pl.DataFrame
    raised: Whole
    closed: Whole
    resources: pl.DataFrame
    offered: Whole
    projects: pl.DataFrame
    started: Whole
    ended: Whole


def make_lists(plan: Plan, registers: Registers) -> Lists:
    """Draw the three lists of all months."""
    rng = chance(plan.seed, registers.district.code, "lists")
    houses, size = registers.buildings, plan.sizes.listed * plan.years
    names = houses.name.gather(houses.counted[whole(rng, 0, len(houses.counted), size)])
    staff, number, face = registers.staff, np.arange(1, size + 1), whole(rng, 0, len(registers.staff), size)
    want, offer = whole(rng, 0, len(_WANTS), size), whole(rng, 0, len(_OFFERS), size)
    dept = texts(DEPARTMENTS, whole(rng, 0, len(DEPARTMENTS), size))
    raised, offered, started = (np.sort(_some_days(plan, rng, size)) for _ in range(3))
    planned = started + whole(rng, 40, 200, size)
    matched = np.where(rng.random(size) < 0.5, number // 2, 0)
    needs = pl.DataFrame({
        "building_name": names,
        "need_id": serial("XQ", number, 6),
        "content": joined(names, "希望", texts([text for _, text in _WANTS], want), serial("（", number, 1), "）"),
        "category": words_of("N01", "category", [kind for kind, _ in _WANTS], want),
        "raised_on": days(raised),
        "due_on": days(raised + 30),
        "dept": dept,
        "contact_name": texts([one.name for one in staff], face),
        "contact_phone": texts([one.phone for one in staff], face),
    }).with_columns(resource_ids=pl.when(pl.Series(matched > 0)).then(serial("ZY", matched, 6)))  # fmt: skip
    resources = pl.DataFrame({
        "resource_id": serial("ZY", number, 6),
        "provider": dept,
        "content": joined(names, texts([text for _, text in _OFFERS], offer), serial("", number, 1)),
        "resource_type": words_of("N02", "resource_type", [kind for kind, _ in _OFFERS], offer),
        "available_from": days(offered),
        "times_used": number % 4,
    })  # fmt: skip
    projects = pl.DataFrame({
        "project_id": serial("XM", number, 6),
        "name": joined(names, texts([text for _, text in _WANTS], want), "项目", serial("", number, 1)),
        "owner": dept,
        "start_on": days(started),
        "planned_end": days(planned),
        "budget": np.array((3, 5, 8, 12, 20, 50))[number % 6],
    })  # fmt: skip
    return Lists(
        registers, needs, raised, raised + whole(rng, 3, 60, size), resources, offered, projects, started,
        planned + whole(rng, -20, 30, size),
    )  # fmt: skip


def _some_days(plan: Plan, rng: np.random.Generator, size: int) -> Whole:
    """Draw days of all months, and of some time before them."""
    first = day_number(plan.first) - _BEFORE
    return first + whole(rng, 0, day_number(plan.end) - first, size)


def service_files(plan: Plan, lists: Lists, month: int) -> Iterator[Sent]:
    """Give what is sent for a month."""
    first, last = plan.months[month], month_end(plan.months[month])
    label, sent = f"{first:%Y%m}", at(later(last, 3), 15)
    rng = chance(plan.seed, lists.registers.district.code, f"services:{month}")
    held, called = _meetings(plan, lists.registers, first, last, rng)
    found = _appeals(plan, lists.registers, first, last, rng)
    told = (("M01", "吹哨议事", "各街道", held), ("M02", "部门报到", "各街道", called),
            ("P01", "未诉先办", "楼委会", found))  # fmt: skip
    for feed, subject, sender, table in told:
        yield Sent(feed, subject, label, sent, sender, table, period=f"{first:%Y-%m}")
    listed = (("N01", "需求清单", _needs(lists, last)), ("N02", "资源清单", _resources(lists, last)),
              ("N03", "项目清单", _projects(lists, last)))  # fmt: skip
    for feed, subject, table in listed:
        units = {"budget": "(万元)"} if feed == "N03" else {}
        yield Sent(feed, subject, label, at(later(last, 7), 15), "楼委会", table, units=units, period=last.isoformat())


def _meetings(
    plan: Plan, registers: Registers, first: date, last: date, rng: np.random.Generator
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """List the meetings of a month, and the departments that whistles summoned to them."""
    size, houses = plan.sizes.listed // 24, registers.buildings
    kind = np.arange(size) % len(_KINDS)
    day = day_number(first) + np.sort(whole(rng, 0, last.day, size))
    moment = day * 86_400 + whole(rng, 36_000, 61_200, size)
    names = houses.name.gather(houses.counted[whole(rng, 0, len(houses.counted), size)])
    choice = whole(rng, 0, min(map(len, meetings.MATTERS.values())), size)
    matter = [
        texts(meetings.MATTERS[name], np.where(kind == at_kind, choice, -1)) for at_kind, name in enumerate(_KINDS)
    ]
    closed = day + whole(rng, 2, 15, size)
    number = serial(f"HY{first:%Y%m}", np.arange(1, size + 1), 4)
    held = pl.DataFrame({
        "meeting_id": number,
        "meeting_type": words_of("M01", "meeting_type", _KINDS, kind),
        "channel": words_of("M01", "channel", ("ONSITE", "ONLINE"), pick(rng, (8, 2), size)),
        "building_name": names,
        "held_at": moments(moment),
        "matter": joined(names, pl.select(pl.coalesce(matter)).to_series()),
        "due_on": days(day + 15, kind == 0),
        "closed_on": days(closed, closed <= day_number(last)),
        "status": words_of("M01", "status", ("HELD",), np.zeros(size, dtype=np.int64)),
    })  # fmt: skip
    whistle = np.repeat(np.flatnonzero(kind == 0), _SUMMONED)
    came = rng.random(len(whistle)) < 0.92
    called = pl.DataFrame({
        "meeting_id": number.gather(whistle),
        "dept": texts(summons.DEPARTMENTS, np.arange(len(whistle)) % len(summons.DEPARTMENTS)),
        "summoned_at": moments(moment[whistle] - 7_200),
        "required_by": moments(moment[whistle]),
        "arrived_at": moments(moment[whistle] + whole(rng, -2_400, 2_400, len(whistle)), came),
        "substitute": texts([yes(False), yes(True)], np.where(came, pick(rng, (85, 15), len(came)), -1)),
    })  # fmt: skip
    return held, called


def _appeals(plan: Plan, registers: Registers, first: date, last: date, rng: np.random.Generator) -> pl.DataFrame:
    size, houses, staff = plan.sizes.listed // 12, registers.buildings, registers.staff
    day = day_number(first) + np.sort(whole(rng, 0, last.day, size))
    settled = day + whole(rng, 0, 20, size)
    is_settled: Flags = (settled <= day_number(last)) & (rng.random(size) < 0.95)
    matter, face = whole(rng, 0, len(_APPEALS), size), whole(rng, 0, len(staff), size)
    names = houses.name.gather(houses.counted[whole(rng, 0, len(houses.counted), size)])
    number = np.arange(1, size + 1)
    return pl.DataFrame({
        "appeal_id": serial(f"WS{first:%Y%m}-", number, 4),
        "found_at": moments(day * 86_400 + whole(rng, 32_400, 61_200, size)),
        "source": words_of("P01", "source", _SOURCES, whole(rng, 0, len(_SOURCES), size)),
        "building_name": names,
        "content": joined(names, texts([text for _, text in _APPEALS], matter)),
        "category": texts([kind for kind, _ in _APPEALS], matter),
        "status": words_of("P01", "status", ("OPEN", "RESOLVED"), is_settled.astype(np.int64)),
        "resolved_at": days(settled, is_settled),
        "contact_name": texts([one.name for one in staff], face),
        "contact_phone": texts([one.phone for one in staff], face),
    })  # fmt: skip


def _needs(lists: Lists, last: date) -> pl.DataFrame:
    shown = np.flatnonzero(lists.raised <= day_number(last))
    is_closed = lists.closed[shown] <= day_number(last)
    return lists.needs[shown].with_columns(
        status=words_of("N01", "status", ("IN_PROGRESS", "CLOSED"), is_closed.astype(np.int64)),
        closed_on=days(lists.closed[shown], is_closed),
    )


def _resources(lists: Lists, last: date) -> pl.DataFrame:
    return lists.resources[np.flatnonzero(lists.offered <= day_number(last))]


def _projects(lists: Lists, last: date) -> pl.DataFrame:
    shown = np.flatnonzero(lists.started <= day_number(last))
    is_done = lists.ended[shown] <= day_number(last)
    return lists.projects[shown].with_columns(
        actual_end=days(lists.ended[shown], is_done),
        status=words_of("N03", "status", ("RUNNING", "DONE"), is_done.astype(np.int64)),
    )
