"""The whole of the floor's work, in five stages."""

import csv
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import polars as pl

from benchmarks.floor import counting as count
from benchmarks.floor.allocating import allocated, attributed
from benchmarks.floor.counting import Figures, Period
from benchmarks.floor.reading import batches, cells, check, deliveries
from benchmarks.floor.resolving import (
    Register,
    counted_tickets,
    deciding_callbacks,
    held,
    newest_tickets,
    occupied,
    register,
    registered,
    titles,
    with_firms,
    with_sound_codes,
)
from benchmarks.floor.vocabulary import PROJECT, Feed

STAGES = ("read", "validate", "resolve", "allocate", "aggregate")
_FEN = Decimal("0.01")

_firm = pl.Categorical()
_KEPT: Mapping[str, Mapping[str, pl.DataType | None]] = {
    "T01": {"uscc": _firm, "tax_type": None, "treasury_month": None, "tax_period_end": None, "amount_total": pl.Int64(),
            "amount_district": pl.Int64(), "orig_ref": None, "voucher_no": None},
    "B01": dict.fromkeys(("building_code", "building_name", "alias", "stat_flag", "stat_from", "grade",
                          "rentable_area_m2", "list_on")),
    "B02": dict.fromkeys(("alias_norm", "building_code")),
    "E01": dict.fromkeys(("uscc", "name", "reg_district", "status_date", "received_at")),
    "O01": dict.fromkeys(("building_name", "unit_no", "enterprise_name", "uscc", "leased_area_m2", "moved_in_on",
                          "moved_out_on", "taxed_in_district", "list_on")),
    "H01": {"ticket_no": None, "updated_at": None, "unit_role": None, "ticket_type": None, "place": _firm,
            "district_name": _firm, "created_at": None, "status": None, "is_duplicate": None, "exclude_flag": None,
            "category_path": _firm},
    "H02": dict.fromkeys(("ticket_no", "callback_seq", "callback_at", "valid", "contacted", "resolved",
                          "satisfaction")),
    "R01": dict.fromkeys(("enterprise_name", "uscc", "rating_code", "batch", "stage", "grant_date", "valid_from",
                          "valid_to")),
}  # fmt: skip
"""What is kept of a feed's rows once they have been checked; repeated texts as categories, money in fen."""


@dataclass
class Floor:
    """The figures, how many rows each feed gave, and the seconds of each stage."""

    figures: Figures = field(default_factory=dict)
    rows: dict[str, tuple[int, int]] = field(default_factory=dict)
    """By feed: rows read, and rows that stand."""
    complete_until: dict[str, date] = field(default_factory=dict)
    """By feed, the day after its last delivery, before which it tells of everything."""
    seconds: dict[str, float] = field(default_factory=lambda: dict.fromkeys(STAGES, 0.0))

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Add the time spent within to a stage."""
        start = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[name] += time.perf_counter() - start


def work(inbox: Path) -> Floor:
    """Do all of it over one district's inbox, ``…/<six-digit code>``."""
    floor = Floor()
    kept = _read(inbox, floor)
    with floor.stage("resolve"):
        district, names = inbox.name, names_of(inbox.name)
        as_of = _day(kept["T01"]["treasury_month"].dt.month_end().max())
        known = register(kept["B01"], kept["B02"])
        leases, placed = occupied(kept.pop("O01"), known, kept["E01"])
        floor.rows["O01"] = (floor.rows["O01"][0], placed)
        rows = attributed(kept.pop("T01").rename({"uscc": "firm"}))
        stocks = _periods(kept["B01"]["list_on"], as_of, "S")
        homes = held(leases, known, sorted({*(one.start for one in stocks), *rows["day"].unique()}))
        tickets = counted_tickets(kept.pop("H01"), known, names, as_of)
        calls = deciding_callbacks(kept.pop("H02"), as_of)
    with floor.stage("allocate"):
        taxed = allocated(rows, homes)
    with floor.stage("aggregate"):
        days = pl.DataFrame({"day": [one.start for one in stocks]})
        here = homes.filter("stat_flag").join(days, on="day").rename({"day": "on"})
        floor.figures |= _of_tax(taxed, district, as_of)
        floor.figures |= _of_buildings(known, here, district, stocks)
        floor.figures |= _of_tenants(here, registered(kept["E01"], district), district, stocks)
        floor.figures |= _of_titles(titles(with_firms(kept["R01"], kept["E01"])), here, district, stocks, as_of)
        floor.figures |= _of_tickets(tickets, calls, district, as_of)
        spans = count.periods(_day(kept["B01"]["list_on"].min()).replace(day=1), as_of, month_start_day())
        for key in untold(floor.figures, floor.complete_until, spans, as_of):
            floor.figures[key] = count.Value(None)
    return floor


