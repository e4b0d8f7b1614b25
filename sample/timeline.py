"""The months that the sample covers, and when an office gets round to sending something."""

from datetime import date, datetime, time, timedelta
from random import Random

from common.clock import BEIJING
from common.periods import add_months, month_end

MONTHS: tuple[date, ...] = tuple(add_months(date(2022, 1, 1), n) for n in range(21))
"""First days of the delivered months, January 2022 to September 2023; elsewhere a month is its position here."""

MONTH_ENDS: tuple[date, ...] = tuple(month_end(first) for first in MONTHS)
LAST = len(MONTHS) - 1
AS_OF = MONTH_ENDS[LAST]

PROGRAMME_START = date(2022, 11, 1)
PROGRAMME_MONTHS = range(MONTHS.index(PROGRAMME_START), len(MONTHS))

_HOLIDAYS = (
    (date(2022, 1, 31), date(2022, 2, 6)),
    (date(2022, 10, 1), date(2022, 10, 7)),
    (date(2023, 1, 21), date(2023, 1, 27)),
    (date(2023, 9, 29), date(2023, 10, 6)),
)
"""The long holidays, in which no office sends anything: first and last days."""


def position(day: date) -> int:
    """Return the position in ``MONTHS`` of the month of a day."""
    return (day.year - MONTHS[0].year) * 12 + day.month - MONTHS[0].month


def is_working_day(day: date) -> bool:
    """Tell whether offices work on ``day``; weekends worked in exchange for a holiday count as weekends."""
    return day.weekday() < 5 and not any(first <= day <= last for first, last in _HOLIDAYS)


def working_days_after(day: date, count: int) -> date:
    """Return the ``count``-th working day after ``day``."""
    while count:
        day += timedelta(days=1)
        count -= is_working_day(day)
    return day


def next_working_day(day: date) -> date:
    """Return ``day`` itself, or the first working day after it."""
    return working_days_after(day - timedelta(days=1), 1)


def office_hour(rng: Random, day: date) -> datetime:
    """Return a moment of ``day`` at which somebody may press the send button."""
    return datetime.combine(day, time(rng.randint(9, 17), rng.randint(0, 59), rng.randint(0, 59)), BEIJING)


def days(first: date, end: date) -> list[date]:
    """Return the days of the half-open interval [first, end)."""
    return [first + timedelta(days=n) for n in range((end - first).days)]


def working_days(first: date, end: date) -> list[date]:
    """Return the working days of the half-open interval [first, end)."""
    return [day for day in days(first, end) if is_working_day(day)]
