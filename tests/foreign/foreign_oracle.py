"""The figures of a drawn district, worked out from its facts by the words of SPEC part 2 alone."""

from foreign_economy import moves, stocks, tenancy
from foreign_governance import (
    activities,
    appeals,
    before_complaints,
    lists,
    lists_used,
    meetings,
    needs_met,
    reached,
    whistles,
)
from foreign_hotline import hotline
from foreign_stations import organisations, staff
from foreign_taxes import concentration, like_for_like, taxes, yi
from foreign_titles import expiring, listings, ratings
from foreign_view import Figures, View
from foreign_world import World


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