def _read(inbox: Path, floor: Floor) -> dict[str, pl.DataFrame]:
    """Read and check every file; keep what the figures need."""
    kept: dict[str, list[pl.DataFrame]] = defaultdict(list)
    for batch in batches(deliveries(inbox)):
        feed = batch[0].feed
        with floor.stage("read"):
            table = cells(batch)
        with floor.stage("validate"):
            rows = check(feed, table)
            if feed.id == "T01":
                rows = with_sound_codes(rows)
            read, accepted = floor.rows.get(feed.id, (0, 0))
            floor.rows[feed.id] = (read + table.height, accepted + rows.height)
            until = max(one.received_at.date() for one in batch) + timedelta(days=1)
            floor.complete_until[feed.id] = max(until, floor.complete_until.get(feed.id, until))
            if feed.id in _KEPT:
                kept[feed.id].append(_narrow(feed, rows))
        del table, rows
    return {feed: pl.concat(parts) for feed, parts in kept.items()}


def _narrow(feed: Feed, rows: pl.DataFrame) -> pl.DataFrame:
    columns = []
    for name, dtype in _KEPT[feed.id].items():
        if name.startswith("amount_"):
            columns.append((pl.col(name) * 100).cast(pl.Int64))
        else:
            columns.append(pl.col(name) if dtype is None else pl.col(name).cast(dtype))
    narrow = rows.select(columns)
    return newest_tickets(narrow) if feed.id == "H01" else narrow


def _periods(days: pl.Series, as_of: date, *types: str) -> list[Period]:
    found = count.periods(_day(days.min()), as_of, month_start_day())
    return [one for one in found if one.type in types]


def month_start_day() -> int:
    """Return on which day of a month a month of the hotline begins."""
    return int(office("parameter", "hotline.month_start_day")["value"])


def untold(figures: Figures, until: Mapping[str, date], spans: list[Period], as_of: date) -> list[count.Key]:
    """List the figures of periods of which one of their feeds does not tell to the end."""
    ends = {one.name: min(one.end, as_of + timedelta(days=1)) for one in spans}
    complete = {kpi: min(until[feed] for feed in _feeds_of(kpi)) for kpi in {key.kpi for key in figures}}
    return [key for key in figures if complete[key.kpi] < ends.get(key.period, complete[key.kpi])]


def _feeds_of(kpi: str) -> list[str]:
    return _seed("catalogue/kpi", kpi)["feeds"].split("|")


def _of_tax(taxed: pl.DataFrame, district: str, as_of: date) -> Figures:
    atoms = taxed.rename({"treasury_month": "on"})
    over = _periods(atoms["on"], as_of, "M", "Q", "YTD", "Y", "R12")
    told = count.measure(
        atoms, ["amount_total", "amount_district"], district, over, ["tax_type"], only_in_district=["tax_type"]
    )
    total = count.levels("building_tax_total", told, "amount_total", _FEN)
    own = count.levels("building_tax_district", told, "amount_district", _FEN)
    return {
        **total, **own, **count.shares("district_retained_share", own, total),
        **count.changes("building_tax_total_yoy", total, over),
        **count.changes("building_tax_district_yoy", own, over),
    }  # fmt: skip


def _of_buildings(known: Register, here: pl.DataFrame, district: str, stocks: list[Period]) -> Figures:
    days = pl.DataFrame({"on": [one.start for one in stocks]})
    stands = known.versions.filter("stat_flag").join(days, how="cross").filter(
        pl.col("valid_from") <= pl.col("on"), pl.col("on") < pl.col("valid_to")
    ).with_columns(pl.lit(1).alias("one"))  # fmt: skip
    let = here.drop_nulls("rentable_area_m2")
    there = count.measure(stands, ["one", "rentable_area_m2"], district, stocks, ["grade"])
    filled = count.measure(let, ["leased_m2"], district, stocks, ["grade"])
    return {
        **count.levels("building_cnt", there, "one"),
        **count.ratios("occupancy_rate", (filled, "leased_m2"), (there, "rentable_area_m2")),
    }


