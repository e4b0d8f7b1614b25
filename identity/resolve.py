"""The identity step of a build: distinct raw keys of the known rows to xref tables and a work list.

Reads ``landing/rows``, writes three Parquet files: ``xref_enterprise``, ``xref_building`` and
``quarantine`` (second-stage findings, FINDING_SCHEMA).
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from common.findings import findings_frame
from common.home import Home
from common.rows import FULL_ADDRESS
from identity.areas import Areas
from identity.building_keys import resolve_buildings
from identity.keys import Shown, resolve_enterprises
from identity.labels import Exceptions


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


def resolve(
    home: Home,
    deliveries: Collection[str],
    shown: Mapping[str, Shown] | None = None,
    exceptions: Exceptions | None = None,
    files: Callable[[str], Sequence[Path]] | None = None,
    areas: Areas | None = None,
) -> Resolved:
    """Resolve the raw keys in the rows of the given deliveries, those known at the cut.

    ``files`` names the files of a feed that count, where a delivery was read in several ways. ``shown`` says when each
    delivery was received and of which day it speaks, ``exceptions`` which codes were legally issued although their
    check fails (B-IDN-03), ``areas`` which addresses lie in the district and what its streets were once called
    (B-ADM-01).
    """

    def rows(feed: str, *columns: str) -> pl.DataFrame:
        counted = files(feed) if files else sorted((home.rows / f"feed={feed}").glob("*.parquet"))
        if not counted:
            return pl.DataFrame(schema=dict.fromkeys((*FULL_ADDRESS, *columns), pl.String))
        scan = pl.scan_parquet(list(counted), hive_partitioning=False, missing_columns="insert")
        return scan.filter(pl.col("delivery_id").is_in(list(deliveries))).select(*FULL_ADDRESS, *columns).collect()

    companies, noted = resolve_enterprises(rows, shown or {}, exceptions or {})
    places, placed = resolve_buildings(rows, areas or Areas())
    return Resolved(companies, places, pl.concat([findings_frame(), *noted, *placed]))
