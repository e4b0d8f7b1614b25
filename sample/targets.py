"""What the sample adds up to, whatever the seed (SPEC 0.1a and Appendix D). Money is in fen."""

from dataclasses import dataclass
from typing import Literal

TaxReading = Literal["q3", "ytd"]


@dataclass(frozen=True, slots=True)
class TaxTarget:
    """Tax allocated to buildings in some treasury months: in full and at district level, in fen."""

    months: range
    """Positions in ``timeline.MONTHS``."""
    total: int
    district: int


_BASE = 113_591_160_221, 23_953_488_372
_CURRENT = 205_600_000_000, 51_500_000_000

TAX: dict[TaxReading, tuple[TaxTarget, TaxTarget]] = {
    "q3": (TaxTarget(range(6, 9), *_BASE), TaxTarget(range(18, 21), *_CURRENT)),
    "ytd": (TaxTarget(range(0, 9), *_BASE), TaxTarget(range(12, 21), *_CURRENT)),
}
"""The single third quarters of 2022 and 2023, or the months January to September of both."""

REFUNDS = 48
PAYERS_WITHOUT_BUILDING = 260

TICKETS = {2022: 2_652, 2023: 927}
"""Counted tickets of the assessment months HM2022-01..12 and HM2023-01..09."""

SMALL_GIANTS = 8
SPECIALISED = 74
SPECIALISED_SMALL_GIANTS = 7
HIGH_TECH = 310
HIGH_TECH_SPECIALISED = 60
HIGH_TECH_INNOVATIVE = 230
HIGH_TECH_APPLICANTS_2023 = 359
EXPIRED_TITLES = 5

ACTIVITIES = 1_537
ATTENDANCE = 41_260
APPEALS_RESOLVED = 1_146
NEEDS = 757
RESOURCES = 407
PROJECTS = 96
WHISTLES = 312
DELIBERATIONS = 231
TWO_NEW_COMMITTEES = 10
TWO_NEW_PARTY_ORGS = 155
STAFF_NORM = {"CENTRAL": 5, "ORDINARY": 3}
