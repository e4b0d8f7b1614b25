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
from identity import enterprises
from identity.areas import Areas
from identity.building_keys import resolve_buildings

ENTERPRISE_FEEDS = {
    "O01": "enterprise_name",
    "T01": "taxpayer_name",
    "R01": "enterprise_name",
    "R02": "enterprise_name",
}
"""Feeds whose rows are about an enterprise, with the column of its name. Without one, the row must wait."""

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


def resolve(home: Home, deliveries: Collection[str], areas: Areas | None = None) -> Resolved:
    """Resolve the raw keys in the rows of the given deliveries, those known at the cut.

    ``areas`` tells which addresses lie in the district and what its streets were once called (B-ADM-01).
    """

    def rows(feed: str, *columns: str) -> pl.DataFrame:
        folder = home.rows / f"feed={feed}"
        if not any(folder.glob("*.parquet")):
            return pl.DataFrame(schema=dict.fromkeys((*_ADDRESS, *columns), pl.String))
        scan = pl.scan_parquet(folder / "*.parquet", hive_partitioning=False, missing_columns="insert")
        return scan.filter(pl.col("delivery_id").is_in(list(deliveries))).select(*_ADDRESS, *columns).collect()

    companies, unknown_companies = _resolve_enterprises(rows)
    places, placed = resolve_buildings(rows, areas or Areas())
    return Resolved(companies, places, pl.concat([findings_frame(), *unknown_companies, *placed]))


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
