"""The organisations of the buildings, and what their workstations do (G01 to G03, A01, A02, V01)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from common.periods import month_end
from sample.activities import PLACES, THEMES
from sample.city.chance import Whole, chance, pick, whole
from sample.city.columns import at, day_number, days, flags, joined, later, moments, serial, texts, words_of
from sample.city.plan import Plan
from sample.city.registers import NEVER, Registers
from sample.city.sent import Sent
from sample.targets import STAFF_NORM
from sample.visits import ISSUES

_OF_COMMITTEE, _OF_PARTY, _OF_STATION = 3, 4, 8
"""How many buildings, one after the other in the register, an organisation covers."""

_TYPES = ("COMMITTEE", "PARTY_ORG", "STATION")
_NAMES = ("楼委会", "联合党支部", "楼宇工作站")
_FORMED = date(2018, 5, 10)
_SIGNED_IN = 6
"""So many sign in at an activity, of the fewer than twice as many that come at the least."""


@dataclass(frozen=True, eq=False)
class Stations:
    """The workstations of a district by position, and all organisations."""

    registers: Registers
    houses: Whole
    """Positions of the buildings in statistics, which are covered."""
    name: pl.Series
    norm: Whole
    organisations: pl.DataFrame
    coverage: pl.DataFrame


def found_stations(registers: Registers) -> Stations:
    """Let organisations cover the buildings in statistics, in the order of the register."""
    houses = registers.buildings.counted
    names = registers.buildings.name.gather(houses)
    streets = registers.buildings.table["street_name"].gather(houses)
    heads = [np.arange(len(houses)) // many * many for many in (_OF_COMMITTEE, _OF_PARTY, _OF_STATION)]
    founders = [np.unique(head) for head in heads]
    kind = np.repeat(np.arange(len(_TYPES)), [len(one) for one in founders])
    who = np.concatenate(founders)
    is_central = (np.arange(len(who)) % 2).astype(np.int64)
    station_type = words_of("G01", "station_type", ("CENTRAL", "ORDINARY"), np.where(kind == 2, is_central, -1))
    called = joined(names.gather(who), texts(_NAMES, kind))
    formed = days(np.full(len(who), day_number(_FORMED)))
    organisations = pl.DataFrame({
        "org_id": serial("ZZ", np.arange(1, len(who) + 1), 4),
        "org_type": words_of("G01", "org_type", _TYPES, kind),
        "station_type": station_type,
        "name": called,
        "party_level": words_of("G01", "party_level", ("BRANCH",), np.where(kind == 1, 0, -1)),
        "formed_on": formed,
        "head_name": texts([one.name for one in registers.staff], np.arange(len(who)) % len(registers.staff)),
        "street_name": streets.gather(who),
    })  # fmt: skip
    covered = np.tile(np.arange(len(houses)), len(_TYPES))
    by = np.repeat(np.arange(len(_TYPES)), len(houses))
    coverage = pl.DataFrame({
        "building_name": names.gather(covered),
        "org_name": joined(names.gather(np.concatenate(heads)), texts(_NAMES, by)),
        "org_type": words_of("G02", "org_type", _TYPES, by),
        "valid_from": days(np.full(len(covered), day_number(later(_FORMED, 20)))),
    })  # fmt: skip
    norm = np.array([STAFF_NORM["CENTRAL"], STAFF_NORM["ORDINARY"]])[is_central[kind == 2]]
    return Stations(registers, houses, called.filter(pl.Series(kind == 2)), norm, organisations, coverage)


def station_files(plan: Plan, stations: Stations, month: int) -> Iterator[Sent]:
    """Give what the organisations and stations send for a month, some of it once in a quarter."""
    first, last = plan.months[month], month_end(plan.months[month])
    label, sent = f"{first:%Y%m}", at(later(last, 3), 11)
    if first.month % 3 == 0:
        for feed, subject, table in (
            ("G01", "组织与站点", stations.organisations), ("G02", "覆盖关系", stations.coverage),
        ):  # fmt: skip
            yield Sent(feed, subject, label, at(later(last, 10), 10), "区委组织部", table, period=last.isoformat())
    yield Sent("G03", "专职社工", label, at(later(last, 5), 10), "区委社会工作部", _staff(stations, month),
               period=last.isoformat())  # fmt: skip
    rng = chance(plan.seed, stations.registers.district.code, f"stations:{month}")
    activities = _activities(plan, stations, first, last, rng)
    signed = _sign_ins(stations, activities, rng)
    visits = _visits(plan, stations, month, rng)
    for feed, subject, table in (
        ("A01", "活动台账", activities),
        ("A02", "活动签到", signed),
        ("V01", "走访记录", visits),
    ):
        yield Sent(feed, subject, label, sent, "楼宇工作站", table, period=f"{first:%Y-%m}")


def _staff(stations: Stations, month: int) -> pl.DataFrame:
    """List the full-time staff: one post in ten is vacant, another one every month."""
    seats = np.repeat(np.arange(len(stations.norm)), stations.norm)
    seats = seats[(np.arange(len(seats)) + month) % 10 != 0]
    staff = stations.registers.staff
    who = np.arange(len(seats)) % len(staff)
    return pl.DataFrame({
        "station": stations.name.gather(seats),
        "person_name": texts([one.name for one in staff], who),
        "person_id_no": texts([one.resident_no for one in staff], who),
        "phone": texts([one.phone for one in staff], who),
        "full_time": flags(np.ones(len(seats), dtype=bool)),
        "on_post_from": days(np.full(len(seats), day_number(later(_FORMED, 60)))),
    })  # fmt: skip


def _activities(plan: Plan, stations: Stations, first: date, last: date, rng: np.random.Generator) -> pl.DataFrame:
    size = max(plan.sizes.listed // 12, len(stations.norm))
    titles = [(kind, title) for kind, titles in THEMES.items() for title in titles]
    title = whole(rng, 0, len(titles), size)
    held = day_number(first) + np.sort(whole(rng, 0, (last - first).days + 1, size))
    house = whole(rng, 0, len(stations.houses), size)
    return pl.DataFrame({
        "activity_id": serial(f"HD{first:%Y%m}", np.arange(1, size + 1), 5),
        # every station does something in every month
        "station": stations.name.gather(np.arange(size) % len(stations.norm)),
        "title": texts([title for _, title in titles], title),
        "activity_type": words_of("A01", "activity_type", [kind for kind, _ in titles], title),
        "held_on": days(held),
        "place": texts(PLACES, whole(rng, 0, len(PLACES), size)),
        "building_names": stations.registers.buildings.name.gather(stations.houses[house]),
        "attendance": 2 * _SIGNED_IN + whole(rng, 0, 40, size),
        "status": words_of("A01", "status", ("HELD",), np.zeros(size, dtype=np.int64)),
    })  # fmt: skip


def _sign_ins(stations: Stations, activities: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """List who signed in at every other activity."""
    event = np.repeat(np.arange(0, activities.height, 2), _SIGNED_IN)
    staff, firms = stations.registers.staff, stations.registers.firms
    guests = settled(stations.registers)
    guest = guests[whole(rng, 0, len(guests), len(event))]
    person = (event * 7 + np.arange(len(event)) % _SIGNED_IN) % len(staff)
    held = activities["held_on"].to_physical().to_numpy().astype(np.int64)[event]
    return pl.DataFrame({
        "activity_id": activities["activity_id"].gather(event),
        "enterprise_name": firms.name.gather(guest),
        "uscc": firms.code.gather(guest),
        "person_name": texts([one.name for one in staff], person),
        "person_phone": texts([one.phone for one in staff], person),
        "signed_at": moments(held * 86_400 + whole(rng, 32_400, 57_600, len(event))),
    })  # fmt: skip


def _visits(plan: Plan, stations: Stations, month: int, rng: np.random.Generator) -> pl.DataFrame:
    firms, guests = stations.registers.firms, settled(stations.registers)
    size = min(plan.sizes.listed // 3, len(guests))
    guest = rng.choice(guests, size, replace=False)
    last = month_end(plan.months[month]).day
    return pl.DataFrame({
        "station": stations.name.gather(np.arange(size) % len(stations.norm)),
        "enterprise_name": firms.name.gather(guest),
        "uscc": firms.code.gather(guest),
        "visited_on": days(day_number(plan.months[month]) + whole(rng, 0, last, size)),
        "issues": texts(ISSUES, np.where(pick(rng, (6, 4), size) == 1, np.arange(size) % len(ISSUES), -1)),
    })  # fmt: skip


def settled(registers: Registers) -> Whole:
    """Return the tenants that are there through all months."""
    firms = registers.firms
    return np.flatnonzero(firms.is_tenant & (firms.arrives < 0) & (firms.leaves == NEVER))