def _of_tenants(here: pl.DataFrame, stands: pl.DataFrame, district: str, stocks: list[Period]) -> Figures:
    tenants = here.sort("on").join_asof(
        stands, left_on="on", right_on="valid_from", by="firm", check_sortedness=False
    ).with_columns(pl.lit(1).alias("one"))  # fmt: skip
    everyone, local, taxed = (
        count.measure(some, ["one"], district, stocks, entity="firm")
        for some in (tenants, tenants.filter("is_registered"), tenants.filter("is_taxed"))
    )
    return {
        **count.levels("tenant_enterprise_cnt", everyone, "one"),
        **count.levels("local_reg_cnt", local, "one"),
        **count.ratios("local_registration_rate", (local, "one"), (everyone, "one")),
        **count.ratios("local_tax_rate", (taxed, "one"), (everyone, "one")),
    }


def _of_titles(told: pl.DataFrame, here: pl.DataFrame, district: str, stocks: list[Period], as_of: date) -> Figures:
    valid = here.select("on", "firm", "street").join(told, on="firm").filter(
        pl.col("valid_from") <= pl.col("on"), pl.col("on") < pl.col("valid_to")
    ).with_columns(pl.lit(1).alias("one"))  # fmt: skip
    new = told.filter(pl.col("stage") == "CERTIFIED", pl.col("grant_date") <= as_of).select(
        pl.col("grant_date").alias("on"), "firm", "rating", pl.lit(1).alias("one")
    )
    over = _periods(here["on"].dt.month_start(), as_of, "Q", "YTD", "Y")
    holders = count.measure(valid, ["one"], district, stocks, ["rating"], entity="firm", has_total=False)
    granted = count.measure(new, ["one"], district, over, ["rating"], entity="firm", has_total=False, has_streets=False)
    return {**count.levels("rating_valid_cnt", holders, "one"), **count.levels("rating_new_cnt", granted, "one")}


def _of_tickets(tickets: pl.DataFrame, calls: pl.DataFrame, district: str, as_of: date) -> Figures:
    atoms = tickets.with_columns(pl.col("created_at").dt.date().alias("on"), pl.lit(1).alias("one"))
    over = _periods(atoms["on"], as_of, "HM", "M", "Q", "YTD")
    made = count.measure(atoms, ["one"], district, over, ["category"])
    is_resolved = pl.col("resolved") == "YES"
    basic = pl.lit(Decimal(office("assessment_rule", "AR-2021")["basic_credit"])).cast(pl.Decimal(8, 4))
    credit = pl.when(pl.col("satisfaction") == "SATISFIED").then(pl.lit(Decimal(1)).cast(pl.Decimal(8, 4)))
    answered = atoms.filter(~pl.col("is_excluded")).join(calls, on="ticket_no").filter(
        ~(pl.col("is_in_hand") & is_resolved).fill_null(False)
    ).with_columns(
        pl.col("contacted").cast(pl.Int64), is_resolved.fill_null(False).cast(pl.Int64).alias("resolved"),
        credit.when(pl.col("satisfaction") == "BASICALLY_SATISFIED").then(basic).otherwise(0).alias("credit"),
    )  # fmt: skip
    months = [one for one in over if one.type == "HM"]
    rates = count.measure(answered, ["one", "contacted", "resolved", "credit"], district, months, ["category"])
    return {
        **count.levels("building_ticket_cnt", made, "one"),
        **count.ratios("response_rate", (rates, "contacted"), (rates, "one")),
        **count.ratios("resolution_rate", (rates, "resolved"), (rates, "one")),
        **count.ratios("satisfaction_rate", (rates, "credit"), (rates, "one")),
    }


def _day(told: object) -> date:
    assert isinstance(told, date)
    return told


def office(table: str, key: str, column: int = 0) -> dict[str, str]:
    """Return the row of one of the office's tables that has ``key`` in a column."""
    return _seed(f"office/{table}", key, column)


def _seed(table: str, key: str, column: int = 0) -> dict[str, str]:
    with (PROJECT / f"dbt/seeds/{table}.csv").open(encoding="utf-8", newline="") as file:
        names, *rows = csv.reader(file)
    return next(dict(zip(names, row, strict=True)) for row in rows if row[column] == key)


def names_of(district: str) -> list[str]:
    """Return what a district is called."""
    row = office("area", district, column=1)
    return [row["name_zh"], *filter(None, row["also"].split("|"))]
