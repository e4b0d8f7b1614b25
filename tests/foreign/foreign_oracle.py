"""The figures of a drawn district, worked out from its facts by the words of SPEC part 2 alone."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from statistics import median

from foreign_world import (
    TAX_TYPES,
    Activity,
    Appeal,
    Building,
    Callback,
    Listing,
    Need,
    Occupancy,
    Rating,
    Summons,
    TaxRow,
    Ticket,
    World,
    month_end,
    people,
)

GRADES = {"超甲级": "SUPER_A", "甲级": "A", "乙级": "B", "其他": "OTHER"}
BASIC_CREDIT = Fraction(9, 10)
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
Part = tuple[str, TaxRow, str, date, int, int]  # month, row, building, day, fen in all and of the district


def expected(world: World) -> Figures:
    """Return every figure that the facts support, with its key."""
    view = View(world)
    figures: Figures = {}
    parts = (
        stocks, tenancy, moves, yi, like_for_like, concentration, expiring, organisations, staff, ratings, listings,
        taxes, hotline, appeals, meetings, lists, activities, before_complaints, needs_met, lists_used,
        whistles, reached,
    )  # fmt: skip
    for part in parts:
        figures.update(part(view))
    return figures


class View:
    """What several subjects ask of one district."""

    def __init__(self, world: World) -> None:
        self.world, self.place = world, world.place
        self.district, self.as_of = world.place.code, world.place.as_of
        self.building = {building.code: building for building in world.registered}
        self.occupied: dict[str, list[Occupancy]] = defaultdict(list)
        for occupancy in world.occupancies:
            if occupancy.building in self.building:
                self.occupied[occupancy.uscc].append(occupancy)
        self.industry = {one.uscc: letter(one.industry) for one in world.enterprises}

    def street(self, building: str, day: date) -> str:
        return self.place.streets[self.building[building].street_on(day, self.place)]

    def areas(self, building: str, day: date) -> list[str]:
        """The district, and the street where the register knows the building on that day."""
        known = self.building.get(building)
        if known is None or day < known.in_stat_from:
            return [self.district]
        return [self.district, self.street(building, day)]

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


def stocks(view: View) -> Figures:
    return {key: figure for day in view.stock_days() for key, figure in _stocks(view, day).items()}


def _stocks(view: View, day: date) -> Figures:
    figures: Figures = {}
    standing = [one for one in view.world.registered if view.counted(one.code, day)]

    def slices(building: Building) -> list[Slice]:
        return cross(view.areas(building.code, day))

    period = day.isoformat()
    figures.update(
        count("building_cnt", period,
              ((one.code, cross(view.areas(one.code, day), grade=GRADES[one.grade])) for one in standing), view)
    )  # fmt: skip
    figures.update(total("building_area_total", period, ((Fraction(b.gross, 100), slices(b)) for b in standing), view))
    figures.update(total("business_area", period, ((Fraction(b.rentable, 100), slices(b)) for b in standing), view))
    figures.update(
        count("tenant_enterprise_cnt", period,
              ((uscc, cross([view.district, *{view.street(b, day) for b in view.homes(uscc, day)}],
                            industry=view.industry[uscc]))
               for uscc in view.industry if view.homes(uscc, day)), view)
    )  # fmt: skip
    return figures


def tenancies(view: View, day: date) -> list[Occupancy]:
    return [one for uscc in view.occupied for one in view.in_use(uscc, day) if view.counted(one.building, day)]


def staff_on(occupancy: Occupancy, day: date, view: View) -> int | None:
    """The people told of by the newest list up to a day, if that list is at most half a year old."""
    lists = [view.place.snapshots[n] for n in (occupancy.listed if view.place.is_listed_often else (0,))]
    newest = max((one for one in lists if one <= day), default=lists[0])
    year, month = divmod(newest.year * 12 + newest.month - 1 + 6, 12)
    last = min(newest.day, month_end(f"{year}-{month + 1:02}").day)
    return people(occupancy) if day <= date(year, month + 1, last) else None


def tenancy(view: View) -> Figures:
    figures: Figures = {}
    for day in view.stock_days():
        period, in_use = day.isoformat(), tenancies(view, day)
        let: dict[str, int] = defaultdict(int)
        for one in in_use:
            let[one.building] += area_on(one, day, view) or 0
        sums: dict[Slice, list[int]] = defaultdict(lambda: [0, 0])
        for building in (one for one in view.world.registered if view.counted(one.code, day)):
            for where in cross(view.areas(building.code, day), grade=GRADES[building.grade]):
                sums[where][0] += let[building.code]
                sums[where][1] += building.rentable
        for (area, kind, code), (full, floor) in sums.items():
            whole = Fraction(floor, 100)
            figures[Key("occupancy_rate", area, period, kind, code)] = ratio(Fraction(full, 100), whole)
            figures[Key("vacancy_rate", area, period, kind, code)] = ratio(whole - Fraction(full, 100), whole)
        told = [(staff_on(one, day, view), one) for one in in_use]
        figures.update(
            total("employee_cnt", period, ((number, cross([view.district])) for number, _ in told if number), view)
        )
        figures.update(_standing(view, day, in_use))
    return figures


def _standing(view: View, day: date, in_use: list[Occupancy]) -> Figures:
    """Who of the tenants is registered in the district; none of these worlds says where its tenants pay."""
    everyone: dict[Slice, set[str]] = defaultdict(set)
    for one in in_use:
        for where in cross(view.areas(one.building, day), industry=view.industry.get(one.uscc)):
            everyone[where].add(one.uscc)
    figures: Figures = {}
    for (area, kind, code), tenants in everyone.items():
        local = {uscc for uscc in tenants if uscc[2:8] == view.district}
        where = (area, day.isoformat(), kind, code)
        if local or (area, kind) == (view.district, "_T"):
            figures[Key("local_reg_cnt", *where)] = Figure(Fraction(len(local)))
        figures[Key("local_registration_rate", *where)] = ratio(len(local), len(tenants))
        if f"{day:%Y-%m}" >= view.place.months[0]:
            figures[Key("local_tax_rate", *where)] = ratio(0, len(tenants))
    return figures


Turn = tuple[date, str, set[str]]  # day, enterprise, the areas that it enters or leaves


def turns(view: View, *, out: bool) -> list[Turn]:
    found: list[Turn] = []
    for occupancy in (one for held in view.occupied.values() for one in held):
        since, until = interval(occupancy, view)
        day = until if out else since
        if day > view.as_of:
            continue
        before = day - timedelta(days=1)
        inside, outside = (before, day) if out else (day, before)
        if not view.counted(occupancy.building, inside):
            continue
        elsewhere = {view.district: bool(view.homes(occupancy.uscc, outside))}
        elsewhere |= {view.street(home, outside): True for home in view.homes(occupancy.uscc, outside)}
        areas = {view.district, view.street(occupancy.building, inside)}
        found.append((day, occupancy.uscc, {area for area in areas if not elsewhere.get(area)}))
    return found


def moves(view: View) -> Figures:
    parts, _, _ = allocated(view)
    figures: Figures = {}
    for name, start, end in view.calendar("M", "Q", "YTD"):
        counts = {}
        for kpi, out in (("moved_in_cnt", False), ("moved_out_cnt", True)):
            members = ((uscc, cross(areas)) for day, uscc, areas in turns(view, out=out) if start <= day < end)
            counts[kpi] = count(kpi, name, members, view)
            figures.update(counts[kpi])
        for area in {key.area for found in counts.values() for key in found}:
            came, left = (figures.get(Key(kpi, area, name), Figure(Fraction(0))).value or 0 for kpi in counts)
            figures[Key("net_move_cnt", area, name)] = Figure(Fraction(came - left))
        if "YTD" not in name or start.year != view.place.year:
            continue
        left_on = turns(view, out=True)
        gone = {uscc: day for day, uscc, areas in left_on if start <= day < end and view.district in areas}
        paid: dict[str, int] = defaultdict(int)
        for month, row, _, _, fen, _ in parts:
            day = gone.get(row.uscc)
            if day is not None and f"{day.year - 1}-{day.month:02}" <= month < f"{day.year}-{day.month:02}":
                paid[row.uscc] += fen
        lost = Fraction(sum(paid.values()), 100)
        figures[Key("moved_out_tax", view.district, name)] = Figure(lost if len(paid) >= 3 else None)
    return figures


BANDS = {"GE_1B": (10**9, None), "FROM_100M": (10**8, 10**9), "FROM_50M": (5 * 10**7, 10**8),
         "FROM_30M": (3 * 10**7, 5 * 10**7), "FROM_10M": (10**7, 3 * 10**7), "FROM_0": (0, 10**7),
         "BELOW_0": (None, 0)}  # fmt: skip


def yi(view: View) -> Figures:
    parts, _, _ = allocated(view)
    figures: Figures = {}
    for name, start, end in view.calendar("YTD", "Y"):
        day = min(end - timedelta(days=1), view.as_of)
        paid: dict[str, int] = defaultdict(int)
        for month, _, home, _, fen, _ in parts:
            if start <= month_end(month) < end:
                paid[home] += fen
        codes = [one.code for one in view.world.registered if view.counted(one.code, day)]
        standing = {code: Fraction(paid[code], 100) for code in codes}
        large = [code for code, yuan in standing.items() if yuan >= 10**8]
        figures.update(count("yi_building_cnt", name, ((c, cross(view.areas(c, day))) for c in large), view))
        if "YTD" not in name:
            figures[Key("yi_building_tax", view.district, name)] = Figure(Fraction(sum(standing[c] for c in large)))
            for band, (least, below) in BANDS.items():
                held = sum((least is None or yuan >= least) and (below is None or yuan < below)
                           for yuan in standing.values())  # fmt: skip
                figures[Key("tax_band_cnt", view.district, name, "band", band)] = Figure(Fraction(held))
    return figures


def like_for_like(view: View) -> Figures:
    parts, _, _ = allocated(view)
    figures: Figures = {}
    for name, start, end in view.calendar("Q", "YTD"):
        if start.year == view.place.year:
            figures.update(_like_for_like(view, parts, name, start, end))
    return figures


def _like_for_like(view: View, parts: list[Part], name: str, start: date, end: date) -> Figures:
    base = f"{int(name[:4]) - 1}{name[4:]}"
    earlier, until = start.replace(year=start.year - 1), end.replace(year=end.year - 1)
    last, last_base = end - timedelta(days=1), until - timedelta(days=1)
    both = [one.code for one in view.world.registered
            if view.counted(one.code, last) and view.counted(one.code, last_base)]  # fmt: skip
    of_building: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    of_payer: dict[tuple[str, str], list[list[int]]] = defaultdict(lambda: [[], []])
    kept: dict[tuple[str, bool], list[list[int]]] = defaultdict(lambda: [[], []])
    for month, row, home, day, fen, _ in parts:
        for n, (first, after) in enumerate(((start, end), (earlier, until))):
            if first <= month_end(month) < after:
                of_building[home][n] += fen
                kept[row.uscc, row.refunds is not None][n].append(fen)
                for area in (view.district, view.street(home, day)):
                    of_payer[area, row.uscc][n].append(fen)

    def grown(area: str, basis: str, now: int, before: int) -> Figures:
        value = Fraction(now, before) - 1 if before >= 1_000_000 else None
        figure = Figure(value, Fraction(now, 100), Fraction(before, 100))
        return {Key("building_tax_total_yoy_l4l", area, name, base=base, basis=basis): figure}

    figures: Figures = {}
    for area in [view.district, *view.place.streets.values()]:
        if here := [code for code in both if area in (view.district, view.street(code, last))]:
            sums = [sum(of_building[code][n] for code in here) for n in (0, 1)]
            figures |= grown(area, "L4L", *sums)
        if paid := [pair for (where, _), pair in of_payer.items() if where == area and pair[0] and pair[1]]:
            figures |= grown(area, "L4L_ENT", *(sum(sum(pair[n]) for pair in paid) for n in (0, 1)))

    causes = dict.fromkeys(("SAME", "MOVED_IN", "MOVED_OUT", "NEWLY_MATCHED", "REFUND", "REVALUATION"), 0)
    for (uscc, is_refund), (now, before) in kept.items():
        stays = [interval(one, view) for one in view.world.occupancies if one.uscc == uscc]
        cause = "NEWLY_MATCHED"
        if is_refund:
            cause = "REFUND"
        elif now and before:
            cause = "SAME"
        elif now and min(since for since, _ in stays) >= until:
            cause = "MOVED_IN"
        elif before and max(last for _, last in stays) < end:
            cause = "MOVED_OUT"
        causes[cause] += sum(now) - sum(before)
    for cause, fen in causes.items():
        key = Key("tax_yoy_decomposition", view.district, name, "component", cause, base)
        figures[key] = Figure(Fraction(fen, 100))
    return figures


def concentration(view: View) -> Figures:
    parts, _, _ = allocated(view)
    figures: Figures = {}
    for name, start, end in view.calendar("R12"):
        paid: dict[str, int] = defaultdict(int)
        for month, row, _, _, fen, _ in parts:
            if start <= month_end(month) < end:
                paid[row.uscc] += fen
        positive = sorted((fen for fen in paid.values() if fen > 0), reverse=True)
        whole, net = sum(positive), sum(paid.values())
        leading = sum(fen for uscc, fen in paid.items() if view.industry[uscc] in "JIRML")
        largest = Fraction(sum(positive[:5]), 100)
        figures[Key("top5_tax_share", view.district, name)] = ratio(largest, Fraction(whole, 100))
        points = Fraction(sum(fen * fen for fen in positive) * 10_000, whole * whole)
        figures[Key("tax_hhi", view.district, name)] = Figure(points)
        share = ratio(Fraction(leading, 100), Fraction(net, 100))
        figures[Key("leading_industry_tax_share", view.district, name)] = share
    return figures


def expiring(view: View) -> Figures:
    rows, figures = view.world.ratings, {}
    # the hotline's first assessment month begins a month before the others
    before = date(int(view.place.months[0][:4]), 1, 1) - timedelta(days=1)
    for day in sorted({before, *map(month_end, view.place.months)}):
        ends: dict[tuple[str, str], date] = {}
        for one in rows:
            if is_valid(one, day, rows):
                until = one.valid_to or one.granted.replace(year=one.granted.year + 3)
                ends[one.uscc, one.code] = max(until, ends.get((one.uscc, one.code), until))
        soon = [which for which, until in ends.items() if until < day + timedelta(days=90)]
        members = ((which, cross([view.district], rating=which[1])) for which in soon)
        figures.update(count("rating_expiring_cnt", day.isoformat(), members, view))
    return figures


def organisations(view: View) -> Figures:
    day, figures = view.as_of, {}
    period = day.isoformat()
    standing = [one for one in view.world.organisations if one.formed <= day < (one.dissolved or date.max)]
    for kpi, kind in (("party_org_cnt", "PARTY_ORG"), ("committee_cnt", "COMMITTEE"), ("station_cnt", "STATION")):
        members = (
            (one.number, cross([view.district, view.place.streets[one.street]], station_type=one.station_type))
            for one in standing if one.kind == kind
        )  # fmt: skip
        figures.update(count(kpi, period, members, view))
    guides = {one.name for one in view.world.organisations if one.kind == "PARTY_ORG"}
    for name, start, end in view.cumulative():
        guided = [one for one in view.world.organisations if one.guided_by in guides]
        formed = [one for one in guided if one.kind == "TWO_NEW_PARTY_ORG" and start <= one.formed < end]
        figures.update(
            count("two_new_party_org_guided_cnt", name, ((one.number, cross([view.district])) for one in formed), view)
        )

    by_name = {(one.kind, one.name): one for one in standing}
    covered: dict[str, set[str]] = defaultdict(set)
    for link in view.world.links:
        if link.since <= day < (link.until or date.max) and (link.kind, link.organisation) in by_name:
            covered[link.kind].add(link.building)
    three = covered["PARTY_ORG"] & covered["COMMITTEE"] & covered["STATION"]
    parts = {"coverage_party_org_rate": covered["PARTY_ORG"], "coverage_committee_rate": covered["COMMITTEE"],
             "coverage_station_rate": covered["STATION"], "troika_coverage_rate": three}  # fmt: skip
    for kpi, buildings in parts.items():
        for area in [view.district, *view.place.streets.values()]:
            here = [b.code for b in view.world.registered
                    if view.counted(b.code, day) and area in view.areas(b.code, day)]  # fmt: skip
            if here:
                figures[Key(kpi, area, period)] = ratio(sum(code in buildings for code in here), len(here))
    in_stat = sum(view.counted(one.code, day) for one in view.world.registered)
    committees = sum(one.kind == "COMMITTEE" for one in standing)
    figures[Key("buildings_per_committee", view.district, period)] = ratio(in_stat, committees)
    return figures


def tenants_served(view: View, day: date) -> dict[str, set[str]]:
    """The tenants of the buildings that each station covers on a day."""
    served: dict[str, set[str]] = {
        one.name: set() for one in view.world.organisations
        if one.kind == "STATION" and one.formed <= day < (one.dissolved or date.max)
    }  # fmt: skip
    homes = {uscc: view.homes(uscc, day) for uscc in view.industry}
    for link in view.world.links:
        if link.kind == "STATION" and link.organisation in served and link.since <= day < (link.until or date.max):
            served[link.organisation] |= {uscc for uscc, used in homes.items() if link.building in used}
    return served


def whistles(view: View) -> Figures:
    """How departments came when summoned, and what became of the matters, by quarter."""
    reported = {one.number: one for one in view.world.meetings}
    held = {one.number for one in view.world.meetings if one.status == "HELD" and one.kind == "WHISTLE"}
    figures: Figures = {}
    for name, start, end in view.calendar("Q"):
        pairs: dict[Slice, list[Summons]] = defaultdict(list)
        for one in view.world.summons:
            known = reported.get(one.meeting)
            on = (known.held if known else one.summoned).date()
            if (one.meeting in held or known is None) and start <= on < end:
                for part in cross([view.district], department=one.department):
                    pairs[part].append(one)
        for (area, kind, member), found in pairs.items():
            hours = [Fraction((one.arrived - one.summoned) // timedelta(minutes=1), 60) for one in found if one.arrived]
            figures[Key("whistle_response_rate", area, name, kind, member)] = ratio(len(hours), len(found))
            middle = Fraction(median(hours)) if hours else None
            figures[Key("whistle_response_hours", area, name, kind, member)] = Figure(middle)
        matters: dict[Slice, list[bool]] = defaultdict(list)
        for meeting in view.world.meetings:
            if meeting.number in held and meeting.due and start <= meeting.due < end and meeting.due <= view.as_of:
                departments = {one.department for one in view.world.summons if one.meeting == meeting.number}
                for part in {(view.district, "_T", "_T"), *((view.district, "department", d) for d in departments)}:
                    matters[part].append(meeting.closed is not None and meeting.closed <= meeting.due)
        for (area, kind, member), closed in matters.items():
            figures[Key("whistle_resolved_rate", area, name, kind, member)] = ratio(sum(closed), len(closed))
    return figures


def reached(view: View) -> Figures:
    """Enterprises that signed in, in the year to date, and tenants visited in the quarter."""
    figures: Figures = {}
    for name, start, end in view.calendar("YTD"):
        on = min(end - timedelta(days=1), view.as_of)
        signed = {one.uscc for one in view.world.sign_ins if one.uscc and start <= one.at.date() < end}
        tenants = sum(bool(view.homes(uscc, on)) for uscc in view.industry)
        figures[Key("activity_unique_enterprise_cnt", view.district, name)] = Figure(Fraction(len(signed)))
        figures[Key("activity_reach_rate", view.district, name)] = ratio(len(signed), tenants)
    for name, start, end in view.calendar("Q"):
        on = min(end - timedelta(days=1), view.as_of)
        visited: dict[Slice, set[str]] = defaultdict(set)
        for one in view.world.visits:
            if start <= one.on < end and view.homes(one.uscc, one.on):
                for part in cross([view.district], station=one.station):
                    visited[part].add(one.uscc)
        whole = {uscc for uscc in view.industry if view.homes(uscc, on)}
        served = {(view.district, "_T", "_T"): whole} | {
            (view.district, "station", station): tenants for station, tenants in tenants_served(view, on).items()
        }
        for (area, kind, member), tenants_of in served.items():
            rate = ratio(len(visited[area, kind, member]), len(tenants_of))
            figures[Key("visit_coverage_rate", area, name, kind, member)] = rate
    return figures


def staff(view: View) -> Figures:
    day, period = view.as_of, view.as_of.isoformat()
    on_post = [w for w in view.world.workers if w.is_full_time and w.since <= day < (w.until or date.max)]
    stations = [
        o for o in view.world.organisations if o.kind == "STATION" and o.formed <= day < (o.dissolved or date.max)
    ]
    norm = {one.name: 5 if one.station_type == "CENTRAL" else 3 for one in stations}
    figures = count(
        "staff_fulltime_cnt", period,
        ((one.identity, cross([view.district], station=one.station)) for one in on_post), view,
    )  # fmt: skip
    heads = {name: len({one.identity for one in on_post if one.station == name}) for name in norm}
    figures[Key("staff_norm", view.district, period)] = Figure(Fraction(sum(norm.values())))
    figures[Key("staff_fill_rate", view.district, period)] = ratio(
        len({w.identity for w in on_post}), sum(norm.values())
    )
    for name, wanted in norm.items():
        figures[Key("staff_fill_rate", view.district, period, "station", name)] = ratio(heads[name], wanted)
    served = tenants_served(view, day)
    tenants = sum(bool(view.homes(uscc, day)) for uscc in view.industry)
    per_100 = "staff_per_100_enterprises"
    figures[Key(per_100, view.district, period)] = ratio(100 * len({w.identity for w in on_post}), tenants)
    for name, tenants_of in served.items():
        figures[Key(per_100, view.district, period, "station", name)] = ratio(100 * heads[name], len(tenants_of))
    short = sum(heads[name] < wanted for name, wanted in norm.items())
    figures[Key("stations_below_norm_cnt", view.district, period)] = Figure(Fraction(short))
    return figures


def is_valid(rating: Rating, day: date, all_ratings: list[Rating]) -> bool:
    if rating.stage not in ("CERTIFIED", "RENEWED") or rating.granted > day:
        return False
    until = rating.valid_to or rating.granted.replace(year=rating.granted.year + 3)
    withdrawn = any(
        other.stage == "WITHDRAWN" and (other.uscc, other.code) == (rating.uscc, rating.code) and
        rating.granted <= other.granted <= day
        for other in all_ratings
    )  # fmt: skip
    return day < until and not withdrawn


def ratings(view: View) -> Figures:
    figures = {key: figure for day in view.stock_days() for key, figure in _titles(view, day).items()}
    return figures | _applications(view)


def _titles(view: View, day: date) -> Figures:
    rows, period = view.world.ratings, day.isoformat()
    figures: Figures = {}
    valid = [(one.uscc, one.code) for one in rows if is_valid(one, day, rows) and view.homes(one.uscc, day)]
    figures.update(
        count("rating_valid_cnt", period,
              ((uscc, [(area, "rating", code)
                       for area in [view.district, *{view.street(b, day) for b in view.homes(uscc, day)}]])
               for uscc, code in valid), view)
    )  # fmt: skip
    del figures[Key("rating_valid_cnt", view.district, period)]
    figures.update(
        count("rated_enterprise_distinct_cnt", period, ((uscc, cross([view.district])) for uscc, _ in valid), view)
    )
    return figures


def _applications(view: View) -> Figures:
    rows = view.world.ratings
    figures: Figures = {}
    for name, start, end in view.calendar("Q", "YTD", "Y"):
        fresh = [one for one in rows if one.stage == "CERTIFIED" and start <= one.granted < end]
        figures.update(
            count("rating_new_cnt", name, ((one.uscc, [(view.district, "rating", one.code)]) for one in fresh), view)
        )
        figures.pop(Key("rating_new_cnt", view.district, name))
    applied: dict[str, date] = {}
    for stage in ("CERTIFIED", "APPLIED"):
        for one in sorted(rows, key=lambda one: one.granted, reverse=True):
            if (one.code, one.stage) == ("NHTE", stage):
                applied[one.uscc] = one.granted
    for name, start, end in view.calendar("Y"):
        members = ((uscc, cross([view.district])) for uscc, on in applied.items() if start <= on < end)
        figures.update(count("nhte_applied_cnt", name, members, view))
    return figures


def listings(view: View) -> Figures:
    real = [one for one in view.world.listings if not one.exchange.startswith(("NEEQ", "REGIONAL"))]
    first: dict[str, Listing] = {}
    for one in sorted(real, key=lambda one: one.listed):
        first.setdefault(one.uscc, one)
    figures: Figures = {}
    for name, start, end in [*view.calendar("YTD", "Y"), *view.cumulative()]:
        fresh = [one for one in first.values() if start <= one.listed < end and view.homes(one.uscc, one.listed)]
        figures.update(count("new_listed_cnt", name, ((one.uscc, cross([view.district])) for one in fresh), view))
    day = view.as_of
    listed = {one.uscc for one in real if one.listed <= day < (one.delisted or date.max) and view.homes(one.uscc, day)}
    figures.update(count("listed_cnt", day.isoformat(), ((uscc, cross([view.district])) for uscc in listed), view))
    return figures


def allocated(view: View) -> tuple[list[Part], Counter[str], Counter[str]]:
    """What each building takes of each row; by month what nobody took, and what could have been taken."""
    by_number = {row.number: row for row in view.world.taxes}

    def origin(row: TaxRow) -> TaxRow:
        return origin(by_number[row.refunds]) if row.refunds in by_number else row

    parts: list[Part] = []
    lost: Counter[str] = Counter()
    claimed: Counter[str] = Counter()
    for row in view.world.taxes:
        source = origin(row)
        day = source.period_end or month_end(source.month)
        homes = view.homes(row.uscc, day)
        if not homes:
            unplaced = not view.in_use(row.uscc, day)
            lost[row.month] += row.total if unplaced else 0
            claimed[row.month] += row.total if unplaced else 0
            continue
        claimed[row.month] += row.total
        weights = shares(view, row.uscc, day, homes)
        totals, districts = split(row.total, weights), split(district_fen(row), weights)
        parts += [(row.month, row, home, day, totals[home], districts[home]) for home in homes]
    return parts, lost, claimed


def taxes(view: View) -> Figures:
    parts, lost, claimed = allocated(view)
    levels: dict[tuple[str, Slice], list[int]] = defaultdict(lambda: [0, 0])
    for month, row, home, day, whole, own in parts:
        street = (view.street(home, day), "_T", "_T")
        for one in [street, *cross([view.district], industry=view.industry[row.uscc], tax_type=row.kind)]:
            levels[month, one][0] += whole
            levels[month, one][1] += own
    figures: Figures = {}
    slices = {one for _, one in levels}
    for name, start, end in view.calendar("M", "Q", "YTD", "Y", "R12"):
        months = [month for month in view.place.months if start <= month_end(month) < end]
        for area, kind, member in slices:
            held = [levels[month, (area, kind, member)] for month in months if (month, (area, kind, member)) in levels]
            if held:
                whole, own = (Fraction(sum(pair[n] for pair in held), 100) for n in (0, 1))
                figures[Key("building_tax_total", area, name, kind, member)] = Figure(whole)
                figures[Key("building_tax_district", area, name, kind, member)] = Figure(own)
                share = ratio(own, whole) if whole > 0 and 0 <= own <= whole else Figure(None)
                figures[Key("district_retained_share", area, name, kind, member)] = share
    for name, start, end in view.calendar("M", "Q", "YTD"):
        months = [month for month in view.place.months if start <= month_end(month) < end]
        figures[Key("tax_unallocated_share", view.district, name)] = ratio(
            Fraction(sum(lost[month] for month in months), 100), Fraction(sum(claimed[month] for month in months), 100)
        )
    return figures | growth(view, figures) | intensity(view, figures)


def intensity(view: View, figures: Figures) -> Figures:
    """Tax against what stands at the period's end: floor area, buildings, people."""
    found: Figures = {}
    for name, _, end in view.calendar("Y", "R12"):
        day = min(end - timedelta(days=1), view.as_of)
        standing = [one for one in view.world.registered if view.counted(one.code, day)]
        for area in [view.district, *view.place.streets.values()]:
            here = [one for one in standing if area in view.areas(one.code, day)]
            whole = figures.get(Key("building_tax_total", area, name), Figure(Fraction(0))).value or 0
            own = figures.get(Key("building_tax_district", area, name), Figure(Fraction(0))).value or 0
            floor = Fraction(sum(one.rentable for one in here), 100)
            if not here:
                continue
            found[Key("tax_per_sqm", area, name)] = ratio(whole, floor)
            found[Key("district_tax_per_sqm", area, name)] = ratio(own, floor)
            found[Key("tax_per_building", area, name)] = ratio(whole, len(here))
            reports = [(o, staff_on(o, day, view)) for o in tenancies(view, day) if area in view.areas(o.building, day)]
            heads = [(one.uscc, number) for one, number in reports if number is not None]
            enough = 5 * len({uscc for uscc, _ in heads}) >= 4 * len({one.uscc for one, _ in reports})
            if name.startswith("R12") and heads:
                each = ratio(whole, sum(number for _, number in heads))
                found[Key("tax_per_employee", area, name)] = each if enough else Figure(None)
    return found


