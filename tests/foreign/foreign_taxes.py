"""Taxes of a drawn district: split among buildings, levels, growth and how concentrated (SPEC 2.1a and 2.2)."""

from collections import Counter, defaultdict
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction

from foreign_view import (
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
)
from foreign_world import TAX_TYPES, TaxRow, month_end

Part = tuple[str, TaxRow, str, date, int, int]  # month, row, building, day, fen in all and of the district


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
        codes = [one.code for one in view.world.buildings if view.counted(one.code, day)]
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
    both = [one.code for one in view.world.buildings
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
        paid: dict[str, Counter[str]] = defaultdict(Counter)
        for month, row, home, _, fen, _ in parts:
            if start <= month_end(month) < end:
                paid[view.district][row.uscc] += fen
                paid[home][row.uscc] += fen
        for area, payers in paid.items():
            figures.update(_concentration(view, area, name, payers))
    return figures


def _concentration(view: View, area: str, name: str, paid: Counter[str]) -> Figures:
    positive = sorted((fen for fen in paid.values() if fen > 0), reverse=True)
    whole, net = sum(positive), sum(paid.values())
    sections: Counter[str] = Counter()
    for uscc, fen in paid.items():
        sections[view.industry[uscc]] += fen
    points = Fraction(sum(fen * fen for fen in positive) * 10_000, whole * whole)
    leading = sum(fen for section, fen in sections.items() if section in "JIRML")
    section, largest = min(sections.items(), key=lambda item: (-item[1], item[0]))
    code = section if 10 * largest >= 4 * net else "MIXED"
    return {
        Key("top5_tax_share", area, name): ratio(Fraction(sum(positive[:5]), 100), Fraction(whole, 100)),
        Key("tax_hhi", area, name): Figure(points),
        # a share says nothing where refunds outweigh receipts
        Key("leading_industry_tax_share", area, name): ratio(Fraction(leading, 100), Fraction(net, 100))
        if leading >= 0 and net >= 0
        else Figure(None),
        Key("leading_industry", area, name, "industry", code): ratio(Fraction(largest, 100), Fraction(net, 100)),
    }


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
        here = [(area, "_T", "_T") for area in (view.street(home, day), home)]
        for one in [*here, *cross([view.district], industry=view.industry[row.uscc], tax_type=row.kind)]:
            levels[month, one][0] += whole
            levels[month, one][1] += own
    figures: Figures = {}
    slices = {one for _, one in levels}
    for name, start, end in view.calendar("M", "Q", "YTD", "Y", "R12"):
        months = [month for month in view.place.months if start <= month_end(month) < end]
        for area, kind, member in slices:
            # nobody's tax is nothing, of a slice that ever paid
            held = [levels[month, (area, kind, member)] for month in months if (month, (area, kind, member)) in levels]
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
    """Tax against what stands at the period's end: floor area, buildings, people, and against the budget."""
    found: Figures = {}
    for name, _, end in view.calendar("Y", "R12"):
        day = min(end - timedelta(days=1), view.as_of)
        standing = [one for one in view.world.buildings if view.counted(one.code, day)]
        for area in [view.district, *view.place.streets.values(), *view.building]:
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
    for name, stated in view.place.budget.items():
        own = figures[Key("building_tax_district", view.district, name)].value or 0
        found[Key("tax_share_of_budget", view.district, name)] = ratio(own, stated * 10_000)
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
