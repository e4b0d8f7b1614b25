"""The identity step of a build: distinct raw keys of the known rows to xref tables and a work list.

Reads landed rows, writes three Parquet files: ``xref_enterprise``, ``xref_building`` and
``quarantine`` (second-stage findings, FINDING_SCHEMA).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from common.findings import findings_frame
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


@dataclass(frozen=True, slots=True)
class Known:
    """What is known besides the rows: what dates their names, and what judges their codes and addresses."""

    shown: Mapping[str, Shown] = field(default_factory=dict)
    """When each delivery was received and of which day it speaks, by its id."""
    exceptions: Exceptions = field(default_factory=dict)
    """Codes that were legally issued although their check fails (B-IDN-03)."""
    areas: Areas = field(default_factory=Areas)
    """Which addresses lie in the district, and what its streets were once called (B-ADM-01)."""


def resolve(files: Callable[[str], Sequence[Path]], known: Known) -> Resolved:
    """Resolve the raw keys in the rows that count; ``files`` names the files of a feed in which they lie."""

    def rows(feed: str, *columns: str) -> pl.DataFrame:
        counted = list(files(feed))
        if not counted:
            return pl.DataFrame(schema=dict.fromkeys((*FULL_ADDRESS, *columns), pl.String))
        scan = pl.scan_parquet(counted, hive_partitioning=False, missing_columns="insert")
        return scan.select(*FULL_ADDRESS, *columns).collect()

    companies, noted = resolve_enterprises(rows, known.shown, known.exceptions)
    places, placed = resolve_buildings(rows, known.areas)
    return Resolved(companies, places, pl.concat([findings_frame(), *noted, *placed]))
