"""The simulated district as a whole: all subjects drawn from one seed, and all that its offices send."""

from collections.abc import Callable

from sample import buildings, enterprises, hotline, lists, organisations, tax, tenancy
from sample.activities import activity_deliveries, invent_activities
from sample.aliases import alias_deliveries
from sample.appeals import appeal_deliveries, invent_appeals
from sample.delivery import Delivery
from sample.listings import listing_deliveries
from sample.meetings import invent_meetings, meeting_deliveries
from sample.ratings import rating_deliveries
from sample.sign_ins import sign_in_deliveries
from sample.summons import summons_deliveries
from sample.targets import TaxReading
from sample.tax_lists import tax_deliveries
from sample.visits import visit_deliveries


def invent_deliveries(seed: int, reading: TaxReading, progress: Callable[[str], None]) -> list[Delivery]:
    """Invent a district and return everything that its offices send, the largest files first."""
    progress("楼宇、企业、入驻 / buildings, enterprises, occupancies")
    houses = buildings.invent_buildings(seed)
    firms = enterprises.invent_enterprises(seed)
    tenants = tenancy.invent_tenancy(seed, houses, firms)
    progress("税收 / tax")
    book = tax.invent_tax(seed, reading, firms, tenants)
    progress("组织、热线、服务 / organisations, hotline, services")
    governance = organisations.invent_governance(seed, houses, tenants)
    calls = hotline.invent_hotline(seed, houses, tenants)
    appeals = invent_appeals(seed, houses, tenants, calls)
    activities = invent_activities(seed, governance)
    meetings = invent_meetings(seed, houses)
    return [
        *tax_deliveries(seed, book),
        *tenancy.register_deliveries(seed, tenants),
        *buildings.register_deliveries(seed, houses, tenants.leased(houses)),
        *hotline.hotline_deliveries(calls),
        *enterprises.register_deliveries(seed, firms, tenants.closures),
        *lists.list_deliveries(seed, lists.invent_lists(seed, houses, tenants)),
        *organisations.governance_deliveries(seed, governance),
        *visit_deliveries(seed, governance, tenants),
        *activity_deliveries(seed, activities),
        *sign_in_deliveries(seed, activities, governance, tenants),
        *appeal_deliveries(seed, appeals),
        *meeting_deliveries(seed, meetings),
        *summons_deliveries(seed, meetings),
        *rating_deliveries(seed, firms, tenants),
        *listing_deliveries(seed, firms, tenants),
        *alias_deliveries(seed, houses),
    ]
