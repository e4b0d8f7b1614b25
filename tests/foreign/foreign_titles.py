"""Titles and listings of the enterprises of a drawn district (SPEC 2.2)."""

from datetime import date, timedelta

from foreign_view import Figures, Key, Slice, View, count, cross
from foreign_world import Listing, Rating, month_end


def _days(view: View) -> list[date]:
    """Every month's end; the hotline's first assessment month begins a month before the others."""
    before = date(int(view.place.months[0][:4]), 1, 1) - timedelta(days=1)
    return [before, *map(month_end, view.place.months)]


def expiring(view: View) -> Figures:
    rows, figures = view.world.ratings, {}
    for day in _days(view):
        ends: dict[tuple[str, str], date] = {}
        for one in rows:
            if is_valid(one, day, rows):
                until = one.valid_to or one.granted.replace(year=one.granted.year + 3)
                ends[one.uscc, one.code] = max(until, ends.get((one.uscc, one.code), until))
        soon = [which for which, until in ends.items() if until < day + timedelta(days=90)]
        members = ((which, cross([view.district], rating=which[1])) for which in soon)
        figures.update(count("rating_expiring_cnt", day.isoformat(), members, view))
    return figures


def is_valid(rating: Rating, day: date, all_ratings: list[Rating]) -> bool:
    return rating.stage in ("CERTIFIED", "RENEWED") and is_open(rating, day, all_ratings)


def is_open(rating: Rating, day: date, all_ratings: list[Rating]) -> bool:
    """Whether a step on the way to a title has been taken, is not over and was not taken back."""
    if rating.granted > day:
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
    return figures | _applications(view) | _pipeline(view)


def _titles(view: View, day: date) -> Figures:
    rows, period = view.world.ratings, day.isoformat()
    figures: Figures = {}
    valid = [(one.uscc, one.code) for one in rows if is_valid(one, day, rows) and view.homes(one.uscc, day)]
    figures.update(
        count("rating_valid_cnt", period,
              ((uscc, [(area, "rating", code) for area in view.homes_areas(uscc, day)])
               for uscc, code in valid), view)
    )  # fmt: skip
    del figures[Key("rating_valid_cnt", view.district, period)]
    members = ((uscc, cross(view.homes_ends(uscc, day))) for uscc, _ in valid)
    figures.update(count("rated_enterprise_distinct_cnt", period, members, view))
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


STAGES = ("APPLIED", "RECOMMENDED", "PUBLICISED", "CERTIFIED")


def _pipeline(view: View) -> Figures:
    """How far enterprises have come on the way to each title: of each the furthest stage that is still open."""
    rows, figures = view.world.ratings, {}
    for day in _days(view):
        furthest: dict[tuple[str, str], int] = {}
        for one in rows:
            stage = "CERTIFIED" if one.stage == "RENEWED" else one.stage
            if stage in STAGES and is_open(one, day, rows):
                which = one.uscc, one.code
                furthest[which] = max(furthest.get(which, 0), STAGES.index(stage))
        best = {uscc: max(n for (who, _), n in furthest.items() if who == uscc) for uscc, _ in furthest}
        members: list[tuple[object, list[Slice]]] = [
            (uscc, [(view.district, "rating", code)]) for uscc, code in furthest
        ]
        members += [(uscc, cross(view.homes_ends(uscc, day), stage=STAGES[n])) for uscc, n in best.items()]
        figures.update(count("rating_pipeline_cnt", day.isoformat(), members, view))
    return figures


def listings(view: View) -> Figures:
    real = [one for one in view.world.listings if not one.exchange.startswith(("NEEQ", "REGIONAL"))]
    first: dict[str, Listing] = {}
    for one in sorted(real, key=lambda one: one.listed):
        first.setdefault(one.uscc, one)
    figures: Figures = {}
    year = int(view.place.months[0][:4])
    # the hotline's first assessment month begins in the year before, of which a list may tell
    before = [(name, date(year - 1, 1, 1), date(year, 1, 1)) for name in (f"{year - 1}-YTD12", f"{year - 1}")]
    for name, start, end in [*before, *view.calendar("YTD", "Y"), *view.cumulative()]:
        fresh = [one for one in first.values() if start <= one.listed < end and view.homes(one.uscc, one.listed)]
        figures.update(count("new_listed_cnt", name, ((one.uscc, cross([view.district])) for one in fresh), view))
    day = view.as_of
    listed = {one.uscc for one in real if one.listed <= day < (one.delisted or date.max) and view.homes(one.uscc, day)}
    members = ((uscc, cross(view.homes_ends(uscc, day))) for uscc in listed)
    figures.update(count("listed_cnt", day.isoformat(), members, view))
    return figures
