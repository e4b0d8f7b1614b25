"""The identity step of a build: distinct raw keys of the known rows to xref tables and a work list.

Reads ``landing/rows``, writes three Parquet files: ``xref_enterprise``, ``xref_building`` and
``quarantine`` (second-stage findings, FINDING_SCHEMA).
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from common.contracts import feeds
from common.findings import findings_frame
from common.home import Home
from common.rules import Finding, Place
from identity import buildings, enterprises

ENTERPRISE_FEEDS = {
    "O01": "enterprise_name",
    "T01": "taxpayer_name",
    "R01": "enterprise_name",
    "R02": "enterprise_name",
}
"""Feeds whose rows are about an enterprise, with the column of its name. Without one, the row must wait."""

BUILDING_FEEDS = {"O01": True, "G02": True, "P01": False, "N01": False, "M01": False}
"""Feeds that name a building; True where the row means nothing without it."""

_ADDRESS = ["delivery_id", "file", "sheet", "row_no"]


@dataclass(frozen=True, slots=True)
class Resolved:
    """The xref tables of a build and what waits."""

    enterprises: pl.DataFrame
    buildings: pl.DataFrame
    quarantine: pl.DataFrame

    def write(self, folder: Path) -> None:
        """Write the three tables as Parquet."""
        folder.mkdir(parents=True, exist_ok=True)
        self.enterprises.write_parquet(folder / "xref_enterprise.parquet")
        self.buildings.write_parquet(folder / "xref_building.parquet")
        self.quarantine.write_parquet(folder / "quarantine.parquet")


def resolve(home: Home, deliveries: Collection[str]) -> Resolved:
    """Resolve the raw keys in the rows of the given deliveries, those known at the cut."""

    def rows(feed: str, *columns: str) -> pl.DataFrame:
        folder = home.rows / f"feed={feed}"
        if not any(folder.glob("*.parquet")):
            return pl.DataFrame(schema=dict.fromkeys((*_ADDRESS, *columns), pl.String))
        scan = pl.scan_parquet(folder / "*.parquet", hive_partitioning=False, missing_columns="insert")
        return scan.filter(pl.col("delivery_id").is_in(list(deliveries))).select(*_ADDRESS, *columns).collect()

    companies, unknown_companies = _resolve_enterprises(rows)
    places, unknown_places = _resolve_buildings(rows)
    return Resolved(companies, places, pl.concat([findings_frame(), *unknown_companies, *unknown_places]))


Rows = Callable[..., pl.DataFrame]


def _resolve_enterprises(rows: Rows) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    known = rows("E01", "uscc", "reg_no", "org_code", "name", "former_name").drop(_ADDRESS)
    register = enterprises.Register(known.unique().iter_rows())
    found: dict[tuple[str, str], enterprises.Match] = {}
    waiting = []
    for feed, name in ENTERPRISE_FEEDS.items():
        raw = rows(feed, "uscc", name).with_columns(pl.col("uscc").fill_null(""), pl.col(name).fill_null(""))
        for code, text in raw.select("uscc", name).unique().iter_rows():
            found.setdefault((code, text), enterprises.identify(code, text, register))
        keys = raw.select("uscc", name).iter_rows()
        waiting.append(_waiting(feed, "uscc", raw, (found[key].finding for key in keys)))
    records = [
        (code, text, match.enterprise_id, match.method) for (code, text), match in found.items() if match.enterprise_id
    ]
    return pl.DataFrame(records, schema=dict(enterprises.XREF_SCHEMA), orient="row"), waiting


def _resolve_buildings(rows: Rows) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    known = rows("B01", "building_code", "building_name", "street_name", "alias").drop(_ADDRESS)
    # another place's list may have no streets
    known = known.with_columns(pl.col("street_name").fill_null(""))
    register_rows = list(known.unique().iter_rows())
    register = buildings.Register(register_rows)
    found = {
        (code or "", name, street): buildings.Match(register.id_of(code, name, street), "REGISTER", "in")
        for code, name, street, _ in register_rows
    }
    waiting = []
    for feed, is_needed in BUILDING_FEEDS.items():
        raw = rows(feed, "building_name")
        matches = {name: register.by_name(name, "") for name in raw["building_name"].unique()}
        found |= {("", name, ""): match for name, match in matches.items()}
        if is_needed:
            findings = (
                None if (match := matches[name]).building_id else buildings.not_found(name, match)
                for name in raw["building_name"]
            )
            waiting.append(_waiting(feed, "building_name", raw, findings))
    tickets = rows("H01", "place", "street_name").select("place", pl.col("street_name").fill_null(""))
    for place, street in tickets.unique().iter_rows():
        if place is not None:
            # a ticket's place may be worded as a register row without a code is; the row stays what it is
            found.setdefault(("", place, street), register.by_place(place, street))
    records = [(*key, match.building_id, match.method, match.relation) for key, match in found.items()]
    return pl.DataFrame(records, schema=dict(buildings.XREF_SCHEMA), orient="row"), waiting


def _waiting(feed: str, column: str, raw: pl.DataFrame, findings: Iterable[Finding | None]) -> pl.DataFrame:
    """Address the rows that wait, as ingest addresses its own."""
    shown = feeds()[feed].by_name[column].zh

    def addressed() -> Iterator[tuple[str, str, str, Finding]]:
        for (delivery_id, file, sheet, row), finding in zip(raw.select(_ADDRESS).iter_rows(), findings, strict=True):
            if finding is not None:
                place = Place(sheet, row, shown)
                yield (
                    delivery_id,
                    feed,
                    file,
                    Finding(finding.rule_id, finding.action, place, finding.value, finding.facts),
                )

    return findings_frame(addressed())
