"""The sums that hold among quantities: places, slices and windows (SPEC 4.4, linked tables).

Whether parts add up is read off the numbers, as a reader would: distinct counts that do not add up are no equation,
and those that happen to are one.
"""

from collections import deque
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple, TypeVar

WHOLE = "_T"
_One = TypeVar("_One")
_Group = TypeVar("_Group", bound=Hashable)


class Quantity(NamedTuple):
    """One sum: measure, place, slice and window; see :data:`publish.protection.quantities.QUANTITY`."""

    term: str
    area_type: str
    area_code: str
    breakdown_type: str
    breakdown_code: str
    from_on: date
    until_on: date

    @property
    def is_margin(self) -> bool:
        """Whether it is of the whole district: a sum that nearly every table of its measure has."""
        return self.area_type == "district" and self.breakdown_type == WHOLE

    @property
    def window(self) -> tuple[date, date]:
        return self.from_on, self.until_on

    @property
    def key(self) -> tuple[str, ...]:
        """Its name in plain text; :meth:`named` gives it back."""
        return (*self[:5], self.from_on.isoformat(), self.until_on.isoformat())

    @classmethod
    def named(cls, key: Sequence[str]) -> "Quantity":
        term, area_type, area_code, breakdown_type, breakdown_code, *ends = key
        return cls(term, area_type, area_code, breakdown_type, breakdown_code, *map(date.fromisoformat, ends))


@dataclass(frozen=True, slots=True)
class Sum:
    """``whole = Σ parts``."""

    whole: Quantity
    parts: tuple[Quantity, ...]


class Windows:
    """The windows of one series (measure, place and slice): each is a difference of two running totals.

    Where running totals contradict each other, as those of distinct counts do, windows do not add up.
    """

    def __init__(self, series: Sequence[Quantity], values: Mapping[Quantity, Decimal]) -> None:
        self._run_of = {day: run for run in _running_totals(series, values) for day in run}
        self._series = series

    def adds_up(self, one: Quantity) -> bool:
        """Whether a window's two ends are days of a run."""
        return one.from_on in self._run_of and one.until_on in self._run_of

    def sums(self) -> Iterator[Sum]:
        """Yield each window that others divide, as the sum of the shortest ones, printed or not."""
        for one in self._series:
            if self.adds_up(one):
                inside = [day for day in sorted(self._run_of[one.from_on]) if one.from_on <= day <= one.until_on]
                if len(inside) > 2:
                    parts = (one._replace(from_on=first, until_on=last) for first, last in pairwise(inside))
                    yield Sum(one, tuple(parts))

    def size(self, one: Quantity) -> Decimal:
        """Return what a window between two days of a run holds."""
        run = self._run_of[one.from_on]
        return run[one.until_on] - run[one.from_on]


def grouped(ones: Iterable[_One], by: Callable[[_One], _Group]) -> dict[_Group, list[_One]]:
    """Group what there is, in the order given."""
    found: dict[_Group, list[_One]] = {}
    for one in ones:
        found.setdefault(by(one), []).append(one)
    return found


def together(members: Iterable[_Group], links: Iterable[Sequence[_Group]]) -> list[list[_Group]]:
    """Return the sets of members that links join, each in the order given."""
    above = {one: one for one in members}

    def top(one: _Group) -> _Group:
        while above[one] != one:
            above[one] = above[above[one]]
            one = above[one]
        return one

    for link in links:
        for one in link[1:]:
            above[top(one)] = top(link[0])
    return list(grouped(above, top).values())


def series_of(one: Quantity) -> tuple[str, str, str, str, str]:
    """Return what the windows of one series share."""
    return one[:5]


def sums_of_parts(values: Mapping[Quantity, Decimal], district: str) -> Iterator[Sum]:
    """Yield district = Σ streets and whole = Σ slices, for each window in which they hold."""
    streets = (one for one in values if one.area_type == "street")
    for parts in grouped(streets, lambda one: (one.term, *one[3:])).values():
        yield from _sum(parts[0]._replace(area_type="district", area_code=district), parts, values)
    slices = (one for one in values if one.breakdown_type != WHOLE)
    for parts in grouped(slices, lambda one: (*one[:4], *one[5:])).values():
        yield from _sum(parts[0]._replace(breakdown_type=WHOLE, breakdown_code=WHOLE), parts, values)


def _sum(whole: Quantity, parts: Sequence[Quantity], values: Mapping[Quantity, Decimal]) -> Iterator[Sum]:
    if whole in values and values[whole] == sum(values[part] for part in parts):
        yield Sum(whole, tuple(parts))


def _running_totals(series: Sequence[Quantity], values: Mapping[Quantity, Decimal]) -> Iterator[Mapping[date, Decimal]]:
    """Yield the running totals of each set of days that windows join, unless they contradict each other."""
    steps: dict[date, list[tuple[date, Decimal]]] = {}
    for one in series:
        steps.setdefault(one.from_on, []).append((one.until_on, values[one]))
        steps.setdefault(one.until_on, []).append((one.from_on, -values[one]))
    left = set(steps)
    while left:
        start = min(left)
        running, waiting, holds = {start: Decimal(0)}, deque([start]), True
        while waiting:
            day = waiting.popleft()
            for other, amount in steps[day]:
                total = running[day] + amount
                if other not in running:
                    running[other] = total
                    waiting.append(other)
                holds &= running[other] == total
        left -= running.keys()
        if holds and len(running) > 2:
            yield running
