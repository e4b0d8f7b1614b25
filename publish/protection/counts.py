"""Small counts: which others are hidden so that no subtraction gives them (SPEC 4.4, class A).

A window is the difference of two running totals, so what hides a month is that a running total at one of its ends is
*blurred*: every window that starts or ends there is hidden, as if two neighbouring periods were merged. On each day the
running totals of places and slices sum up like any table, and a sum with one blurred member gives it away; it gets
another, the one that hides least. What does not add up in time is blurred window by window. What can still be worked
out from several sums together is found by elimination, exact, and gets company too.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from disclosure.circuits import Circuits
from disclosure.system import Cell, Equation, System
from publish.protection.links import Quantity, Sum, Windows, grouped, series_of, sums_of_parts

Series = tuple[str, ...]
Spot = tuple[Series, date, date]
"""What is blurred: a series' running total on a day (both days the same), or a window that does not add up."""


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of the counts."""

    hidden: frozenset[Quantity]
    exposed: frozenset[Quantity]
    """Small ones that nothing protects, because nothing else in their sums could be hidden."""


def protect_counts(
    values: Mapping[Quantity, Decimal],
    small: Iterable[Quantity],
    published: Mapping[Quantity, Decimal],
    district: str,
    more: Iterable[Sum] = (),
) -> Counts:
    """Choose what to hide beside the small counts.

    ``small`` are hidden in any case. ``published`` says what is printed elsewhere: to hide a count that is printed
    there with its present value hides nothing. ``more`` are sums that the numbers alone do not show. Sums of the whole
    district are blurred only where nothing else is left. Deterministic, whatever the order of ``values``.
    """
    return _Blurring(values, published, district, more).run(sorted(small))


class _Blurring:
    def __init__(
        self,
        values: Mapping[Quantity, Decimal],
        published: Mapping[Quantity, Decimal],
        district: str,
        more: Iterable[Sum],
    ) -> None:
        self.values = dict(sorted(values.items()))
        self.known = {one for one, value in published.items() if self.values.get(one) == value}
        self.spots: dict[Quantity, tuple[Spot, ...]] = {}
        self.number: dict[Quantity, int] = {}
        """By quantity, the number of its series."""
        for number, (series, ones) in enumerate(grouped(self.values, series_of).items()):
            self.number |= dict.fromkeys(ones, number)
            windows = Windows(ones, self.values)
            for one in ones:
                ends = ((series, one.from_on, one.from_on), (series, one.until_on, one.until_on))
                self.spots[one] = ends if windows.adds_up(one) else ((series, *one.window),)
        self.touching: dict[Spot, list[Quantity]] = defaultdict(list)
        for one, spots in self.spots.items():
            for spot in spots:
                self.touching[spot].append(one)
        self.sums: dict[Quantity, list[tuple[Quantity, ...]]] = defaultdict(list)
        for each in (*sums_of_parts(self.values, district), *more):
            members = (each.whole, *each.parts)
            for one in members:
                self.sums[one].append(members)
        self.blurred: set[Spot] = set()
        self.alone: set[Quantity] = set()
        """What found no company in one of its sums."""
        self._fixed: dict[frozenset[frozenset[int]], frozenset[int]] = {}
        """By sums whose members are numbered, which of these cannot move."""

    def run(self, small: Sequence[Quantity]) -> Counts:
        for one in small:
            if self.blurred.isdisjoint(self.spots[one]):
                self._blur(min(self.spots[one], key=self._cost))
        given_away, before = self._given_away(), -1
        while given_away and len(self.blurred) > before:
            before = len(self.blurred)
            for spot in given_away:
                self._accompany_more(spot)
            given_away = self._given_away()
        hidden = {one for one, spots in self.spots.items() if not self.blurred.isdisjoint(spots)}
        alone = self.alone.union(*(self.touching[spot] for spot in given_away))
        return Counts(frozenset(hidden), frozenset(alone.intersection(small)))

    def _cost(self, spot: Spot) -> tuple[bool, Decimal, Spot]:
        """What it costs to blur a spot: the windows that are hidden with it and are not hidden yet."""
        opened = [one for one in self.touching[spot] if self.blurred.isdisjoint(self.spots[one])]
        return any(one.is_margin for one in opened), sum((abs(self.values[one]) for one in opened), Decimal(0)), spot

    def _blur(self, spot: Spot) -> None:
        """Blur a spot, and whatever its sums then need."""
        waiting = [spot]
        while waiting:
            spot = waiting.pop()
            if spot in self.blurred:
                continue
            self.blurred.add(spot)
            for one, members in self._sums_at(spot):
                company = self._company(one, spot, members)
                if company is not None:
                    waiting.append(company)

    def _sums_at(self, spot: Spot) -> Iterator[tuple[Quantity, tuple[Quantity, ...]]]:
        """Yield each window that a spot touches with the members of each sum in which it stands."""
        return ((one, members) for one in self.touching[spot] for members in self.sums.get(one, ()))

    def _company(self, one: Quantity, spot: Spot, members: tuple[Quantity, ...]) -> Spot | None:
        """Return what else must be blurred in a sum of which a spot of one member is; None: it has company already."""
        others = [(other, at) for other in members if other != one and (at := self._same_end(other, spot)) is not None]
        if any(at in self.blurred for _, at in others):
            return None
        able = {at for other, at in others if self.values[other] > 0 and other not in self.known}
        if not able:
            self.alone.add(one)
            return None
        return min(able, key=self._cost)

    def _same_end(self, other: Quantity, spot: Spot) -> Spot | None:
        """Return the spot of another member at the same end of a window."""
        _, first, last = spot
        spots = self.spots[other]
        if first < last or len(spots) == 1:
            # where one of them does not add up in time, only whole windows compare
            return spots[-1]
        return next((at for at in spots if at[1] == first), None)

    def _accompany_more(self, spot: Spot) -> None:
        """Blur one more spot beside one that several sums together give away."""
        able = {
            at
            for _, members in self._sums_at(spot)
            for other in members
            if self.values[other] > 0 and other not in self.known
            if (at := self._same_end(other, spot)) is not None and at not in self.blurred
        }
        if able:
            self._blur(min(able, key=self._cost))

    def _given_away(self) -> list[Spot]:
        """Return the blurred spots that the sums of their day determine."""
        tables: dict[tuple[date, date, str], set[frozenset[Spot]]] = defaultdict(set)
        seen = set()
        for spot in sorted(self.blurred):
            series, first, last = spot
            for _, members in self._sums_at(spot):
                # the same sum of another window says the same of this day
                said = (first, last, *sorted(self.number[other] for other in members))
                if said not in seen:
                    seen.add(said)
                    inside = {at for other in members if (at := self._same_end(other, spot)) in self.blurred}
                    tables[(first, last, series[0])].add(frozenset(filter(None, inside)))
        return sorted(spot for sums in tables.values() for spot in self._determined(sums))

    def _determined(self, sums: Collection[frozenset[Spot]]) -> Iterator[Spot]:
        """Yield the members of homogeneous sums that cannot move."""
        spots = sorted(frozenset().union(*sums))
        if all(len(members) < len(spots) for members in sums) or len(spots) < 2:
            number = {spot: at for at, spot in enumerate(spots)}
            pattern = frozenset(frozenset(number[spot] for spot in members) for members in sums)
            # most days look like another one
            if pattern not in self._fixed:
                self._fixed[pattern] = _fixed(pattern)
            yield from (spots[at] for at in self._fixed[pattern])


def _fixed(sums: Collection[frozenset[int]]) -> frozenset[int]:
    """Return which of some numbered members of homogeneous sums cannot move."""
    zero = Decimal(0)
    keys = {at: (str(at).zfill(8),) for at in frozenset[int]().union(*sums)}
    whole = {members: ("sum", *(keys[at][0] for at in sorted(members))) for members in sums}
    cells = [*(Cell(key, zero) for key in keys.values()), *(Cell(key, zero) for key in whole.values())]
    equations = [Equation(key, tuple(keys[at] for at in members)) for members, key in whole.items()]
    system = System.of(cells, equations)
    place = {cell.key: at for at, cell in enumerate(system.cells)}
    hidden = {place[key]: at for at, key in keys.items()}
    moving = Circuits(system, hidden).moving(hidden)
    return frozenset(at for one, at in hidden.items() if one not in moving)
