"""Who occupies which rooms of which building and when, and the register of it (O01).

An occupancy is drawn so that every reader of the snapshots dates it alike: it begins on its stated day,
inside the month of the first snapshot that shows it; it ends on its stated day, inside the month of the
last snapshot that shows it, or, for the few that just vanish, on the day of the first snapshot without it.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from itertools import groupby
from random import Random

from sample.buildings import DISTRICT_CODE, OPEN_END, Building, Leased
from sample.delivery import DISTRICT, Delivery, signatures
from sample.draw import apportion, deal, dice
from sample.enterprises import Enterprise, Role
from sample.forms import Row, Sheet, Total, Workbook
from sample.names import Person, people
from sample.timeline import MONTH_ENDS, MONTHS, office_hour, working_days_after
from sample.words import Words, spell, yes

_LEAVERS = 240
_INTERNAL_MOVERS = 60
_VANISHERS = 15
_OVERLOOKED = 4
_IN_TWO_BUILDINGS = 25
_IN_TWO_BUILDINGS_WITHOUT_AREA = 5
_IN_TWO_UNITS = 30

_MONTH_OF_SHEETS = 14
"""March 2023: that once, the register came with one sheet for each building."""


@dataclass(frozen=True, slots=True, eq=False)
class Occupancy:
    """An enterprise in one unit of a building."""

    enterprise: Enterprise
    building: Building
    unit: str
    moved_in: date
    contact: Person
    moved_out: date | None = None
    """The first day on which the unit is no longer held, as stated in the register."""
    reason: str | None = None
    last_seen: int | None = None
    """The last month whose register shows it, for one that vanishes without a word."""
    overlooked: int | None = None
    """A month in which the register forgot it."""
    area: Decimal | None = None
    rent: Decimal | None = None
    employees: int = 5
    self_owned: bool = False
    code_known: bool = True

    def is_listed(self, month: int) -> bool:
        """Tell whether the register of a month shows it."""
        if self.moved_in > MONTH_ENDS[month] or month == self.overlooked:
            return False
        if self.last_seen is not None:
            return month <= self.last_seen
        return self.moved_out is None or self.moved_out >= MONTHS[month]

    @property
    def end(self) -> date:
        """The first day on which a reader of the registers holds it for ended."""
        if self.last_seen is not None:
            return MONTH_ENDS[self.last_seen + 1]
        return self.moved_out or OPEN_END

    def is_in_use(self, day: date) -> bool:
        """Tell whether the unit is held on a day."""
        return self.moved_in <= day < self.end


@dataclass(frozen=True)
class Tenancy:
    """All occupancies, and the groups of enterprises that later subjects draw from."""

    occupancies: tuple[Occupancy, ...]
    leavers: tuple[Enterprise, ...]
    movers: tuple[Enterprise, ...]
    settled: tuple[Enterprise, ...]
    """Enterprises that hold one unit of a building in statistics through all months."""

    @property
    def closures(self) -> dict[str, date]:
        """Days of deregistration of those that left because they closed down, by credit code."""
        return {one.enterprise.code: one.end for one in self.occupancies if one.reason == "CLOSED"}

    @cached_property
    def of_enterprise(self) -> dict[str, list[Occupancy]]:
        """Occupancies by credit code."""
        found: dict[str, list[Occupancy]] = defaultdict(list)
        for occupancy in self.occupancies:
            found[occupancy.enterprise.code].append(occupancy)
        return dict(found)

    @cached_property
    def of_building(self) -> dict[str, list[Occupancy]]:
        """Occupancies by building code."""
        found: dict[str, list[Occupancy]] = defaultdict(list)
        for occupancy in self.occupancies:
            found[occupancy.building.code].append(occupancy)
        return dict(found)

    @cached_property
    def _counted(self) -> dict[str, list[tuple[date, date]]]:
        return {
            code: [
                (max(one.moved_in, one.building.stat_since), min(one.end, one.building.stat_until or OPEN_END))
                for one in held
                if one.building.stat_since
            ]
            for code, held in self.of_enterprise.items()
        }

    def is_in_building(self, code: str, day: date) -> bool:
        """Tell whether an enterprise holds a unit of a building in statistics on a day."""
        return any(start <= day < end for start, end in self._counted.get(code, ()))

    def tenants(self, building: Building, day: date) -> list[Enterprise]:
        """Return who is in a building on a day."""
        return [one.enterprise for one in self.of_building.get(building.code, ()) if one.is_in_use(day)]

    def leased(self, buildings: Sequence[Building]) -> Leased:
        """Return the area let in each building at each month's end."""
        return {
            (building.code, month): sum(
                (one.area or Decimal() for one in self.of_building.get(building.code, ()) if one.is_in_use(day)),
                start=Decimal(),
            )
            for building in buildings
            for month, day in enumerate(MONTH_ENDS)
        }


