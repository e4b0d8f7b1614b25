"""Buildings, tenants and moves of a drawn district (SPEC 2.2)."""

from collections import defaultdict
from datetime import date, timedelta
from fractions import Fraction

from foreign_taxes import allocated
from foreign_view import (
    GRADES,
    Figure,
    Figures,
    Key,
    Slice,
    View,
    area_on,
    count,
    cross,
    interval,
    ratio,
    staff_on,
    tenancies,
    total,
)
from foreign_world import Building, Occupancy, is_taxed_here, rent


def stocks(view: View) -> Figures:
    return {key: figure for day in view.stock_days() for key, figure in _stocks(view, day).items()}


def _stocks(view: View, day: date) -> Figures:
    figures: Figures = {}
    standing = [one for one in view.world.buildings if view.counted(one.code, day)]

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
              ((uscc, cross(view.homes_areas(uscc, day), industry=view.industry[uscc]))
               for uscc in view.industry if view.homes(uscc, day)), view)
    )  # fmt: skip
    return figures


def tenancy(view: View) -> Figures:
    figures: Figures = {}
    for day in view.stock_days():
        period, in_use = day.isoformat(), tenancies(view, day)
        let: dict[str, int] = defaultdict(int)
        for one in in_use:
            let[one.building] += area_on(one, day, view) or 0
        sums: dict[Slice, list[int]] = defaultdict(lambda: [0, 0])
        for building in (one for one in view.world.buildings if view.counted(one.code, day)):
            for where in cross(view.areas(building.code, day), grade=GRADES[building.grade]):
                sums[where][0] += let[building.code]
                sums[where][1] += building.rentable
        for (area, kind, code), (full, floor) in sums.items():
            whole = Fraction(floor, 100)
            figures[Key("occupancy_rate", area, period, kind, code)] = ratio(Fraction(full, 100), whole)
            figures[Key("vacancy_rate", area, period, kind, code)] = ratio(whole - Fraction(full, 100), whole)
        told = [(staff_on(one, day, view), one) for one in in_use]
        figures.update(
            total("employee_cnt", period, ((n, cross(view.ends(one.building, day))) for n, one in told if n), view)
        )
        figures.update(_standing(view, day, in_use))
        figures.update(_rents(view, day, in_use))
    return figures


def _standing(view: View, day: date, in_use: list[Occupancy]) -> Figures:
    """Who of the tenants is registered in the district, and who is said to pay there."""
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
            paying = sum(is_taxed_here(uscc) is True for uscc in tenants)
            figures[Key("local_tax_rate", *where)] = ratio(paying, len(tenants))
    return figures


def _rents(view: View, day: date, in_use: list[Occupancy]) -> Figures:
    """What a square metre costs a day, weighed by the areas whose rent is told."""
    sums: dict[Slice, list[Fraction]] = defaultdict(lambda: [Fraction(0), Fraction(0)])
    for one in in_use:
        daily, area = rent(one), area_on(one, day, view)
        if daily is None or area is None:
            continue
        street = (view.street(one.building, day), "_T", "_T")
        for where in [street, *cross([view.district], grade=GRADES[view.building[one.building].grade])]:
            held = sums[where]
            sums[where] = [held[0] + Fraction(daily * area, 10_000), held[1] + Fraction(area, 100)]
    return {Key("avg_rent", a, day.isoformat(), kind, code): ratio(*held) for (a, kind, code), held in sums.items()}


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
        elsewhere |= {area: True for home in view.homes(occupancy.uscc, outside) for area in view.areas(home, outside)}
        areas = {view.district, *view.areas(occupancy.building, inside)}
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
