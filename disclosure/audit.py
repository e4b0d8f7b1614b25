"""Every attack on a choice: the reader's and each lone contributor's, for every demand (SPEC 4.4).

Shifts that were found for one attacker are tried on the next, alone and added together, so that few linear programmes
are solved; an attack counts as foiled only where a shift of its own stands against it.
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from common.messages import Message
from disclosure.attack import READER, Attacker, Demand
from disclosure.rules import Problem
from disclosure.system import Progress, System
from disclosure.worlds import Worlds

_REACH = 1000.0
_MARGIN = 1 + 1e-6
_SMALL = 1e-9
_ROOM = 4.0
"""How many times what is asked a shift is to reach, so that it has room for others."""
_HELPERS = 5
"""Shifts upwards and downwards, besides the furthest ones, that are tried to hold a cell still."""
_SAID = 250
"""Attacks of a reader after which it is said how far they are."""
_TOGETHER = 24
"""Lone contributors who are looked at together before each is alone."""
_ROUNDS, _FEW = 3, 4
"""How often demands are met together before each is tried alone, and how few are not worth it."""


def audit(
    problem: Problem, demands: Sequence[Demand], hidden: frozenset[int], progress: Progress
) -> list[tuple[Demand, Attacker]]:
    """Make every attack on a choice; return those that succeed.

    A demand that the reader sees through is not tried on the contributors.
    """
    if not demands:
        return []
    progress(Message(f"对{len(hidden)}个单元格发起全部攻击", f"making every attack on {len(hidden)} cells"))
    return list(_successes(problem, demands, hidden, progress))


def withstands(problem: Problem, hidden: frozenset[int]) -> bool:
    """Tell whether every attack misses."""
    return not problem.demands or next(_successes(problem, problem.demands, hidden, lambda _: None), None) is None


def _successes(
    problem: Problem, demands: Sequence[Demand], hidden: frozenset[int], progress: Progress
) -> Iterator[tuple[Demand, Attacker]]:
    worlds = worlds_of(demands, problem.system, hidden)
    safe: list[Demand] = []
    found = _Found(worlds, len(demands))
    for number, demand in enumerate(demands):
        if number and number % _SAID == 0:
            progress(Message(f"读者攻击 {number}/{len(demands)}", f"a reader's attacks, {number} of {len(demands)}"))
        if found.meets(demand, READER):
            safe.append(demand)
        else:
            yield demand, READER
    watching = [one for one in problem.attack.crowd if safe and not one.known.isdisjoint(hidden)]
    for at in range(0, len(watching), _TOGETHER):
        progress(Message(f"独户攻击 {at}/{len(watching)}", f"lone contributors {at} of {len(watching)}"))
        yield from _by_group(worlds, watching[at : at + _TOGETHER], safe, found.shifts)


class _Found:
    """Shifts that were found, each of which is tried on the next demands before a programme is solved."""

    def __init__(self, worlds: Worlds, room: int, shifts: Any = None) -> None:
        """``room``: how many may be added to ``shifts``."""
        self._worlds = worlds
        self._count = 0 if shifts is None else len(shifts)
        self._shifts, self._uses = np.zeros((self._count + room, len(worlds.cells))), np.zeros(self._count + room)
        if self._count:
            self._shifts[: self._count], self._uses[: self._count] = shifts, worlds.used(shifts)

    @property
    def shifts(self) -> Any:
        """All of them, in the order in which they were found."""
        return self._shifts[: self._count]

    def meets(self, demand: Demand, attacker: Attacker) -> bool:
        """Tell whether a demand can be met, and keep the shift that does; those kept convince the attacker."""
        shift = self._stretched(demand)
        shift = reached(self._worlds, demand, attacker) if shift is None else shift
        if shift is None:
            return False
        self._shifts[self._count], self._uses[self._count] = shift, self._worlds.used(shift[None])[0]
        self._count += 1
        return True

    def _stretched(self, demand: Demand) -> Any | None:
        """Return the shift that meets a demand with the least stretching, if the cells have room for it."""
        far = demand.sign * self.shifts[:, self._worlds.column[demand.cell]]
        asked = float(demand.amount) * _MARGIN / self._worlds.size
        rows = np.flatnonzero(far > _SMALL)
        rows = rows[asked * self._uses[rows] <= far[rows]]
        if not len(rows):
            return None
        best = rows[np.argmax(far[rows])]
        return self.shifts[best] * (asked / far[best])


def _by_group(
    worlds: Worlds, several: Sequence[Attacker], demands: Sequence[Demand], table: Any
) -> Iterator[tuple[Demand, Attacker]]:
    """Yield what some lone contributors break."""
    # a shift that leaves the cells of several contributors as they are convinces each of them
    union = Attacker("", frozenset[int]().union(*(one.known for one in several)))
    others = [row for row, one in enumerate(demands) if one.cell not in union.known]
    met = np.zeros(len(demands), dtype=bool)
    met[others] = _met_together(worlds, [demands[row] for row in others], union)
    rows = np.flatnonzero(~met)
    left = [demands[row] for row in rows.tolist()]
    for attacker in several:
        for demand in seen_through(worlds, left, table[rows], attacker):
            yield demand, attacker


def reached(worlds: Worlds, demand: Demand, attacker: Attacker = READER) -> Any | None:
    """Return a shift that meets a demand just so, or None."""
    asked = float(demand.amount) * _MARGIN / worlds.size
    # further than asked, so that there is room when others are added to it
    shift = worlds.together({demand.cell: _ROOM * demand.sign * asked}, sorted(attacker.known))
    if shift is None:
        return None
    far = demand.sign * float(shift[worlds.column[demand.cell]])
    return shift * (asked / far) if far >= asked else None


def seen_through(worlds: Worlds, demands: Sequence[Demand], shifts: Any, attacker: Attacker) -> Iterator[Demand]:
    """Yield the demands that one contributor breaks: no shift meets them that leaves his cells as they are."""
    if not demands:
        return
    known = [worlds.column[place] for place in sorted(attacker.known) if place in worlds.column]
    asked = np.array([one.cell not in attacker.known for one in demands])
    broken = asked & (np.abs(shifts[:, known]) > _SMALL).any(axis=1)
    at = np.flatnonzero(broken)
    if len(known) == 1 and len(at):
        at = at[~_corrected(worlds, [demands[row] for row in at.tolist()], shifts[at], known[0])]
    left = [demands[row] for row in at.tolist()]
    left = [one for one, is_met in zip(left, _met_together(worlds, left, attacker), strict=True) if not is_met]
    found = _Found(worlds, len(left), shifts[~broken & asked] if left else None)
    yield from (one for one in left if not found.meets(one, attacker))


def _corrected(worlds: Worlds, demands: Sequence[Demand], shifts: Any, still: int) -> Any:
    """Tell which shifts still meet their demand when others that move one cell are added to hold it still."""
    columns = np.array([worlds.column[one.cell] for one in demands])
    signs = np.array([one.sign for one in demands])
    asked = np.array([float(one.amount) for one in demands]) * _MARGIN / worlds.size
    done = np.zeros(len(demands), dtype=bool)
    # the shifts that move the cell most for the room that they take
    ease = shifts[:, still] / np.maximum((shifts * worlds.burden).max(axis=1), _SMALL)
    ranked = np.argsort(ease, kind="stable")
    place = worlds.cells[still]
    own = [one for sign in (1, -1) if (one := worlds.furthest(place, sign)) is not None]
    for helper in (*own, *shifts[ranked[:_HELPERS]], *shifts[ranked[-_HELPERS:]]):
        if abs(helper[still]) <= _SMALL:
            continue
        # as much of the helper as holds the cell still, then as much of the sum as no cell's least forbids
        share = -shifts[:, still] / helper[still]
        rows = np.flatnonzero(~done & (share >= 0))
        if not len(rows):
            continue
        sums = shifts[rows] + share[rows, None] * helper[None]
        far = signs[rows] * sums[np.arange(len(rows)), columns[rows]]
        used = (sums * worlds.burden).max(axis=1)
        done[rows] |= far >= asked[rows] * np.maximum(used, _SMALL)
    return done


def _met_together(worlds: Worlds, demands: Sequence[Demand], attacker: Attacker) -> Any:
    """Tell which demands are met by shifts that take as many of them as they can, first upwards, then downwards."""
    done = np.zeros(len(demands), dtype=bool)
    for _ in range(_ROUNDS):
        for sign in (1, -1):
            rows = [row for row, one in enumerate(demands) if one.sign == sign and not done[row]]
            if len(rows) < _FEW:
                continue
            asked = {row: sign * float(demands[row].amount) * _MARGIN**2 / worlds.size for row in rows}
            shift = worlds.together({demands[row].cell: far for row, far in asked.items()}, sorted(attacker.known))
            for row, far in asked.items() if shift is not None else ():
                moved = shift[worlds.column[demands[row].cell]]  # type: ignore[index]
                done[row] = sign * moved * _MARGIN >= sign * far
    return done


def largest_first(failed: tuple[Demand, Attacker]) -> tuple[Any, ...]:
    """Order attacks that succeed by what is asked for."""
    demand, attacker = failed
    return -demand.amount, demand.cell, -demand.sign, attacker.name


def worlds_of(demands: Sequence[Demand], system: System, hidden: frozenset[int]) -> Worlds:
    """Return the worlds in which to look for shifts that meet some demands."""
    most = max((one.amount for one in demands), default=Fraction(1))
    return Worlds(system, hidden, _REACH * float(most))