_Fits = Callable[[Building], bool]


class _Houses:
    """Buildings with their free units, into which tenants are put."""

    def __init__(self, rng: Random, buildings: Sequence[Building]) -> None:
        self._rng = rng
        self._weights = {building: building.rentable**0.7 for building in buildings}
        self._units = {building: self._shuffled(building) for building in buildings}
        self._contacts = iter(people(rng, 3_200))

    def _shuffled(self, building: Building) -> Iterator[str]:
        units = [f"{floor}{room:02d}" for floor in range(1, building.floors + 1) for room in range(1, 17)]
        self._rng.shuffle(units)
        return iter(units)

    def has(self, fits: _Fits) -> bool:
        """Tell whether any building fits."""
        return any(fits(building) for building in self._weights)

    def settle(self, one: Enterprise, day: date, fits: _Fits) -> Occupancy:
        """Put an enterprise into a building that fits, the larger ones more often."""
        fitting = [building for building in self._weights if fits(building)]
        house = self._rng.choices(fitting, [self._weights[building] for building in fitting])[0]
        return self.settle_in(one, day, house)

    def settle_in(self, one: Enterprise, day: date, house: Building) -> Occupancy:
        """Put an enterprise into a unit of a building that nobody has held or will hold."""
        return Occupancy(one, house, next(self._units[house]), day, next(self._contacts))


def invent_tenancy(seed: int, buildings: Sequence[Building], enterprises: Sequence[Enterprise]) -> Tenancy:
    """Put the enterprises into buildings and let some of them come, move and go."""
    rng = dice(seed, "tenancy")
    houses = _Houses(rng, buildings)
    held = {one: [_first_home(rng, houses, one)] for one in enterprises if one.role in _HOUSED}
    tenants = [one for one in held if one.role is Role.TENANT]
    sizes = _LEAVERS, _INTERNAL_MOVERS, _VANISHERS, _OVERLOOKED, _IN_TWO_BUILDINGS, _IN_TWO_UNITS
    moving = list(deal(rng, [one for one in tenants if not one.renamed], *sizes))
    leavers, movers, vanishers, overlooked, doubles, neighbours = moving
    for one in leavers:
        reason = rng.choices(("OUT", "CLOSED", "OTHER"), (6, 3, 1))[0]
        held[one] = [replace(held[one][0], moved_out=_later_day(rng), reason=reason)]
    for one in movers:
        old = replace(held[one][0], moved_out=(day := _later_day(rng)), reason="DISTRICT")
        held[one] = [old, houses.settle(one, _days_later(rng, day), _open_on(day, besides=old.building))]
    for one in vanishers:
        held[one] = [replace(held[one][0], last_seen=rng.randrange(3, 18))]
    for one in overlooked:
        held[one] = [replace(held[one][0], overlooked=rng.randrange(3, 18))]
    for one in doubles:
        elsewhere = _open_on(MONTHS[0], besides=held[one][0].building)
        held[one].append(houses.settle(one, _early_day(rng, one), elsewhere))
    for one in neighbours:
        held[one].append(houses.settle_in(one, held[one][0].moved_in, held[one][0].building))
    unmeasured = {held[one][1] for one in doubles[:_IN_TWO_BUILDINGS_WITHOUT_AREA]}
    occupancies = _furnished(rng, [stay for stays in held.values() for stay in stays], unmeasured)
    unsettled = {one for group in moving for one in group}
    return Tenancy(
        occupancies=tuple(sorted(occupancies, key=lambda one: (one.building.code, int(one.unit)))),
        leavers=tuple(leavers),
        movers=tuple(movers),
        settled=tuple(one for one in tenants if one not in unsettled),
    )