def growth(view: View, figures: Figures) -> Figures:
    """Year on year: the same period a year before, at least ten thousand yuan, closed on both sides."""
    found: Figures = {}
    for key, figure in figures.items():
        is_level = key.kpi in ("building_tax_total", "building_tax_district")
        if not is_level or key.period.startswith("R12") or key.period == str(view.place.year):
            continue
        base = f"{int(key.period[:4]) - 1}{key.period[4:]}"
        before = figures.get(Key(key.kpi, key.area, base, key.kind, key.member))
        if before is not None and before.value is not None and figure.value is not None:
            grown = Figure(None)
            if before.value >= 10_000:
                grown = Figure(figure.value / before.value - 1, figure.value, before.value)
            found[Key(f"{key.kpi}_yoy", key.area, key.period, key.kind, key.member, base)] = grown
    return found


def shares(view: View, uscc: str, day: date, homes: list[str]) -> dict[str, int]:
    areas: dict[str, int] = dict.fromkeys(homes, 0)
    for one in view.in_use(uscc, day):
        if one.building in areas:
            area = area_on(one, day, view)
            if area is None:
                return dict.fromkeys(homes, 1)
            areas[one.building] += area
    return areas


def split(fen: int, weights: dict[str, int]) -> dict[str, int]:
    """Largest remainder; of equal remainders the smaller building code comes first."""
    whole, sign = sum(weights.values()), -1 if fen < 0 else 1
    parts = {code: abs(fen) * weight // whole for code, weight in weights.items()}
    order = sorted(weights, key=lambda code: (-(abs(fen) * weights[code] % whole), code))
    for code in order[: abs(fen) - sum(parts.values())]:
        parts[code] += 1
    return {code: sign * part for code, part in parts.items()}


def district_fen(row: TaxRow) -> int:
    if row.district is not None:
        return row.district
    exact = Decimal(row.total) * TAX_TYPES[row.kind] / 100
    return int(exact.quantize(Decimal(1), ROUND_HALF_EVEN))


def hm(when: datetime) -> str:
    """The assessment month of a moment: from the 19th it is the next one."""
    year, month = when.year, when.month + (when.day >= 19)
    return f"HM{year + month // 13}-{(month - 1) % 12 + 1:02}"


def hotline(view: View) -> Figures:
    def slices(ticket: Ticket, **breakdowns: str) -> list[Slice]:
        return cross(view.areas(ticket.building or "", ticket.created.date()), **breakdowns)

    def by_category(ticket: Ticket) -> list[Slice]:
        return slices(ticket, category=ticket.category.split("->")[0])

    counted = counted_tickets(view)
    closed = [f"HM{month}" for month in view.place.months]
    figures: Figures = {}
    for name in closed:
        of_month = [ticket for ticket in counted if hm(ticket.created) == name]
        figures.update(count("building_ticket_cnt", name, ((t.number, by_category(t)) for t in of_month), view))
        figures.update(_rates(view, name, of_month, slices))
        figures.update(_courses(view, name, counted, slices))
    for name, start, end in view.calendar("M", "Q", "YTD"):
        members = ((t.number, by_category(t)) for t in counted if start <= t.created.date() < end)
        figures.update(count("building_ticket_cnt", name, members, view))
    first, current = closed[:12], closed[12:]
    averages = []
    for window in (first, current):
        number = sum(hm(ticket.created) in window for ticket in counted)
        averages.append(ratio(number, len(window)))
        figures[Key("building_ticket_monthly_avg", view.district, f"{window[0]}/{window[-1]}")] = averages[-1]
    before, after = averages[0].value, averages[1].value
    if before and after is not None:
        figures[Key("building_ticket_change_rate", view.district, f"{current[0]}/{current[-1]}",
                    base=f"{first[0]}/{first[-1]}")] = Figure(after / before - 1, after, before)  # fmt: skip
    return figures


def _rates(view: View, period: str, tickets: list[Ticket], slices: Callable[..., list[Slice]]) -> Figures:
    sums: dict[Slice, list[Fraction]] = defaultdict(lambda: [Fraction(0)] * 6)
    full: dict[str, list[Fraction]] = defaultdict(lambda: [Fraction(0)] * 4)
    calls = _last_valid_calls(view)
    for ticket in tickets:
        call = calls.get(ticket.number)
        answers = [Fraction(0)] * 4
        if call is not None:
            credit = {"满意": Fraction(1), "基本满意": BASIC_CREDIT}.get(call.satisfaction or "", Fraction(0))
            answers = [Fraction(1), Fraction(bool(call.is_contacted)), Fraction(call.resolved == "是"), credit]
        for one in slices(ticket, unit=ticket.unit, category=ticket.category.split("->")[0]):
            assessed = [Fraction(0)] * 4 if ticket.is_excluded else answers
            added = [Fraction(1), Fraction(ticket.is_excluded), *assessed]
            sums[one] = [held + more for held, more in zip(sums[one], added, strict=True)]
            if one[1] == "_T":
                full[one[0]] = [held + more for held, more in zip(full[one[0]], answers, strict=True)]
    figures: Figures = {}
    names = ("response_rate", "resolution_rate", "satisfaction_rate")
    for (area, kind, member), held in sums.items():
        for kpi, top in zip(names, held[3:], strict=True):
            figures[Key(kpi, area, period, kind, member)] = ratio(top, held[2])
        if kind != "category":
            figures[Key("excluded_share", area, period, kind, member)] = ratio(held[1], held[0])
            figures[Key("three_rate_composite", area, period, kind, member)] = ratio(_points(held), held[2])
    for area, (valid, *tops) in full.items():
        for code, top in zip(names, tops, strict=True):
            figures[Key("full_caliber_rates", area, period, "rate", code)] = ratio(top, valid)
    return figures | _ranks(view, period, sums)


def _ranks(view: View, period: str, sums: dict[Slice, list[Fraction]]) -> Figures:
    """Places of streets and of units by 100 × (0.1 contacted + 0.5 resolved + 0.4 satisfied) ÷ valid callbacks."""
    figures: Figures = {}
    for group in ([one for one in sums if one[0] != view.district and one[1] == "_T"],
                  [one for one in sums if one[0] == view.district and one[1] == "unit"]):  # fmt: skip
        scores = {one: _points(sums[one]) / sums[one][2] for one in group if sums[one][2] >= 5}
        for area, kind, member in group:
            mine = scores.get((area, kind, member))
            place = None if mine is None else Fraction(1 + sum(score > mine for score in scores.values()))
            figures[Key("ticket_rank", area, period, kind, member)] = Figure(place)
    return figures


def _points(sums: list[Fraction]) -> Fraction:
    return 100 * (Fraction(1, 10) * sums[3] + Fraction(1, 2) * sums[4] + Fraction(2, 5) * sums[5])


def _courses(view: View, period: str, counted: list[Ticket], slices: Callable[..., list[Slice]]) -> Figures:
    """What was done in time, told again and supervised; closings by the month in which they came."""
    calls, by_number = _last_valid_calls(view), {ticket.number: ticket for ticket in counted}
    end = datetime.combine(view.as_of + timedelta(days=1), datetime.min.time())
    shares: dict[Key, list[int]] = defaultdict(lambda: [0, 0])
    hours: dict[Slice, list[Fraction]] = defaultdict(list)

    def tell(kpi: str, is_one: bool, where: Iterable[Slice]) -> None:
        for area, kind, member in where:
            held = shares[Key(kpi, area, period, kind, member)]
            held[0] += is_one
            held[1] += 1

    def district(ticket: Ticket, **breakdowns: str) -> list[Slice]:
        return [one for one in slices(ticket, **breakdowns) if one[0] == view.district]

    for ticket in counted:
        by_unit, matter = slices(ticket, unit=ticket.unit), ticket.category.split("->")[0]
        dispatched = ticket.dispatched if ticket.dispatched and ticket.dispatched < end else None
        closed = ticket.closed if ticket.closed and ticket.closed < end else None
        if closed and hm(closed) == period:
            tell("valid_callback_rate", ticket.number in calls, by_unit)
        if hm(ticket.created) != period:
            continue
        if dispatched:
            limit = timedelta(hours={"L1": 1, "L2": 2}.get(ticket.level, 24))
            tell("on_time_dispatch_rate", dispatched - ticket.created <= limit, district(ticket))
            is_signed = ticket.signed is not None and ticket.signed - dispatched <= timedelta(hours=2)
            tell("sign_on_time_rate", is_signed, district(ticket, unit=ticket.unit))
        limit = timedelta(hours={"L1": 2, "L2": 24, "L3": 168, "L4": 360}[ticket.level])
        due = ticket.extended_to or (ticket.dispatched or ticket.created) + limit
        answered = ticket.answered or ticket.closed
        if due <= end:
            tell("on_time_feedback_rate", answered is not None and answered <= due, by_unit)
        tell("repeat_ticket_rate", _is_repeat(ticket, by_number), district(ticket, category=matter))
        if dispatched and closed:
            for one in district(ticket, unit=ticket.unit, category=matter):
                hours[one].append(Fraction(round(Decimal((closed - dispatched).total_seconds()) / 3600, 8)))
    of_month = [ticket for ticket in counted if hm(ticket.created) == period]
    supervised = ((ticket.number, cross([view.district])) for ticket in of_month if ticket.is_supervised)
    figures = count("supervised_ticket_cnt", period, supervised, view)
    figures.update({key: ratio(*held) for key, held in shares.items()})
    for (area, kind, member), values in hours.items():
        figures[Key("handling_hours_median", area, period, kind, member)] = Figure(median(values))
    return figures


def _is_repeat(ticket: Ticket, counted: dict[str, Ticket]) -> bool:
    def is_before(other: Ticket) -> bool:
        earlier = (other.created, other.number) < (ticket.created, ticket.number)
        return earlier and ticket.created - other.created <= timedelta(days=30)

    def is_same(other: Ticket) -> bool:
        told = (other.building, other.category, other.caller) == (ticket.building, ticket.category, ticket.caller)
        return (told and ticket.caller is not None) or other.linked == ticket.number or ticket.linked == other.number

    return any(is_before(other) and is_same(other) for other in counted.values())


def _last_valid_calls(view: View) -> dict[str, Callback]:
    calls: dict[str, Callback] = {}
    for call in sorted(view.world.callbacks, key=lambda call: call.seq):
        if call.is_valid:
            calls[call.ticket] = call
    return calls


def own_appeals(view: View) -> list[Appeal]:
    """Those that were no tickets before they were found."""
    created = {ticket.number: ticket.created for ticket in view.world.tickets}
    return [one for one in view.world.appeals
            if one.ticket not in created or created[one.ticket].date() >= one.found]  # fmt: skip


def counted_tickets(view: View) -> list[Ticket]:
    return [
        one for one in view.world.tickets
        if one.kind != "咨询" and one.role == "主办" and not one.is_duplicate
        and view.counted(one.building, one.created.date())
    ]  # fmt: skip


def before_complaints(view: View) -> Figures:
    """Appeals beside tickets, and how many of those found were resolved; by assessment month from the second on."""
    figures: Figures = {}

    def add(period: str, found: list[Appeal], tickets: list[Ticket], *, is_month: bool) -> None:
        sums: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
        for one in found:
            for area in view.areas(one.building, one.found):
                solved = one.status == "RESOLVED" and one.resolved is not None and one.resolved <= view.as_of
                sums[area] = [sums[area][0] + 1, sums[area][1] + solved, sums[area][2]]
        for ticket in tickets:
            for area in view.areas(ticket.building or "", ticket.created.date()):
                sums[area][2] += 1
        for area, (number, solved, complained) in sums.items():
            figures[Key("pre_complaint_ratio", area, period)] = ratio(number, number + complained)
            if is_month:
                figures[Key("pre_complaint_resolution_rate", area, period)] = ratio(solved, number)

    appeals, tickets = own_appeals(view), counted_tickets(view)
    for name in [f"HM{month}" for month in view.place.months][1:]:
        of_month = [one for one in appeals if hm(datetime.combine(one.found, datetime.min.time())) == name]
        add(name, of_month, [one for one in tickets if hm(one.created) == name], is_month=True)
    for name, start, end in view.cumulative():
        found = [one for one in appeals if start <= one.found < end]
        add(name, found, [one for one in tickets if start <= one.created.date() < end], is_month=False)
    return figures


def needs_met(view: View) -> Figures:
    """Needs closed of those thirty days old, overdue ones, and those that something meets."""
    day, world = view.as_of, view.world
    figures: Figures = {}

    def rates(kpi: str, period: str, on: date, needs: list[Need], is_met: Callable[[Need], bool]) -> None:
        sums: dict[Slice, list[int]] = defaultdict(lambda: [0, 0])
        for need in needs:
            for one in cross(view.areas(need.building, on), category=need.category):
                sums[one] = [sums[one][0] + is_met(need), sums[one][1] + 1]
        for (area, kind, member), (met, number) in sums.items():
            figures[Key(kpi, area, period, kind, member)] = ratio(met, number)

    for name, start, end in view.cumulative():
        on = min(end - timedelta(days=1), day)
        old = [one for one in world.needs if start <= one.raised <= on - timedelta(days=30)]
        rates(
            "need_closed_rate",
            name,
            on,
            old,
            lambda need, on=on: need.status == "CLOSED" and need.closed is not None and need.closed <= on,
        )  # type: ignore[misc]
    open_needs = [one for one in world.needs if one.status in ("OPEN", "IN_PROGRESS")]
    overdue = [one for one in open_needs if one.due and one.due < day]
    members = ((one.number, cross(view.areas(one.building, day), category=one.category)) for one in overdue)
    figures.update(count("need_overdue_cnt", day.isoformat(), members, view))
    is_listed = view.place.last_list <= day
    named = {number for project in world.projects if is_listed for number in project.needs}
    rates(
        "need_match_rate",
        day.isoformat(),
        day,
        open_needs,
        lambda need: bool(need.resources) or need.project is not None or need.number in named,
    )
    return figures


def lists_used(view: View) -> Figures:
    """Resources used, projects completed, and activities for each station and month, of each year to date."""
    place, world = view.place, view.world
    figures: Figures = {}
    for name, start, end in view.calendar("YTD"):
        on = min(end - timedelta(days=1), view.as_of)
        active = used = 0
        for one in world.resources:
            lists = (place.first_resource_list, place.last_list)
            counted = [(day, uses) for day, uses, n in zip(lists, one.uses, (0, 1), strict=True)
                       if n >= one.first_list and uses is not None]  # fmt: skip
            grown = [day for (day, uses), before in zip(counted, [0, *(uses for _, uses in counted)], strict=False)
                     if uses > before]  # fmt: skip
            if lists[one.first_list] <= on and (one.since or date.min) <= on < (one.until or date.max):
                active += 1
                used += any(start <= day <= on for day in grown)
        figures[Key("resource_used_rate", view.district, name)] = ratio(used, active)
        listed = world.projects if place.last_list <= on else []
        planned = [one for one in listed if one.planned and start <= one.planned <= on]
        done = sum(one.status == "DONE" and one.ended is not None and one.ended <= on for one in planned)
        figures[Key("project_completion_rate", view.district, name)] = ratio(done, len(planned))
        events = {(one.title, one.held) for one in world.activities
                  if one.status == "HELD" and one.kind != "PARTY" and start <= one.held < end}  # fmt: skip
        stations = sum(o.kind == "STATION" and o.formed <= on < (o.dissolved or date.max) for o in world.organisations)
        figures[Key("activity_per_station_month", view.district, name)] = ratio(
            len(events), stations * ((end.year - start.year) * 12 + end.month - start.month)
        )
    return figures


def appeals(view: View) -> Figures:
    own = own_appeals(view)
    figures: Figures = {}
    for name, start, end in [*view.calendar("M"), *view.cumulative()]:
        found = ((one.number, cross(view.areas(one.building, one.found), source=one.source))
                 for one in own if start <= one.found < end)  # fmt: skip
        figures.update(count("pre_complaint_cnt", name, found, view))
        solved = [one for one in own if one.status == "RESOLVED" and one.resolved and start <= one.resolved < end]
        members = ((one.number, cross(view.areas(one.building, one.found), source=one.source)) for one in solved)
        figures.update(count("pre_complaint_resolved_cnt", name, members, view))
    return figures


def meetings(view: View) -> Figures:
    held = [one for one in view.world.meetings if one.status == "HELD"]
    kinds = {"whistle_meeting_cnt": ("WHISTLE",), "deliberation_meeting_cnt": ("DELIBERATION",),
             "whistle_deliberation_meeting_cnt": ("WHISTLE", "DELIBERATION")}  # fmt: skip
    figures: Figures = {}
    for kpi, wanted in kinds.items():
        for name, start, end in [*view.calendar("M"), *view.cumulative()]:
            members = ((one.number, cross(view.areas(one.building, one.held.date())))
                       for one in held if one.kind in wanted and start <= one.held.date() < end)  # fmt: skip
            figures.update(count(kpi, name, members, view))
    return figures


def lists(view: View) -> Figures:
    figures: Figures = {}
    day, world = view.as_of, view.world
    open_needs = ((one.number, cross(view.areas(one.building, day), category=one.category))
                  for one in world.needs if one.status in ("OPEN", "IN_PROGRESS"))  # fmt: skip
    figures.update(count("need_cnt", day.isoformat(), open_needs, view))
    for name, start, end in view.cumulative():
        raised = ((one.number, cross(view.areas(one.building, one.raised), category=one.category))
                  for one in world.needs if start <= one.raised < end)  # fmt: skip
        figures.update(count("need_cnt", name, raised, view))
    lists = (view.place.first_resource_list, view.place.last_list)
    for on in (one for one in map(month_end, view.place.months) if one >= min(lists)):
        known = [one for one in world.resources if lists[one.first_list] <= on]
        ever = ((one.number, cross([view.district], resource_type=one.kind)) for one in known)
        figures.update(count("resource_cnt", f"CUM{on:%Y-%m}", ever, view))
        active = ((one.number, cross([view.district], resource_type=one.kind)) for one in known
                  if (one.since or date.min) <= on < (one.until or date.max))  # fmt: skip
        figures.update(count("resource_cnt", on.isoformat(), active, view))
    if view.place.last_list > day:
        return figures
    running = ((one.number, cross([view.district])) for one in world.projects if one.status in ("PLANNED", "RUNNING"))
    figures.update(count("project_cnt", day.isoformat(), running, view))
    figures.update(
        count("project_cnt", f"CUM{day:%Y-%m}", ((one.number, cross([view.district])) for one in world.projects), view)
    )
    return figures


def activities(view: View) -> Figures:
    def identity(one: Activity) -> tuple[str, date]:
        return one.title, one.held

    street = {one.name: view.place.streets[one.street] for one in view.world.organisations if one.kind == "STATION"}
    held = [one for one in view.world.activities if one.status == "HELD" and one.kind != "PARTY"]
    figures: Figures = {}
    for name, start, end in [*view.calendar("M", "YTD"), *view.cumulative()]:
        slices: dict[tuple[str, date], set[Slice]] = defaultdict(set)
        people: dict[tuple[str, date], int] = {}
        for one in held:
            if start <= one.held < end:
                people[identity(one)] = one.attendance
                slices[identity(one)] |= set(
                    cross([view.district, street[one.station]], station=one.station, activity_type=one.kind)
                )
        figures.update(count("activity_cnt", name, slices.items(), view))
        figures.update(
            total("activity_attendance", name, ((people[which], parts) for which, parts in slices.items()), view)
        )
    for key, figure in list(figures.items()):
        if key.kpi == "activity_attendance":
            events = figures[Key("activity_cnt", key.area, key.period, key.kind, key.member)].value
            each = Figure(None) if not events else ratio(figure.value or 0, events)
            figures[Key("attendance_per_activity", key.area, key.period, key.kind, key.member)] = each
    return figures
