"""What the oracle's subjects share: figures with their keys, and one district with its calendar, places and tenants."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction

from foreign_world import Occupancy, World, month_end, people

GRADES = {"超甲级": "SUPER_A", "甲级": "A", "乙级": "B", "其他": "OTHER"}
LAST_DIVISIONS = (5, 12, 43, 46, 50, 52, 60, 62, 65, 69, 70, 72, 75, 79, 82, 83, 85, 90, 96)
DIVISIONS = list(zip(LAST_DIVISIONS, "ABCDEFGHIJKLMNOPQRS", strict=True))


@dataclass(frozen=True, order=True)
class Key:
    kpi: str
    area: str
    period: str
    kind: str = "_T"
    member: str = "_T"
    base: str = ""
    basis: str = "ALL"


@dataclass(frozen=True)
class Figure:
    """A value; for rates with what it is the quotient of. ``None``: not computable."""

    value: Fraction | None
    numerator: Fraction | None = None
    denominator: Fraction | None = None


Figures = dict[Key, Figure]
Slice = tuple[str, str, str]  # area, breakdown type, breakdown code
Period = tuple[str, date, date]  # its name, its first day, the day after its last


class View:
    """What several subjects ask of one district."""

    def __init__(self, world: World) -> None:
        self.world, self.place = world, world.place
        self.district, self.as_of = world.place.code, world.place.as_of
        self.building = {building.code: building for building in world.buildings}
        self.occupied: dict[str, list[Occupancy]] = defaultdict(list)
        for occupancy in world.occupancies:
            if occupancy.building in self.building:
                self.occupied[occupancy.uscc].append(occupancy)
        self.streets = set(world.place.streets.values())
        self.industry = {one.uscc: letter(one.industry) for one in world.enterprises}

    def street(self, building: str, day: date) -> str:
        return self.place.streets[self.building[building].street_on(day, self.place)]

    def areas(self, building: str, day: date) -> list[str]:
        """The district, and the street and the building where the register knows the building on that day."""
        known = self.building.get(building)
        if known is None or day < known.in_stat_from:
            return [self.district]
        return [self.district, self.street(building, day), building]

    def ends(self, building: str, day: date) -> list[str]:
        """The district and the building, of what is not told by street."""
        return [area for area in self.areas(building, day) if area not in self.streets]

    def homes_areas(self, uscc: str, day: date) -> list[str]:
        """The district, and the streets and buildings where an enterprise sits at the end of a day."""
        return sorted({self.district, *(area for home in self.homes(uscc, day) for area in self.areas(home, day))})

    def homes_ends(self, uscc: str, day: date) -> list[str]:
        """The district, and the buildings where an enterprise sits at the end of a day."""
        return [area for area in self.homes_areas(uscc, day) if area not in self.streets]

    def counted(self, building: str | None, day: date) -> bool:
        return building in self.building and self.building[building].counts_on(day, self.place)

    def in_use(self, uscc: str, day: date) -> list[Occupancy]:
        return [one for one in self.occupied[uscc] if interval(one, self)[0] <= day < interval(one, self)[1]]

    def homes(self, uscc: str, day: date) -> list[str]:
        """The in-stat buildings that an enterprise uses at the end of a day."""
        return sorted({one.building for one in self.in_use(uscc, day) if self.counted(one.building, day)})

    def cumulative(self) -> list[Period]:
        """Since the programme started, to each month's end."""
        start = self.place.programme_start
        ends = [month_end(month) for month in self.place.months]
        return [(f"CUM{end:%Y-%m}", start, end + timedelta(days=1)) for end in ends if end >= start]

    def stock_days(self) -> list[date]:
        """The month ends from the first stocktaking on."""
        first, days = min(self.place.snapshots[0], self.as_of), {month_end(month) for month in self.place.months}
        return sorted({first, *(day for day in days if day > first)})

    def assessed(self) -> list[str]:
        """The assessment months, the last of which the reference day cuts."""
        last = month_end(self.place.months[-1]) + timedelta(days=1)
        return [f"HM{month}" for month in (*self.place.months, f"{last:%Y-%m}")]

    def calendar(self, *kinds: str) -> list[Period]:
        """Months, quarters, years to date and years that the months cover whole."""
        found: list[Period] = []
        for month in self.place.months:
            after = month_end(month) + timedelta(days=1)
            year, number = int(month[:4]), int(month[5:7])
            if "M" in kinds:
                found.append((month, date(year, number, 1), after))
            if "Q" in kinds and number % 3 == 0:
                found.append((f"{year}-Q{number // 3}", date(year, number - 2, 1), after))
            if "YTD" in kinds:
                found.append((f"{year}-YTD{number:02}", date(year, 1, 1), after))
            if "Y" in kinds and (number == 12 or after > self.as_of):
                found.append((f"{year}", date(year, 1, 1), after))
            if "R12" in kinds and after.replace(year=after.year - 1).strftime("%Y-%m") >= self.place.months[0]:
                found.append((f"R12-{month}", after.replace(year=after.year - 1), after))
        return found


