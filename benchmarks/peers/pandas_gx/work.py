"""The whole of the pandas peer's work, in the floor's five stages."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path

import pandas as pd

from benchmarks.floor import counting as count
from benchmarks.floor.reading import batches, deliveries
from benchmarks.floor.work import Floor, month_start_day, names_of, untold
from benchmarks.peers.pandas_gx import figuring
from benchmarks.peers.pandas_gx.allocating import allocated, attributed
from benchmarks.peers.pandas_gx.expecting import Checks
from benchmarks.peers.pandas_gx.reading import cells, typed
from benchmarks.peers.pandas_gx.resolving import (
    counted_tickets,
    deciding_callbacks,
    held,
    newest_tickets,
    occupied,
    register,
    registered,
    titles,
    with_firms,
)

_KEPT: Mapping[str, Sequence[str]] = {
    "T01": ("uscc", "tax_type", "treasury_month", "tax_period_end", "amount_total", "amount_district", "orig_ref",
            "voucher_no"),
    "B01": ("building_code", "building_name", "alias", "stat_flag", "stat_from", "grade", "rentable_area_m2",
            "list_on"),
    "B02": ("alias_norm", "building_code"),
    "E01": ("uscc", "name", "reg_district", "status_date", "received_at"),
    "O01": ("building_name", "unit_no", "enterprise_name", "uscc", "leased_area_m2", "moved_in_on", "moved_out_on",
            "taxed_in_district", "list_on"),
    "H01": ("ticket_no", "updated_at", "unit_role", "ticket_type", "place", "district_name", "created_at", "status",
            "is_duplicate", "exclude_flag", "category_path"),
    "H02": ("ticket_no", "callback_seq", "callback_at", "valid", "contacted", "resolved", "satisfaction"),
    "R01": ("enterprise_name", "uscc", "rating_code", "batch", "stage", "grant_date", "valid_from", "valid_to"),
}  # fmt: skip
"""What is kept of a feed's rows once they have been checked."""


def work(inbox: Path) -> Floor:
    """Do all of it over one district's inbox, and return what the floor returns."""
    done = Floor()
    kept = _read(inbox, done)
    district = inbox.name
    with done.stage("resolve"):
        as_of = kept["T01"]["treasury_month"].max() + pd.offsets.MonthEnd(0)
        known = register(kept["B01"], kept["B02"])
        leases, placed = occupied(kept.pop("O01"), known, kept["E01"])
        done.rows["O01"] = (done.rows["O01"][0], placed)
        rows = attributed(kept.pop("T01"))
        today = as_of.date()
        stocks = figuring.periods(kept["B01"]["list_on"], today, "S")
        days = sorted({*(pd.Timestamp(one.start) for one in stocks), *rows["day"].unique()})
        homes = held(leases, known, days)
        tickets = counted_tickets(kept.pop("H01"), known, names_of(district), as_of)
        calls = deciding_callbacks(kept.pop("H02"), as_of)
    with done.stage("allocate"):
        taxed = allocated(rows, homes)
    with done.stage("aggregate"):
        here = homes[homes["day"].isin([pd.Timestamp(one.start) for one in stocks])].rename(columns={"day": "on"})
        done.figures |= figuring.of_tax(taxed, district, today)
        done.figures |= figuring.of_buildings(known, here, district, stocks)
        done.figures |= figuring.of_tenants(here, registered(kept["E01"], district), district, stocks)
        told = titles(with_firms(kept["R01"], kept["E01"]))
        done.figures |= figuring.of_titles(told, here, district, stocks, today)
        done.figures |= figuring.of_tickets(tickets, calls, district, today)
        first_on = kept["B01"]["list_on"].min().date().replace(day=1)
        spans = count.periods(first_on, today, month_start_day())
        for key in untold(done.figures, done.complete_until, spans, today):
            done.figures[key] = count.Value(None)
    return done


def _read(inbox: Path, done: Floor) -> dict[str, pd.DataFrame]:
    """Read and check every file; keep what the figures need."""
    with done.stage("validate"):
        checks = Checks()
    kept: dict[str, list[pd.DataFrame]] = defaultdict(list)
    for batch in batches(deliveries(inbox)):
        feed = batch[0].feed
        with done.stage("read"):
            table = cells(batch)
        with done.stage("validate"):
            rows = checks.accepted(feed, typed(feed, table))
            read, accepted = done.rows.get(feed.id, (0, 0))
            done.rows[feed.id] = (read + len(table), accepted + len(rows))
            until = max(one.received_at.date() for one in batch) + timedelta(days=1)
            done.complete_until[feed.id] = max(until, done.complete_until.get(feed.id, until))
            if feed.id in _KEPT:
                narrow = rows.reindex(columns=list(_KEPT[feed.id]))
                kept[feed.id].append(newest_tickets(narrow) if feed.id == "H01" else narrow)
    return {feed: pd.concat(parts, ignore_index=True) for feed, parts in kept.items()}
