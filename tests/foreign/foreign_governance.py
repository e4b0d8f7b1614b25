"""Appeals, meetings, lists and activities of a drawn district (SPEC 2.4)."""

from collections import defaultdict
from collections.abc import Callable
from datetime import date, datetime, timedelta
from fractions import Fraction
from statistics import median

from foreign_hotline import counted_tickets
from foreign_stations import tenants_served
from foreign_view import Figure, Figures, Key, Slice, View, count, cross, hm, ratio, total
from foreign_world import Activity, Appeal, Need, SignIn, Summons, Ticket, month_end


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
    """Enterprises that signed in, in the year to date, and tenants at a quarter's end visited in it."""
    figures: Figures = {}
    for name, start, end in view.calendar("YTD"):
        on = min(end - timedelta(days=1), view.as_of)
        signed = {one.uscc for one in view.world.sign_ins if one.uscc and start <= one.at.date() < end}
        tenants = sum(bool(view.homes(uscc, on)) for uscc in view.industry)
        figures[Key("activity_unique_enterprise_cnt", view.district, name)] = Figure(Fraction(len(signed)))
        figures[Key("activity_reach_rate", view.district, name)] = ratio(len(signed), tenants)
        figures.update(
            _reached_in_buildings(
                view, name, on, [one for one in view.world.sign_ins if one.uscc and start <= one.at.date() < end]
            )
        )
    for name, start, end in view.calendar("Q"):
        on = min(end - timedelta(days=1), view.as_of)
        visited: dict[Slice, set[str]] = defaultdict(set)
        for one in view.world.visits:
            if start <= one.on <= on:
                for part in cross([view.district], station=one.station):
                    visited[part].add(one.uscc)
        whole = {uscc for uscc in view.industry if view.homes(uscc, on)}
        served = {(view.district, "_T", "_T"): whole} | {
            (view.district, "station", station): tenants for station, tenants in tenants_served(view, on).items()
        }
        for (area, kind, member), tenants_of in served.items():
            rate = ratio(len(visited[area, kind, member] & tenants_of), len(tenants_of))
            figures[Key("visit_coverage_rate", area, name, kind, member)] = rate
    return figures


def own_appeals(view: View) -> list[Appeal]:
    """Those that were no tickets before they were found."""
    created = {ticket.number: ticket.created for ticket in view.world.tickets}
    return [one for one in view.world.appeals
            if one.ticket not in created or created[one.ticket].date() >= one.found]  # fmt: skip


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
    for name in view.assessed()[1:]:
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


def _reached_in_buildings(view: View, period: str, on: date, signed: list[SignIn]) -> Figures:
    """Of the tenants of each building, those that signed in while they sat there."""
    came: dict[str, set[str]] = defaultdict(set)
    for one in signed:
        for home in view.homes(one.uscc or "", one.at.date()):
            came[home].add(one.uscc or "")
    tenants: dict[str, set[str]] = defaultdict(set)
    for uscc in view.industry:
        for home in view.homes(uscc, on):
            tenants[home].add(uscc)
    return {Key("activity_reach_rate", home, period): ratio(len(came[home]), len(held))
            for home, held in tenants.items()}  # fmt: skip