_HOUSED = frozenset({Role.TENANT, Role.OUTSIDER, Role.ARRIVAL})


def _first_home(rng: Random, houses: _Houses, one: Enterprise) -> Occupancy:
    """Put an enterprise into its first building; half of those who come later look for one just opened."""
    if one.role is Role.TENANT:
        return houses.settle(one, _early_day(rng, one), _open_on(MONTHS[0]))
    if one.role is Role.OUTSIDER:
        return houses.settle(one, _early_day(rng, one), lambda house: house.stat_since is None)
    day = rng.choice([day for day in _month_days(one.arrives) if day >= one.established])
    is_new = houses.has(_lately_opened(day)) and rng.random() < 0.5
    return houses.settle(one, day, _lately_opened(day) if is_new else _open_on(day))


def _early_day(rng: Random, one: Enterprise) -> date:
    """Return a day on which an enterprise came that is there when the sample begins."""
    since = max(one.established, date(2016, 1, 1))
    return since + timedelta(days=rng.randrange((date(2021, 12, 1) - since).days))


def _later_day(rng: Random) -> date:
    """Return a day of the sample on which somebody may leave: never near a month's end."""
    return rng.choice(_month_days(rng.randrange(1, len(MONTHS))))


def _days_later(rng: Random, day: date) -> date:
    """Return when who has left a building enters the next one, often on the same day."""
    return day + timedelta(days=rng.choice((0, 0, 1, 3)))


def _month_days(month: int) -> list[date]:
    return [MONTHS[month] + timedelta(days=day) for day in range(1, 24)]


def _open_on(day: date, besides: Building | None = None) -> _Fits:
    """In statistics since before a day and for good."""
    return lambda house: house.is_counted(day) and house.stat_until is None and house is not besides


def _lately_opened(day: date) -> _Fits:
    """In statistics before a day, but not yet when the sample begins."""
    return lambda house: house.is_counted(day) and not house.is_counted(MONTHS[0])


def _furnished(rng: Random, occupancies: Sequence[Occupancy], unmeasured: set[Occupancy]) -> Iterator[Occupancy]:
    """Give every occupancy its area, rent and staff; a building is never let beyond its rentable area."""
    for building, members in groupby(sorted(occupancies, key=_by_building), lambda one: one.building):
        group = list(members)
        let = int(building.rentable * rng.uniform(0.6, 0.95)) * 10
        for one, tenths in zip(group, apportion(let, [rng.lognormvariate(0, 0.8) for _ in group]), strict=True):
            area = max(Decimal(tenths).scaleb(-1), Decimal(24))
            owned = rng.random() < 0.05
            yield replace(
                one,
                area=None if one in unmeasured else area,
                rent=None if owned else Decimal(rng.randrange(180, 820)).scaleb(-2),
                employees=max(1, int(float(area) / rng.uniform(9, 30))),
                self_owned=owned,
                code_known=bool(one.enterprise.renamed) or rng.random() > 0.05,
            )


def _by_building(one: Occupancy) -> tuple[str, date, str]:
    return one.building.code, one.moved_in, one.unit


_COLUMNS = (
    "building_name", "unit_no", "enterprise_name", "uscc", "leased_area_m2", "rent", "moved_in_on", "moved_out_on",
    "move_out_reason", "employees", "self_owned", "taxed_in_district", "contact_name", "contact_phone",
)  # fmt: skip


