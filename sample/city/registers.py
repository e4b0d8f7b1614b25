"""Buildings, enterprises and who occupies what, and the registers that say so (B01, B02, E01, O01).

Every tenant holds one unit at least; some hold a second one in the same building or in another. In every month some
enterprises arrive and as many tenants leave, so that the registers keep their size.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice

import numpy as np
import polars as pl

from common.codes import ALPHABET, credit_code, organisation_code
from common.periods import month_end
from sample.buildings import GRADES, KINDS, OWNERSHIP, SHORT_KINDS
from sample.city.chance import Flags, Real, Whole, chance, pick, whole
from sample.city.columns import at, day_number, days, fen, flags, joined, later, serial, texts, words_of
from sample.city.districts import District
from sample.city.plan import Plan
from sample.city.sent import SPARE, Sent
from sample.draw import dice
from sample.enterprises import TRADES
from sample.names import Person, building_brands, enterprise_brands, people

NEVER = 1 << 30
"""The month of what does not happen."""

BROKEN_ONE_IN = 500
"""One row in so many is broken; of the occupancies, further units that are in no other list."""

_WITHOUT_BUILDING = 0.045
_ELSEWHERE = 0.13
"""Of the tenants, those that hold a unit of another building too."""

_CODELESS_ONE_IN = 37
"""One occupancy in so many is told by the enterprise's name alone, of which the register makes a code."""

_PEOPLE = 400
_PREFIX = "MAC"
"""Organisation codes of a range that no authority has begun to issue."""

_MANAGERS = tuple(f"北京{name}物业管理有限公司" for name in ("安居", "恒洁", "金钥", "和谐", "捷顺", "诚至"))
_REASONS = ("OUT", "CLOSED", "OTHER")


@dataclass(frozen=True, eq=False)
class Buildings:
    """The buildings of a district, by position."""

    code: pl.Series
    name: pl.Series
    alias: pl.Series
    street: Whole
    """Positions of their streets."""
    rentable: Whole
    is_counted: Flags
    """Whether they are in statistics; the others have no tenants."""
    table: pl.DataFrame
    """As the register lists them, without what changes from month to month."""

    @property
    def counted(self) -> Whole:
        """Positions of those in statistics."""
        return np.flatnonzero(self.is_counted)


@dataclass(frozen=True, eq=False)
class Firms:
    """The enterprises of a district, by position: first those of the full list, then who arrives."""

    code: pl.Series
    name: pl.Series
    arrives: Whole
    """The month in which they come; -1 for those that are there when the sample begins."""
    leaves: Whole
    """The month in which they leave their building; NEVER."""
    is_tenant: Flags
    size: Real
    """How heavy they are as taxpayers."""
    table: pl.DataFrame
    """As the register lists them while they are active."""
    reason: Whole
    """Why they leave, a position in the register's reasons."""


@dataclass(frozen=True, eq=False)
class Occupancies:
    """Who holds which unit, by position."""

    firm: Whole
    building: Whole
    is_spare: Flags
    """Units that are in no other list and may be broken."""
    arrives: Whole
    leaves: Whole
    moved_out: Whole
    table: pl.DataFrame
    """As the register lists them while they are in use."""
    area: Real


@dataclass(frozen=True, eq=False)
class Registers:
    """Everything that the other subjects of a district refer to."""

    district: District
    buildings: Buildings
    firms: Firms
    occupancies: Occupancies
    staff: tuple[Person, ...]
    """Invented people, who are contacts, callers and staff."""


def invent_registers(plan: Plan, district: District) -> Registers:
    """Draw the registers of a district."""
    staff = tuple(people(dice(plan.seed, f"city:{district.code}:people"), _PEOPLE))
    buildings = _buildings(plan, district, staff)
    firms = _firms(plan, district, staff)
    return Registers(district, buildings, firms, _occupancies(plan, district, buildings, firms, staff), staff)


