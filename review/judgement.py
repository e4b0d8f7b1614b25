"""A delivery as it is judged at a moment: whether it stands, and what the review found about it."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from common.deliveries import Delivery, Question, Report, Status
from common.messages import Message
from common.rules import Finding
from review.landed import Landed, Order


class RowCounts(NamedTuple):
    """What became of a delivery's rows; the first number is the sum of the others (SURFACE)."""

    rows_read: int
    rows_accepted: int
    rows_quarantined: int
    rows_set_aside: int


@dataclass(frozen=True, slots=True)
class Standing:
    """A delivery at a moment: whether it stands, since when that is known, and what it does to what stood before."""

    landed: Landed
    status: Status
    known_at: datetime
    """Its receipt, or the answer that let it stand."""
    reason: Message | None = None
    question: Question | None = None
    """What it waits for."""
    adds: bool = False
    """Its rows are in addition to what is known, not in its place."""
    is_cumulative: bool = False
    """Its month holds the year so far; the earlier months are taken off."""
    findings: tuple[tuple[str, Finding], ...] = ()
    """What the review found, each with the file that it concerns."""
    refused: tuple[tuple[str, str | None, int], ...] = ()
    """Addresses of rows that wait: file, sheet, row."""

    @property
    def delivery(self) -> Delivery:
        return self.landed.delivery

    @property
    def report(self) -> Report:
        return self.landed.report

    @property
    def file(self) -> Path:
        return self.landed.file

    @property
    def order(self) -> Order:
        return self.landed.order

    @property
    def rows(self) -> RowCounts:
        """What became of its rows."""
        report = self.report
        if self.status == "DUPLICATE":
            return RowCounts(0, 0, 0, 0)
        if self.status != "ACCEPTED":
            return RowCounts(report.rows_read, 0, 0, report.rows_read)
        return RowCounts(report.rows_read, report.rows_accepted, report.rows_quarantined, report.rows_set_aside)
