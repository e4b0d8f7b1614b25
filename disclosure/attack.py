"""What an attacker can work out: he solves the published sums for the cells that are hidden.

He knows every cell that is not hidden, so a world that he must reckon with differs from the true one by a *shift*: one
number for each hidden cell, summing to zero in every equation and taking no cell below what he knows to be its least.
A cell is protected if some shift takes it up as far as is required, and another one down. Shifts are found by linear
programming (HiGHS) and then checked in exact arithmetic; one shift with few cells in it answers for many attackers.
"""

from collections import deque
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_array, eye_array, hstack

from disclosure.system import System

Shift = Mapping[int, Fraction]
"""By cell, in units; cells that are not named stay as they are."""

_REACH = 1000.0
"""No shift moves a cell further than this many times what is asked for: keeps the numbers small, and errs towards
hiding more."""
_ENDLESS = 1e12
_NEARBY = 100
"""Cells among which a shift is first looked for."""
_WIDER = 300
"""Cells among which is first looked for what a shift lacks."""
_WHOLE_UP_TO = 600
"""Hidden cells up to which all of them are looked at; beyond, what no shift nearby protects counts as unprotected."""
_MARGIN = 1 + 1e-6
"""How much more is asked of a shift that cannot be checked exactly."""
_SMALL = 1e-9
_HAIR = 1e-3


@dataclass(frozen=True, slots=True)
class Attacker:
    """Somebody who knows more than is published: cells that are his alone."""

    name: str
    known: frozenset[int] = frozenset()


READER = Attacker("")
"""Who knows what is published and nothing more."""


@dataclass(frozen=True, slots=True)
class Demand:
    """That a cell can be ``amount`` (units) greater (sign 1) or smaller (sign −1) than it is; 0: that it can move."""

    cell: int
    sign: int
    amount: Fraction


def attackers(system: System, variable: Iterable[int]) -> tuple[Attacker, ...]:
    """Return every contributor who is alone in a cell that may be hidden, and so knows it, in order of name."""
    known: dict[str, set[int]] = {}
    for place in variable:
        if (owner := system.owners[place]) is not None:
            known.setdefault(owner, set()).add(place)
    return tuple(Attacker(group, frozenset(known[group])) for group in sorted(known))


