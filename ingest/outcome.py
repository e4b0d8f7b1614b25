"""What parsing makes of one delivery."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from common.deliveries import Headings, Status
from common.rules import Finding
from common.supplements import Corrected
from ingest.tables.kept import Kept
from ingest.tables.table import WAITING
from ingest.tables.totals import ControlTotal


@dataclass(frozen=True, slots=True)
class Scope:
    """A part of a feed that a delivery replaces: a snapshot's day or a month, of the district or of a part."""

    key: str
    period: date


@dataclass(frozen=True, slots=True)
class Outcome:
    """What parsing made of a delivery. ``read = accepted + quarantined + set_aside`` always holds."""

    status: Status
    reason: Finding | None
    kept: Kept
    findings: pl.DataFrame
    read: int = 0
    quarantined: int = 0
    set_aside: int = 0
    scopes: tuple[Scope, ...] = ()
    called_after: date | None = None
    """The end of the month that a snapshot is called after which tells no day itself."""
    layout: str | None = None
    control_totals: tuple[ControlTotal, ...] = ()
    units: Mapping[str, str] = field(default_factory=dict)
    questions: tuple[Finding, ...] = ()
    """What somebody must answer before these rows count: findings that hold, in the order of asking."""

    headings: tuple[Headings, ...] = ()
    waiting: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=WAITING))
    """The quarantined rows that are known to be worth something: ADDRESS, worth."""
    corrects: tuple[Corrected, ...] = ()
    """The waiting rows of earlier deliveries that these rows stand for; they replace nothing else."""

    @property
    def accepted(self) -> int:
        return self.kept.height

    @property
    def rows(self) -> pl.DataFrame:
        """The accepted rows, with the columns of ``row_schema``, in memory."""
        return self.kept.rows()
