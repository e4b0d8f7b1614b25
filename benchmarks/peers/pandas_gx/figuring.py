"""The 15 KPIs of resolved and allocated frames (SPEC 2.2, 2.3)."""

from datetime import date
from decimal import Decimal

import pandas as pd

from benchmarks.floor import counting as count
from benchmarks.floor.counting import Figures, Period
from benchmarks.floor.work import month_start_day, office
from benchmarks.peers.pandas_gx.resolving import Register
from benchmarks.peers.pandas_gx.summing import measure

_ONE = {"one": 0}


def periods(days: pd.Series, as_of: date, *types: str) -> list[Period]:
    """List the periods of some kinds that begin on a day of the data."""
    found = count.periods(days.min().date(), as_of, month_start_day())
    return [one for one in found if one.type in types]


def of_tax(taxed: pd.DataFrame, district: str, as_of: date) -> Figures:
    """Return tax by type, its share and its change on a year before."""
    atoms = taxed.rename(columns={"treasury_month": "on"})
    over = periods(atoms["on"], as_of, "M", "Q", "YTD", "Y", "R12")
    amounts = {"amount_total": 2, "amount_district": 2}
    told = measure(atoms, amounts, district, over, ["tax_type"], only_in_district=["tax_type"])
    total = count.levels("building_tax_total", told, "amount_total")
    own = count.levels("building_tax_district", told, "amount_district")
    return {
        **total, **own, **count.shares("district_retained_share", own, total),
        **count.changes("building_tax_total_yoy", total, over),
        **count.changes("building_tax_district_yoy", own, over),
    }  # fmt: skip


def of_buildings(known: Register, here: pd.DataFrame, district: str, stocks: list[Period]) -> Figures:
    """Return how many buildings there are, and how much of them is let."""
    days = pd.DataFrame({"on": pd.to_datetime([one.start for one in stocks])})
    versions = known.versions
    stands = versions[versions["stat_flag"].fillna(False).astype(bool)].merge(days, how="cross")
    stands = stands[(stands["valid_from"] <= stands["on"]) & (stands["on"] < stands["valid_to"])].assign(one=1)
    let = here[here["rentable_area_m2"].notna()]
    there = measure(stands, {"one": 0, "rentable_area_m2": 2}, district, stocks, ["grade"])
    filled = measure(let, {"leased_m2": 2}, district, stocks, ["grade"])
    return {
        **count.levels("building_cnt", there, "one"),
        **count.ratios("occupancy_rate", (filled, "leased_m2"), (there, "rentable_area_m2")),
    }


def of_tenants(here: pd.DataFrame, stands: pd.DataFrame, district: str, stocks: list[Period]) -> Figures:
    """Return how many enterprises there are, and how many are registered and taxed here."""
    tenants = pd.merge_asof(
        here.sort_values("on", kind="stable"), stands, left_on="on", right_on="valid_from", by="firm"
    ).assign(one=1)
    is_registered = tenants["is_registered"].astype("boolean").fillna(False).astype(bool)
    everyone, local, taxed = (
        measure(some, _ONE, district, stocks, entity="firm")
        for some in (tenants, tenants[is_registered], tenants[tenants["is_taxed"].astype(bool)])
    )
    return {
        **count.levels("tenant_enterprise_cnt", everyone, "one"),
        **count.levels("local_reg_cnt", local, "one"),
        **count.ratios("local_registration_rate", (local, "one"), (everyone, "one")),
        **count.ratios("local_tax_rate", (taxed, "one"), (everyone, "one")),
    }


def of_titles(told: pd.DataFrame, here: pd.DataFrame, district: str, stocks: list[Period], as_of: date) -> Figures:
    """Return who holds titles, and who was granted one."""
    valid = here[["on", "firm", "street"]].merge(told, on="firm")
    valid = valid[(valid["valid_from"] <= valid["on"]) & (valid["on"] < valid["valid_to"])].assign(one=1)
    is_new = (told["stage"] == "CERTIFIED") & (told["grant_date"] <= pd.Timestamp(as_of))
    new = told[is_new].rename(columns={"grant_date": "on"}).assign(one=1)
    months = here["on"].dt.to_period("M").dt.start_time
    over = periods(months, as_of, "Q", "YTD", "Y")
    holders = measure(valid, _ONE, district, stocks, ["rating"], entity="firm", has_total=False)
    granted = measure(new, _ONE, district, over, ["rating"], entity="firm", has_total=False, has_streets=False)
    return {**count.levels("rating_valid_cnt", holders, "one"), **count.levels("rating_new_cnt", granted, "one")}


def of_tickets(tickets: pd.DataFrame, calls: pd.DataFrame, district: str, as_of: date) -> Figures:
    """Return how many tickets there are, and the rates of what was answered about them."""
    atoms = tickets.assign(one=1)
    over = periods(atoms["on"], as_of, "HM", "M", "Q", "YTD")
    made = measure(atoms, _ONE, district, over, ["category"])
    basic = int(Decimal(office("assessment_rule", "AR-2021")["basic_credit"]).scaleb(4))
    answered = atoms[~atoms["is_excluded"]].merge(calls, on="ticket_no")
    is_resolved = answered["resolved"].astype("object") == "YES"
    answered = answered.assign(
        contacted=answered["contacted"].astype("int64"), resolved=is_resolved.astype("int64"),
        credit=answered["satisfaction"].astype("object").map({"SATISFIED": 10_000, "BASICALLY_SATISFIED": basic})
        .fillna(0).astype("int64"),
    )[~(answered["is_in_hand"] & is_resolved)]  # fmt: skip
    months = [one for one in over if one.type == "HM"]
    names = {"one": 0, "contacted": 0, "resolved": 0, "credit": 4}
    rates = measure(answered, names, district, months, ["category"])
    return {
        **count.levels("building_ticket_cnt", made, "one"),
        **count.ratios("response_rate", (rates, "contacted"), (rates, "one")),
        **count.ratios("resolution_rate", (rates, "resolved"), (rates, "one")),
        **count.ratios("satisfaction_rate", (rates, "credit"), (rates, "one")),
    }
