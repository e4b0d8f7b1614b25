"""A delivery as parsed and what is asked of its rows; rows are read only where a question needs them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from pathlib import Path

import polars as pl

from common.answers import Answer
from common.contracts import Feed, feeds
from common.deliveries import Delivery, Report
from common.rows import ADDRESS
from common.rules import Effect

Order = tuple[int, datetime, str]

SIZED: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "T01": ("amount_total", ("uscc", "taxpayer_name", "tax_type")),
    "B01": ("gross_area_m2", ("building_code", "building_name", "street_name")),
    "E01": ("reg_capital", ("uscc",)),
}
"""The column whose size does not jump by a unit from one delivery to the next, and what to compare it by."""


@dataclass(frozen=True, eq=False)
class Landed:
    """A delivery with the report of its parsing, the file of its rows, and what was answered; equal only to itself."""

    delivery: Delivery
    report: Report
    file: Path
    answers: tuple[Answer, ...] = ()
    order: Order = field(default=(0, datetime.min, ""))
    """Later supersedes earlier; an answer that rolls back moves a delivery behind what it goes back from."""

    @property
    def feed(self) -> Feed:
        return feeds()[self.delivery.feed]

    @property
    def scopes(self) -> frozenset[tuple[str, str]]:
        """The parts of the feed that it speaks of."""
        return frozenset(self.report.scopes)

    @property
    def parts(self) -> frozenset[tuple[str, str]]:
        """What a later version of it would be of: a snapshot may be called after a month and yet be of its receipt."""
        called = self.report.called_after
        return frozenset((key, called or day) for key, day in self.report.scopes)

    @property
    def first_day(self) -> str:
        """The first period that it speaks of, as an ISO day; the day of receipt where it has none."""
        return min((day for _, day in self.report.scopes), default=self.delivery.received_at.date().isoformat())

    @property
    def month(self) -> date | None:
        """The one month that it speaks of; None where there are several or none."""
        months = {day for _, day in self.report.scopes}
        return date.fromisoformat(months.pop()) if len(months) == 1 else None

    @property
    def adds(self) -> bool:
        """Tell whether its rows are in addition to what is known, not in its place."""
        return self.is_correction or self.has_effect("ADD")

    def answered(self, rule_id: str) -> Answer | None:
        """Return the answer to a rule's question."""
        return next((answer for answer in self.answers if answer.rule_id == rule_id), None)

    def has_effect(self, effect: Effect) -> bool:
        return any(answer.effect == effect for answer in self.answers)

    def rows(self, *columns: str) -> pl.DataFrame:
        """Read columns of its rows; a column that an older file lacks is null."""
        scan = pl.scan_parquet(self.file, hive_partitioning=False)
        present = scan.collect_schema().names()
        chosen = [pl.col(name) if name in present else pl.lit(None).alias(name) for name in columns]
        return scan.select(chosen).collect()

    @cached_property
    def content(self) -> pl.Series:
        """Return what its rows say, whatever their order and places: one hash for each row, sorted."""
        return self.rows(*(column.name for column in self.feed.stored)).hash_rows().sort()

    def says_the_same(self, other: "Landed") -> bool:
        """Tell whether its rows say what another's say; rows that wait are rows too."""
        return self.shape == other.shape and self.content.equals(other.content)

    @property
    def shape(self) -> tuple[object, ...]:
        """Return what the reports of deliveries that say the same have in common."""
        report = self.report
        return report.rows_accepted, report.rows_quarantined, report.event_from, report.event_to

    @cached_property
    def worked_out(self) -> dict[tuple[object, ...], pl.DataFrame]:
        """What was worked out about it, which every later delivery is compared with (:mod:`review.profiles`)."""
        return {}

    @cached_property
    def attended(self) -> pl.DataFrame:
        """Return who came to its activities: address, station, attendance and status."""
        return self.rows(*ADDRESS, "station", "attendance", "status")

    @cached_property
    def sizes(self) -> pl.DataFrame:
        """Return for each key of SIZED how much its rows hold: ``size`` whatever their sign, and ``amount``."""
        column, keys = SIZED[self.delivery.feed]
        size, amount = pl.col(column).cast(pl.Float64).abs(), pl.col(column)
        rows = self.rows(*keys, column).filter(size > 0)
        return rows.group_by(keys).agg(size.sum().alias("size"), amount.sum().alias("amount"))

    @cached_property
    def is_correction(self) -> bool:
        """Tell whether it holds nothing but corrections that name their originals (SPEC 3.0, CORRECTION).

        Those are rows that were mended and sent again, and tax rows that name the voucher they correct.
        """
        if self.report.corrects:
            return True
        if self.delivery.feed != "T01" or not self.report.rows_accepted:
            return False
        return not self.rows("orig_ref")["orig_ref"].null_count()
