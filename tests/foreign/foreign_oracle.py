"""The figures of a drawn district, worked out from its facts by the words of SPEC part 2 alone.

How the departments delivered is no fact of the district: see foreign_quality.py.
"""

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
from foreign_hotline import hotline, per_employee, unlocated
from foreign_stations import organisations, staff
from foreign_taxes import concentration, like_for_like, taxes, yi
from foreign_titles import expiring, listings, ratings
from foreign_view import Figures, Key, View
from foreign_world import World

# what SPEC 2 tells of single buildings too
OF_BUILDINGS = {
    "building_area_total", "business_area", "occupancy_rate", "vacancy_rate", "tenant_enterprise_cnt",
    "local_reg_cnt", "local_registration_rate", "local_tax_rate", "building_tax_total", "building_tax_district",
    "district_retained_share", "building_tax_total_yoy", "building_tax_district_yoy", "tax_per_sqm",
    "district_tax_per_sqm", "tax_per_employee", "top5_tax_share", "tax_hhi", "moved_in_cnt", "moved_out_cnt",
    "net_move_cnt", "leading_industry_tax_share", "leading_industry", "employee_cnt", "listed_cnt",
    "rating_valid_cnt", "rated_enterprise_distinct_cnt", "rating_pipeline_cnt", "building_ticket_cnt",
    "response_rate", "resolution_rate", "satisfaction_rate", "full_caliber_rates", "on_time_feedback_rate",
    "repeat_ticket_rate", "appeals_per_10k", "pre_complaint_cnt", "pre_complaint_resolved_cnt",
    "pre_complaint_ratio", "pre_complaint_resolution_rate", "whistle_meeting_cnt", "deliberation_meeting_cnt",
    "whistle_deliberation_meeting_cnt", "need_cnt", "need_closed_rate", "need_overdue_cnt", "need_match_rate",
    "activity_reach_rate",
}  # fmt: skip
# which have no figure without a breakdown; of others a building has no breakdowns
IN_PARTS = {"full_caliber_rates": "rate", "leading_industry": "industry", "rating_valid_cnt": "rating"}


def expected(world: World) -> Figures:
    """Return every figure that the facts support, with its key; the area of a building is its code."""
    view = View(world)
    figures: Figures = {}
    parts = (
        stocks, tenancy, moves, yi, like_for_like, concentration, expiring, organisations, staff, ratings, listings,
        taxes, hotline, appeals, meetings, lists, activities, before_complaints, needs_met, lists_used,
        whistles, reached, unlocated, per_employee,
    )  # fmt: skip
    for part in parts:
        figures.update(part(view))
    return {key: figure for key, figure in figures.items() if _is_told(key, view)}


def _is_told(key: Key, view: View) -> bool:
    if key.area not in view.building:
        return key.kpi != "leading_industry"
    return key.kpi in OF_BUILDINGS and key.kind == IN_PARTS.get(key.kpi, "_T")
