"""The broken twin: bad input of every kind that SPEC part 5 knows, and what must become of it.

It lies beside the good district. Each module holds the cases of one family of rules; a case is one branch of one
rule. Cases know nothing of each other: each has enterprises, tickets and people of its own and a scope of its own,
so that one that fails hides none. The twin is about 2021 and about buildings outside statistics, so the good
district's figures stay as they are, but for what ``timing`` leaves out.
"""

from functools import cache

from sample.broken import (
    copies,
    dates,
    encodings,
    files,
    identities,
    layouts,
    matters,
    numbers,
    periods,
    security,
    timing,
)
from sample.broken.case import Case
from sample.broken.timing import LATE

__all__ = ["LATE", "Case", "broken_cases"]

_FAMILIES = (
    files, copies, periods, encodings, layouts, numbers, dates, identities, matters, security, timing,
)  # fmt: skip


@cache
def broken_cases() -> tuple[Case, ...]:
    """Return every case, the file rules first."""
    return tuple(case for family in _FAMILIES for case in family.cases())
