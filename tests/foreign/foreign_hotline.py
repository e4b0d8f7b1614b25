"""Tickets of a drawn district (SPEC 2.3)."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from statistics import median

from foreign_view import Figure, Figures, Key, Slice, View, count, cross, hm, ratio, staff_on, tenancies
from foreign_world import Callback, Ticket, month_end

BASIC_CREDIT = Fraction(9, 10)


def hotline(view: View) -> Figures:
    def slices(ticket: Ticket, **breakdowns: str) -> list[Slice]:
        return cross(view.areas(ticket.building or "", ticket.created.date()), **breakdowns)

    def by_category(ticket: Ticket) -> list[Slice]:
        return slices(ticket, category=ticket.category.split("->")[0])

    counted = counted_tickets(view)
    closed = view.assessed()[:-1]
    figures: Figures = {}
    for name in view.assessed():
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
    """Places of streets and of units by 100 × (0.1 contacted + 0.5 resolved + 0.4 satisfied) ÷ valid callbacks.

    A month that the reference day cuts has none.
    """
    figures: Figures = {}
    for group in ([one for one in sums if one[0] in view.streets and one[1] == "_T"],
                  [one for one in sums if one[0] == view.district and one[1] == "unit"]):  # fmt: skip
        scores = {one: _points(sums[one]) / sums[one][2] for one in group if sums[one][2] >= 5}
        for area, kind, member in group:
            mine = None if period == view.assessed()[-1] else scores.get((area, kind, member))
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
        # finished without any time: nothing tells whether it was in time
        if due <= end and any((ticket.dispatched, ticket.signed, ticket.answered, ticket.closed)):
            tell("on_time_feedback_rate", answered is not None and answered <= due, by_unit)
        of_matter = [one for one in slices(ticket, category=matter) if one[0] not in view.streets]
        tell("repeat_ticket_rate", _is_repeat(ticket, by_number), of_matter)
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


def whole_tickets(view: View) -> list[Ticket]:
    """One ticket for each matter that somebody wants done, wherever it is."""
    return [one for one in view.world.tickets if one.kind != "咨询" and one.role == "主办" and not one.is_duplicate]


def counted_tickets(view: View) -> list[Ticket]:
    return [one for one in whole_tickets(view) if view.counted(one.building, one.created.date())]


def unlocated(view: View) -> Figures:
    """Of the tickets about commercial buildings those that name no building of the register."""
    figures: Figures = {}
    for name in view.assessed():
        about = [one for one in whole_tickets(view) if hm(one.created) == name and "商务楼宇" in one.category]
        missing = sum(one.building not in view.building for one in about)
        figures[Key("ticket_unlocated_share", view.district, name)] = ratio(missing, len(about))
    return figures


def per_employee(view: View) -> Figures:
    """Tickets of a street or a building for every ten thousand people who work there when the period ends."""
    counted, figures = counted_tickets(view), {}
    windows = [(f"HM{month}", month_end(month).replace(day=19)) for month in view.place.months]
    windows.append((view.assessed()[-1], view.as_of + timedelta(days=1)))
    by_month: dict[str, Counter[str]] = defaultdict(Counter)
    for ticket in counted:
        for area in view.areas(ticket.building or "", ticket.created.date())[1:]:
            by_month[hm(ticket.created)][area] += 1
            for name, start, end in view.calendar("R12"):
                by_month[name][area] += start <= ticket.created.date() < end
    for name, after in [*windows, *((name, end) for name, _, end in view.calendar("R12"))]:
        day, people = after - timedelta(days=1), Counter[str]()
        for one in tenancies(view, day):
            for area in view.areas(one.building, day)[1:]:
                people[area] += staff_on(one, day, view) or 0
        for area, number in by_month[name].items():
            figures[Key("appeals_per_10k", area, name)] = ratio(10_000 * number, people[area])
    return figures