def _buildings(plan: Plan, district: District, staff: tuple[Person, ...]) -> Buildings:
    rng, size = chance(plan.seed, district.code, "buildings"), plan.sizes.buildings
    brands = pl.Series(list(islice(building_brands(dice(plan.seed, f"city:{district.code}:buildings")), size)))
    kind = whole(rng, 0, len(KINDS), size)
    street = np.sort(whole(rng, 0, len(district.streets), size))
    number = np.arange(size) - np.searchsorted(street, street) + 1
    gross = np.clip(rng.lognormal(9.7, 0.8, size), 4_000, 160_000).astype(np.int64)
    rentable = (gross * rng.uniform(0.6, 0.88, size)).astype(np.int64)
    codes = joined(
        f"{district.code}-", texts([code for code, _ in district.streets], street), "-", serial("", number, 4)
    )
    name = brands + texts(list(KINDS), kind)
    alias = brands + texts(list(SHORT_KINDS.values()), np.where(rng.random(size) < 0.4, kind, -1))
    streets = texts([name for _, name in district.streets], street)
    is_counted = rng.random(size) >= 0.03
    floors = np.minimum(5 + gross // 6_000 + whole(rng, 0, 9, size), 30)
    face = whole(rng, 0, _PEOPLE, size)
    since = days(day_number(date(2016, 1, 1)) + whole(rng, 0, 1_000, size), is_counted)
    table = pl.DataFrame({
        "building_code": codes,
        "building_name": name,
        "alias": alias,
        "street_name": streets,
        "address": joined(
            f"北京市{district.name}", streets.str.strip_suffix("街道"), "中路", serial("", number, 1), "号院1号楼"
        ),
        "owner_name": joined("北京", brands, "置业有限公司"),
        "property_mgmt": texts(_MANAGERS, whole(rng, 0, len(_MANAGERS), size)),
        "ownership_type": words_of("B01", "ownership_type", OWNERSHIP, whole(rng, 0, len(OWNERSHIP), size)),
        "grade": words_of("B01", "grade", GRADES, whole(rng, 0, len(GRADES), size)),
        "use_type": words_of("B01", "use_type", list(KINDS.values()), kind),
        "completed_on": serial("", whole(rng, 2004, 2016, size), 4) + "-06",
        "floors": floors,
        "gross_area_m2": gross,
        "rentable_area_m2": rentable,
        "parking": gross // 180,
        "stat_flag": flags(is_counted),
        "stat_from": since,
        "contact_name": texts([one.name for one in staff], face),
        "contact_phone": texts([one.phone for one in staff], face),
    })  # fmt: skip
    return Buildings(codes, name, alias, street, rentable, is_counted, table)


def _firms(plan: Plan, district: District, staff: tuple[Person, ...]) -> Firms:
    rng, sizes = chance(plan.seed, district.code, "firms"), plan.sizes
    coming = sizes.arrivals * len(plan.months)
    size = sizes.enterprises + coming
    arrives = np.concatenate([np.full(sizes.enterprises, -1), np.repeat(np.arange(len(plan.months)), sizes.arrivals)])
    is_tenant = (arrives >= 0) | (np.arange(size) >= round(_WITHOUT_BUILDING * sizes.enterprises))
    leaves = np.full(size, NEVER)
    leavers = rng.choice(np.flatnonzero(is_tenant & (arrives < 0)), min(coming, sizes.enterprises // 2), replace=False)
    leaves[leavers] = np.arange(len(leavers)) % len(plan.months)
    starts = np.array([day_number(first) for first in plan.months])
    established = np.where(
        arrives < 0, starts[0] - whole(rng, 400, 5_000, size), starts[arrives] + whole(rng, 0, 4, size)
    )
    code, name, trade = _codes(rng, district, size), *_names(plan, district, rng, size)
    face, street = whole(rng, 0, _PEOPLE, size), whole(rng, 0, len(district.streets), size)
    streets = [name.removesuffix("街道") for _, name in district.streets]
    table = pl.DataFrame({
        "uscc": code,
        "name": name,
        "entity_type": words_of(
            "E01", "entity_type", ("DOMESTIC", "PRIVATE", "FOREIGN", "HMT"), pick(rng, (5, 10, 1, 1), size)
        ),
        "legal_rep": texts([one.name for one in staff], face),
        "reg_capital": pl.Series(np.array((10, 50, 100, 500, 1_000, 5_000, 20_000))[whole(rng, 0, 7, size)]),
        "established_on": days(established),
        "status": words_of("E01", "status", ("ACTIVE",), np.zeros(size, dtype=np.int64)),
        "status_date": days(established),
        "reg_authority": pl.Series([f"北京市{district.name}市场监督管理局"]).new_from_index(0, size),
        "reg_district": pl.Series([district.code]).new_from_index(0, size),
        "reg_address": joined(
            f"北京市{district.name}", texts(streets, street), "东路", serial("", whole(rng, 1, 200, size), 1), "号"
        ),
        "industry_code": texts(list(TRADES.values()), trade),
        "phone": texts([one.phone for one in staff], face),
    })  # fmt: skip
    weight = np.minimum(rng.lognormal(0, 1.2, size), 20.0) * np.where(is_tenant, 1.0, 0.25)
    return Firms(code, name, arrives, leaves, is_tenant, weight, table, pick(rng, (6, 3, 1), size))


def _codes(rng: np.random.Generator, district: District, size: int) -> pl.Series:
    """Return credit codes that no other enterprise of the city has."""
    base = len(ALPHABET)
    numbers = rng.choice(base**4, size, replace=False) * base
    places = base ** np.arange(4, -1, -1)
    symbols = np.array(list(ALPHABET))[numbers[:, None] // places % base]
    bodies = (f"{_PREFIX}{''.join(row)}" for row in symbols.tolist())
    return pl.Series([credit_code(f"91{district.code}{organisation_code(body)}") for body in bodies])


def _names(plan: Plan, district: District, rng: np.random.Generator, size: int) -> tuple[pl.Series, Whole]:
    """Return names of which no two are alike, and the position of the trade that is in each."""
    pairs = list(enterprise_brands(dice(plan.seed, f"city:{district.code}:firms")))
    tails = sorted({pair[1] for pair in pairs})
    number, trade = np.arange(size), whole(rng, 0, len(TRADES), size)
    brand = texts(pairs, number % len(pairs)) + texts(tails, number // len(pairs))
    return joined("北京", brand, texts(list(TRADES), trade), "有限公司"), trade


def _occupancies(
    plan: Plan, district: District, buildings: Buildings, firms: Firms, staff: tuple[Person, ...]
) -> Occupancies:
    rng, wanted = chance(plan.seed, district.code, "occupancies"), plan.sizes.occupancies
    tenants = np.flatnonzero(firms.is_tenant)
    first = pick(rng, buildings.rentable[buildings.counted] ** 0.7, len(tenants))
    settled = np.flatnonzero((firms.leaves[tenants] == NEVER) & (firms.arrives[tenants] < 0))
    further = max(wanted - int((firms.arrives[tenants] < 0).sum()), 0)
    second = rng.choice(settled, further, replace=further > len(settled))
    spare = np.arange(further) < max(round(wanted / BROKEN_ONE_IN), 1)
    elsewhere = ~spare & (rng.random(further) < _ELSEWHERE * len(tenants) / max(further, 1))
    moved = (first[second] + 1 + whole(rng, 0, len(buildings.counted) - 1, further)) % len(buildings.counted)
    firm = np.concatenate([tenants, tenants[second]])
    house = buildings.counted[np.concatenate([first, np.where(elsewhere, moved, first[second])])]
    is_spare = np.concatenate([np.zeros(len(tenants), dtype=bool), spare])
    size, arrives, leaves = len(firm), firms.arrives[firm], firms.leaves[firm]
    starts = np.array([day_number(first) for first in plan.months])
    moved_in = np.where(arrives < 0, starts[0] - whole(rng, 60, 390, size), starts[arrives] + whole(rng, 5, 23, size))
    moved_out = np.where(leaves == NEVER, -1, starts[np.minimum(leaves, len(starts) - 1)] + whole(rng, 5, 23, size))
    area: Real = np.round(np.clip(rng.lognormal(4.6, 0.7, size), 20, 3_000), 1)
    face = whole(rng, 0, _PEOPLE, size)
    is_known = is_spare | (firm % _CODELESS_ONE_IN != 0) | (firm % BROKEN_ONE_IN == BROKEN_ONE_IN - 1)
    table = pl.DataFrame({
        "building_name": buildings.name.gather(house),
        "unit_no": pl.Series(np.arange(size) // 40 % 30 + 1).cast(pl.String) + serial("", np.arange(size) % 40 + 1, 2),
        "enterprise_name": firms.name.gather(firm),
        "uscc": texts(firms.code.to_list(), np.where(is_known, firm, -1)),
        "leased_area_m2": pl.Series(area).cast(pl.String).cast(pl.Decimal(14, 1)),
        "rent": fen(whole(rng, 180, 820, size)),
        "moved_in_on": days(moved_in),
        "employees": np.maximum((area / rng.uniform(9, 30, size)).astype(np.int64), 1),
        "self_owned": flags(rng.random(size) < 0.05),
        "taxed_in_district": flags(rng.random(size) < 0.9),
        "contact_name": texts([one.name for one in staff], face),
        "contact_phone": texts([one.phone for one in staff], face),
        SPARE: is_spare,
    })  # fmt: skip
    return Occupancies(firm, house, is_spare, arrives, leaves, moved_out, table, area)


def register_files(plan: Plan, registers: Registers, month: int) -> Iterator[Sent]:
    """Give what the registers send for a month; the full list of enterprises comes with the first."""
    first, last = plan.months[month], month_end(plan.months[month])
    label, sent = f"{first:%Y%m}", at(later(last, 7), 10)
    if month == 0:
        held = registers.firms.table.head(plan.sizes.enterprises)
        yield Sent("E01", "企业登记名录_全量", label, at(later(first, 9), 9), "区市场监管局", held, "gb18030", _CAPITAL)
        yield Sent("B02", "楼宇别名", label, at(later(first, 9), 11), "区楼宇经济专班", _aliases(registers))
    changes = _changes(registers, month, first)
    yield Sent("E01", "企业登记名录_增量", label, at(later(last, 10), 9), "区市场监管局", changes, "gb18030", _CAPITAL)
    yield Sent("B01", "楼宇台账", label, sent, "区楼宇经济专班", _buildings_on(registers, month), units=_AREAS,
               period=last.isoformat())  # fmt: skip
    yield Sent("O01", "入驻企业台账", label, sent, "楼宇工作站", _occupied_in(registers, month), units=_LEASES,
               period=last.isoformat())  # fmt: skip


_CAPITAL = {"reg_capital": "(万元)"}
_AREAS = {"gross_area_m2": "(㎡)", "rentable_area_m2": "(㎡)", "vacant_area_m2": "(㎡)"}
_LEASES = {"leased_area_m2": "(㎡)", "rent": "(元/㎡·天)"}


def _aliases(registers: Registers) -> pl.DataFrame:
    """List what a building in ten is called besides."""
    some = np.arange(0, registers.buildings.code.len(), 10)
    return pl.DataFrame({
        "alias_norm": registers.buildings.name.gather(some).str.head(2) + "项目",
        "building_code": registers.buildings.code.gather(some),
        "source": words_of("B02", "source", ("TICKET", "MANUAL"), np.arange(len(some)) % 2),
    })  # fmt: skip


def _changes(registers: Registers, month: int, first: date) -> pl.DataFrame:
    """List who is new in a month, and who closed down in it."""
    firms = registers.firms
    new = np.flatnonzero(firms.arrives == month)
    closed = np.flatnonzero((firms.leaves == month) & (firms.reason == _REASONS.index("CLOSED")))
    count = np.array([len(new), len(closed)])
    kind = np.repeat([0, 1], count)
    gone = day_number(later(first, 24))
    return firms.table[np.concatenate([new, closed])].with_columns(
        status=words_of("E01", "status", ("ACTIVE", "DEREGISTERED"), kind),
        status_date=pl.when(pl.Series(kind == 1)).then(days(np.full(len(kind), gone))).otherwise("status_date"),
        change_type=words_of("E01", "change_type", ("NEW", "CANCELLED"), kind),
    )


def _in_use(occupancies: Occupancies, month: int) -> Whole:
    """Return the positions that the register of a month lists: who left in the month is still there."""
    return np.flatnonzero((occupancies.arrives <= month) & (occupancies.leaves >= month))


def _buildings_on(registers: Registers, month: int) -> pl.DataFrame:
    held, buildings = registers.occupancies, registers.buildings
    rows = _in_use(held, month)
    rows = rows[(held.leaves[rows] > month) & ~held.is_spare[rows]]
    let = np.bincount(held.building[rows], held.area[rows], buildings.code.len()).astype(np.int64)
    return buildings.table.with_columns(vacant_area_m2=np.maximum(buildings.rentable - let, 0))


def _occupied_in(registers: Registers, month: int) -> pl.DataFrame:
    held, firms = registers.occupancies, registers.firms
    rows = _in_use(held, month)
    is_leaving = held.leaves[rows] == month
    reason = np.where(is_leaving, firms.reason[held.firm[rows]], -1)
    return held.table[rows].with_columns(
        moved_out_on=days(held.moved_out[rows], is_leaving),
        move_out_reason=words_of("O01", "move_out_reason", _REASONS, reason),
    )