class Attack:
    """The attackers' linear programmes over one system."""

    def __init__(self, system: System, crowd: Sequence[Attacker]) -> None:
        self.system = system
        self.crowd = tuple(crowd)
        self._by_cell: dict[int, list[Attacker]] = {}
        self._varies = np.array([system.can_vary(place) for place in range(len(system.cells))])
        self._values = np.array(system.values, dtype=float)
        spots = [
            (row, place, sign)
            for row, members in enumerate(system.members)
            for place, sign in members
            if self._varies[place]
        ]
        self._whole = sparse(spots, (len(system.members), len(system.cells)))
        for one in self.crowd:
            for place in one.known:
                self._by_cell.setdefault(place, []).append(one)
        self._found: dict[tuple[int, int], list[Shift]] = {}

    def weakness(self, demand: Demand, hidden: Collection[int]) -> Attacker | None:
        """Return the reader or the first contributor for whom no shift meets a demand; None means protected.

        What was found for fewer hidden cells is tried first: hiding more spoils no shift.
        """
        shifts = self._found.setdefault((demand.cell, demand.sign), [])
        usable = [shift for shift in shifts if all(place in hidden for place in shift)]
        if not usable:
            fresh = self._shift(demand, hidden, READER)
            if fresh is None:
                return READER
            shifts.append(fresh)
            usable.append(fresh)
        for one in self.disturbed(demand.cell, usable[0]):
            if not any(one.known.isdisjoint(shift) for shift in usable):
                fresh = self._shift(demand, hidden, one)
                if fresh is None:
                    return one
                shifts.append(fresh)
                usable.append(fresh)
        return None

    def needed(
        self, demand: Demand, hidden: Collection[int], costs: Mapping[int, int], attacker: Attacker
    ) -> set[int] | None:
        """Return the cells, cheap ones first, that must be hidden too for one shift that meets a demand.

        None if nothing helps. ``costs`` names the cells to choose from.
        """
        columns = self._columns(demand, {*hidden, *costs}, attacker)
        dear = max(1, *costs.values()) if costs else 1
        for listed in (self._near(demand.cell, set(columns), _WIDER), columns):
            prices = [1e-3 if place in hidden else 1e-2 + costs[place] / dear for place in listed]
            found = self._solve(demand, listed, prices=prices)
            if found is not None and self._exact(found) is None:
                found = self._solve(demand, listed, _MARGIN, prices)
            if found is not None:
                self._found.setdefault((demand.cell, demand.sign), []).append(found)
                return found.keys() - set(hidden)
        return None

    def cut(
        self, demand: Demand, shares: Mapping[int, float], attacker: Attacker, nearby: int
    ) -> Mapping[int, float] | None:
        """Return what a choice that does not meet a demand lacks: weights of hidden cells that must sum to 1.

        ``shares`` says how far each cell is hidden, from 0 to 1. The weights come from the linear programme's shadow
        prices over the equations nearby; any prices give a valid inequality, so their errors cannot make it wrong.
        All other cells are let in by a hair, so that the inequality weighs few of them. None: nothing lacks.
        """
        known = sorted(attacker.known)
        share = np.full(len(self._varies), _HAIR)
        for place, part in shares.items():
            share[place] = max(part, _HAIR)
        share[known] = 0.0
        near = self._near(demand.cell, {place for place in shares if share[place] > _HAIR}, nearby)
        rows = sorted({row for place in (demand.cell, *near) for row, _ in self.system.terms[place]})
        down = share * np.minimum(1.0, self.reach_down(demand))
        part = self._whole[rows]
        # what stands in one of these equations only is its slack, together
        counts = np.bincount(part.indices, minlength=len(share))
        is_single = (counts == 1) & (share <= _HAIR)
        is_single[demand.cell] = False
        columns = np.flatnonzero((counts > 0) & ~is_single & (np.arange(len(share)) != demand.cell))
        singles = part @ np.where(is_single, share, 0.0), part @ np.where(is_single, down, 0.0)
        slack = np.where(singles[0] >= 0, singles[0], -singles[1]), np.where(singles[0] >= 0, singles[1], -singles[0])
        matrix = hstack([part[:, columns], eye_array(len(rows)), part[:, [demand.cell]]])
        lows = np.concatenate([-down[columns], -slack[1], [-1.0]])
        highs = np.concatenate([share[columns], slack[0], [1.0]])
        aim = np.zeros(len(lows))
        aim[-1] = -demand.sign
        solved = linprog(
            aim, A_eq=matrix, b_eq=np.zeros(len(rows)), bounds=np.column_stack([lows, highs]), method="highs"
        )
        if solved.status != 0 or -solved.fun > 1 - _HAIR:
            return None
        return self.weights(demand, attacker, rows, solved.eqlin.marginals)

    def weights(
        self, demand: Demand, attacker: Attacker, rows: Sequence[int], prices: Sequence[float]
    ) -> Mapping[int, float]:
        """Return how much each cell, if hidden, can give to a demand under prices of some equations (others are 0)."""
        sums = np.asarray(prices, dtype=float) @ self._whole[list(rows)]
        whole = sums[demand.cell]
        if abs(whole) < _SMALL:
            return {}
        rate = np.round(-demand.sign * sums / whole, 9)
        give = np.where(rate > 0, 1.0, np.minimum(1.0, -rate * self.reach_down(demand)))
        give[rate == 0] = 0.0
        give[[demand.cell, *attacker.known]] = 0.0
        found = np.flatnonzero(give > 0)
        return dict(zip(found.tolist(), give[found].tolist(), strict=True))

    def reach_down(self, demand: Demand, places: Sequence[int] | slice = slice(None)) -> Any:
        """Return how far down cells can go, in multiples of a demand."""
        values = self._values[places]
        if not demand.amount:
            return np.full(len(values), _ENDLESS)
        if not self.system.is_nonnegative:
            return np.full(len(values), _REACH)
        return values / float(demand.amount)

    def disturbed(self, cell: int, shift: Iterable[int]) -> list[Attacker]:
        """Return the contributors who would see through a shift, unless the cell is theirs alone."""
        found = {one.name: one for place in shift for one in self._by_cell.get(place, []) if cell not in one.known}
        return [found[name] for name in sorted(found)]

    def _lows(self, columns: Sequence[int], demand: Demand) -> list[float]:
        """Return how far down some cells can go, in multiples of a demand, within reach."""
        if not self.system.is_nonnegative:
            return [_REACH] * len(columns)
        return [min(float(self.system.values[place] / demand.amount), _REACH) for place in columns]

    def _columns(self, demand: Demand, hidden: Collection[int], attacker: Attacker) -> list[int]:
        return [place for place in sorted(hidden) if place != demand.cell and place not in attacker.known]

    def _shift(self, demand: Demand, hidden: Collection[int], attacker: Attacker) -> Shift | None:
        """Find a shift with few cells, near the cell first."""
        columns = self._columns(demand, hidden, attacker)
        near = self._near(demand.cell, set(columns), _NEARBY)
        found = self._solve(demand, near)
        if found is None and len(near) < len(columns) <= _WHOLE_UP_TO:
            near = columns
            found = self._solve(demand, near)
        if found is None:
            return None
        exact = self._exact(found)
        return exact if exact is not None else self._solve(demand, near, _MARGIN)

    def _near(self, cell: int, among: set[int], enough: int) -> list[int]:
        """Return about as many cells as are enough, nearest first reached, that share equations with a cell."""
        found: dict[int, None] = {cell: None}
        edge = deque([cell])
        while edge and len(found) < enough:
            for equation, _ in self.system.terms[edge.popleft()]:
                for other, _ in self.system.members[equation]:
                    if other in among and other not in found:
                        found[other] = None
                        edge.append(other)
        return sorted(found.keys() - {cell})

    def _solve(
        self,
        demand: Demand,
        columns: Sequence[int],
        more: float = 1.0,
        prices: Sequence[float] | None = None,
    ) -> Shift | None:
        """Minimise the movements that go with the cell's, weighted; None where there is no such shift."""
        matrix, rows = self._matrix(columns, self.system.terms[demand.cell])
        right = np.zeros(len(rows))
        order = {equation: number for number, equation in enumerate(rows)}
        for equation, sign in self.system.terms[demand.cell]:
            right[order[equation]] -= sign * demand.sign * more
        if not columns:
            return None if right.any() else {demand.cell: demand.sign * demand.amount}
        # cells of lone contributors are avoided: each of them is an attacker whom the shift does not convince
        costs = prices or [4.0 if place in self._by_cell else 1.0 for place in columns]
        ups = [(0.0, _REACH)] * len(columns)
        downs = [(0.0, low) for low in self._lows(columns, demand)]
        solved = linprog(
            [*costs, *costs], A_eq=hstack([matrix, -matrix]), b_eq=right, bounds=[*ups, *downs], method="highs"
        )
        if solved.status != 0:
            return None
        moved = solved.x[: len(columns)] - solved.x[len(columns) :]
        found = {
            place: Fraction(move * float(demand.amount)).limit_denominator(1000)
            for place, move in zip(columns, moved.tolist(), strict=True)
            if abs(move) > _SMALL
        }
        return {**found, demand.cell: demand.sign * demand.amount}

    def _exact(self, shift: Shift) -> Shift | None:
        """Return a shift if it holds to the last digit."""
        values = self.system.values
        sums: dict[int, Fraction] = {}
        for place, move in shift.items():
            for equation, sign in self.system.terms[place]:
                sums[equation] = sums.get(equation, Fraction()) + sign * move
        holds = not any(sums.values())
        if self.system.is_nonnegative:
            holds = holds and all(values[place] + move >= 0 for place, move in shift.items())
        return shift if holds else None

    def _matrix(self, columns: Sequence[int], also: Iterable[tuple[int, int]] = ()) -> tuple[Any, list[int]]:
        """Return the equations of some cells as a matrix, and which equations its rows are."""
        terms = self.system.terms
        rows = sorted({equation for place in columns for equation, _ in terms[place]} | {row for row, _ in also})
        order = {equation: number for number, equation in enumerate(rows)}
        spots = [(order[row], column, sign) for column, place in enumerate(columns) for row, sign in terms[place]]
        return sparse(spots, (len(rows), len(columns))), rows


def sparse(spots: Sequence[tuple[int, int, float]], shape: tuple[int, int]) -> Any:
    """Return a sparse matrix from (row, column, number)."""
    at, to, numbers = zip(*spots, strict=True) if spots else ((), (), ())
    places = (np.array(at, dtype=np.int32), np.array(to, dtype=np.int32))
    return csr_array((np.array(numbers, dtype=float), places), shape=shape)
