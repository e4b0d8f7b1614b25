"""The checks: one function for each gate, listed in one table (SPEC 4.3)."""

from collections.abc import Callable, Iterator

from replay.checks.arithmetic import changes, shares
from replay.checks.context import Context, Finding
from replay.checks.definitions import dedup, defined, norms, stages, windows
from replay.checks.envelopes import activities, employees, jumps, magnitudes, margins, rates
from replay.checks.labels import periods
from replay.checks.release import against_release, units
from replay.checks.rhetoric import claims, coverage
from replay.claims import Claim
from replay.figures import Figure

CHECKS: tuple[Callable[[Context], Iterator[tuple[Figure | Claim, Finding]]], ...] = (
    against_release,
    units,
    changes,
    shares,
    periods,
    windows,
    defined,
    norms,
    dedup,
    stages,
    magnitudes,
    activities,
    employees,
    rates,
    margins,
    jumps,
    coverage,
    claims,
)
"""Every check, in the order in which its findings are told."""

__all__ = ["CHECKS", "Context", "Finding"]