def register_deliveries(seed: int, tenancy: Tenancy) -> list[Delivery]:
    """Return the monthly registers of occupancies (O01)."""
    rng = dice(seed, "O01")
    staff = [who.name for who in people(rng, 3)]

    def delivery(month: int) -> Delivery:
        sent = office_hour(rng, working_days_after(MONTH_ENDS[month], 5))
        signed = signatures(staff[0], staff[1 + month // 12])
        build = _by_sheets if month == _MONTH_OF_SHEETS else _in_one_sheet
        return Delivery(
            "O01",
            f"{DISTRICT}_O01入驻企业台账_{MONTHS[month]:%Y%m}_工作站汇总.xlsx",
            sent,
            "楼宇工作站",
            lambda: Workbook(build(month, tenancy, dice(seed, f"O01:{month}"), signed)),
            period=MONTH_ENDS[month].isoformat(),
        )

    return [delivery(month) for month in range(len(MONTHS))]


def _in_one_sheet(month: int, tenancy: Tenancy, rng: Random, signed: tuple[str, str, str]) -> list[Sheet]:
    words = Words("O01", month // 8)
    listed = [one for one in tenancy.occupancies if one.is_listed(month)]
    rows: list[Row] = [
        (at, one.building.name_in(month), *_line(words, month, one, rng)) for at, one in enumerate(listed, 1)
    ]
    rows.append(Total(("合计", None, *_sum(listed))))
    return [
        Sheet(
            feed="O01",
            name="入驻企业",
            lines=(f"石景山区商务楼宇入驻企业台账（截至{spell(MONTH_ENDS[month], 'zh')}）", "单位：平方米"),
            header=("序号", *_header(words, _COLUMNS)),
            rows=rows,
            merged=(1,),
            signatures=signed,
        )
    ]


def _by_sheets(month: int, tenancy: Tenancy, rng: Random, signed: tuple[str, str, str]) -> list[Sheet]:
    words = Words("O01", month // 8)
    listed = [one for one in tenancy.occupancies if one.is_listed(month)]
    sheets: list[Sheet] = []
    for building, members in groupby(listed, lambda one: one.building):
        group, name = list(members), building.name_in(month)
        rows: list[Row] = [(at, *_line(words, month, one, rng)) for at, one in enumerate(group, 1)]
        rows.append(Total(("合计", *_sum(group))))
        lines = (f"{name}入驻企业台账（截至{spell(MONTH_ENDS[month], 'zh')}）", "单位：平方米")
        sheets.append(Sheet("O01", name, lines, ("序号", *_header(words, _COLUMNS[1:])), rows, signatures=signed))
    return sheets


def _header(words: Words, columns: Sequence[str]) -> tuple[str, ...]:
    units = {"leased_area_m2": "(㎡)", "rent": "(元/㎡·天)"}
    return tuple(words.header(column) + units.get(column, "") for column in columns)


def _line(words: Words, month: int, one: Occupancy, rng: Random) -> Row:
    leaving = one.moved_out if one.moved_out is not None and one.moved_out <= MONTH_ENDS[month] else None
    knows_code = one.code_known and (bool(one.enterprise.renamed) or rng.random() > 0.03)
    return (
        one.unit,
        one.enterprise.name_in(month).replace("（", "(").replace("）", ")"),
        one.enterprise.code if knows_code else None,
        one.area,
        one.rent,
        one.moved_in,
        leaving,
        words.value("move_out_reason", one.reason) if leaving and one.reason else None,
        one.employees,
        "√" if one.self_owned else None,
        yes(one.enterprise.registered_in[1] == DISTRICT_CODE),
        one.contact.name,
        one.contact.phone,
    )


def _sum(group: Sequence[Occupancy]) -> Row:
    area = sum((one.area or Decimal() for one in group), start=Decimal())
    return (*[None] * 3, area, *[None] * 4, sum(one.employees for one in group), *[None] * 4)