def letter(industry: str) -> str:
    digits = int(industry.lstrip("ABCDEFGHIJKLMNOPQRST")[:2])
    return next(name for last, name in DIVISIONS if digits <= last)


def interval(occupancy: Occupancy, view: View) -> tuple[date, date]:
    """From when until when an occupancy holds (SPEC O01: explicit dates, else the lists)."""
    days = view.place.snapshots
    often = view.place.is_listed_often
    first, last = (occupancy.listed[0], occupancy.listed[-1]) if often else (0, 0)
    since = occupancy.since or days[first]
    if occupancy.until is not None:
        return since, occupancy.until
    return since, days[last + 1] if last + 2 < len(days) else date.max


def area_on(occupancy: Occupancy, day: date, view: View) -> int | None:
    grown = occupancy.later_area is not None and view.place.is_listed_often and day >= view.place.snapshots[1]
    return occupancy.later_area if grown else occupancy.area


def ratio(numerator: Fraction | int, denominator: Fraction | int) -> Figure:
    if denominator == 0:
        return Figure(None)
    return Figure(Fraction(numerator) / denominator, Fraction(numerator), Fraction(denominator))


def count(kpi: str, period: str, members: Iterable[tuple[object, Iterable[Slice]]], view: View) -> Figures:
    """Count distinct things in each slice; the district without breakdown has a row in any case."""
    seen: dict[Slice, set[object]] = defaultdict(set)
    seen[view.district, "_T", "_T"] = set()
    for thing, slices in members:
        for one in slices:
            seen[one].add(thing)
    return {Key(kpi, a, period, t, c): Figure(Fraction(len(things))) for (a, t, c), things in seen.items()}


def total(kpi: str, period: str, members: Iterable[tuple[Fraction | int, Iterable[Slice]]], view: View) -> Figures:
    sums: dict[Slice, Fraction] = defaultdict(Fraction)
    sums[view.district, "_T", "_T"] = Fraction(0)
    for amount, slices in members:
        for one in slices:
            sums[one] += amount
    return {Key(kpi, a, period, t, c): Figure(value) for (a, t, c), value in sums.items()}


def cross(areas: Iterable[str], **breakdowns: str | None) -> list[Slice]:
    """Every area without breakdown, and with each breakdown of its own."""
    parts = [("_T", "_T"), *((name, code) for name, code in breakdowns.items() if code is not None)]
    return [(area, *part) for area in areas for part in parts]


def tenancies(view: View, day: date) -> list[Occupancy]:
    return [one for uscc in view.occupied for one in view.in_use(uscc, day) if view.counted(one.building, day)]


def staff_on(occupancy: Occupancy, day: date, view: View) -> int | None:
    """The people told of by the newest list up to a day, if that list is at most half a year old."""
    lists = [view.place.snapshots[n] for n in (occupancy.listed if view.place.is_listed_often else (0,))]
    newest = max((one for one in lists if one <= day), default=lists[0])
    year, month = divmod(newest.year * 12 + newest.month - 1 + 6, 12)
    last = min(newest.day, month_end(f"{year}-{month + 1:02}").day)
    return people(occupancy) if day <= date(year, month + 1, last) else None


def hm(when: datetime) -> str:
    """The assessment month of a moment: from the 19th it is the next one."""
    year, month = when.year, when.month + (when.day >= 19)
    return f"HM{year + month // 13}-{(month - 1) % 12 + 1:02}"
