"""Organisations, coverage and staff of a drawn district (SPEC 2.4)."""

from collections import defaultdict
from datetime import date
from fractions import Fraction

from foreign_view import Figure, Figures, Key, View, count, cross, ratio


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
            here = [b.code for b in view.world.buildings
                    if view.counted(b.code, day) and area in view.areas(b.code, day)]  # fmt: skip
            if here:
                figures[Key(kpi, area, period)] = ratio(sum(code in buildings for code in here), len(here))
    in_stat = sum(view.counted(one.code, day) for one in view.world.buildings)
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
