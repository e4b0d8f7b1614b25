"""The worlds that a reader must reckon with, one linear programme after another over the same hidden cells.

Each starts where the one before ended (HiGHS's primal simplex), which makes it many times as fast as a fresh start.
"""

from collections.abc import Collection, Iterable, Mapping
from fractions import Fraction
from typing import Any

import highspy
import numpy as np

from disclosure.simplex import programme, simplex
from disclosure.system import System

_CLOSE = 1e-9
_PRIMAL = 4
"""HiGHS's number for the primal simplex: a change of aim leaves the last shift a good start."""

_PATIENCE = 100
"""Iterations that a start from the last shift is given. Among thousands of cells it may take a hundred times as long as
a fresh one, and lose its way."""
_ENDLESS = (highspy.HighsModelStatus.kUnbounded, highspy.HighsModelStatus.kUnboundedOrInfeasible)
"""No shift is the furthest: no movement at all is a shift, so there is always one."""


class Worlds:
    """Shifts of hidden cells: numbers that sum to zero in every equation and take no cell below its least."""

    def __init__(self, system: System, hidden: Collection[int], limit: float | None = None) -> None:
        """``limit``: how far any cell may move, in units; None: as far as one likes."""
        self.cells = sorted(hidden)
        self.column = {place: number for number, place in enumerate(self.cells)}
        values = np.array([system.values[place] for place in self.cells], dtype=float)
        # large amounts are counted in thousands and so on, or the solver's tolerances mean nothing
        self.size = max(1.0, float(np.abs(values).max(initial=0.0)) / 1e6)
        self.most = most = highspy.kHighsInf if limit is None else limit / self.size
        self.lows = -values / self.size if system.is_nonnegative else np.full(len(values), -most)
        self.lows = np.maximum(self.lows, -most)
        self.highs = np.full(len(values), most)
        with np.errstate(divide="ignore"):
            least = np.where(self.lows < 0, 1 / self.lows, -1 / _CLOSE)
        self.burden = least if system.is_nonnegative else np.zeros(len(values))
        """What a movement downwards by one takes of each cell's room, as a negative number; 0 where room has no end."""
        self._solver = _solver(system, self.cells, self.lows, self.highs)
        self._patience = highspy.kHighsIInf

    def hold(self, places: Iterable[int]) -> None:
        """Publish cells: they stay as they are until :meth:`release`."""
        self._held = {one: (self.lows[one], self.highs[one]) for one in (self.column[place] for place in places)}
        for one in self._held:
            self._bound(one, 0.0, 0.0)

    def release(self, places: Iterable[int]) -> None:
        """Hide cells again that were held."""
        for place in places:
            self._bound(self.column[place], *self._held[self.column[place]])

    def _bound(self, one: int, low: float, high: float) -> None:
        self.lows[one], self.highs[one] = low, high
        self._solver.changeColBounds(one, low, high)

    def used(self, shifts: Any) -> Any:
        """Return for each shift what part of the cells' room it takes; one that is stretched may take all of it."""
        return np.maximum((shifts * self.burden).max(axis=1), np.abs(shifts).max(axis=1) / self.most)

    def furthest(self, place: int, sign: int, fixed: Iterable[int] = ()) -> Any | None:
        """Return the shift, in the units of :attr:`size`, that takes a cell furthest; None: there is no furthest."""
        return self._towards({self.column[place]: float(sign)}, {}, fixed)

    def together(self, wanted: Mapping[int, float], fixed: Iterable[int]) -> Any | None:
        """Return the shift that takes many cells as near as it can to where they are wanted, in units of ``size``."""
        aims = {self.column[place]: 1.0 / far for place, far in wanted.items()}
        return self._towards(aims, {self.column[place]: far for place, far in wanted.items()}, fixed)

    def _towards(self, aims: Mapping[int, float], ends: Mapping[int, float], fixed: Iterable[int]) -> Any | None:
        still = [self.column[one] for one in fixed if one in self.column]
        bounds = {}
        for one, end in ends.items():
            bounds[one] = (self.lows[one], end) if end > 0 else (max(end, self.lows[one]), self.highs[one])
        bounds |= dict.fromkeys(still, (0.0, 0.0))
        for one, (low, high) in bounds.items():
            self._solver.changeColBounds(one, low, high)
        for one, aim in aims.items():
            self._solver.changeColCost(one, -aim)
        found = np.array(self._solver.getSolution().col_value) if self._run() else None
        for one in aims:
            self._solver.changeColCost(one, 0.0)
        for one in bounds:
            self._solver.changeColBounds(one, self.lows[one], self.highs[one])
        return found

    def _run(self) -> bool:
        """Solve, from the last shift or, where that leads nowhere soon, afresh."""
        for _ in range(2):
            self._solver.setOptionValue("simplex_iteration_limit", self._patience)
            self._solver.run()
            status = self._solver.getModelStatus()
            if status == highspy.HighsModelStatus.kOptimal:
                self._patience = _PATIENCE
                return True
            if status in _ENDLESS:
                return False
            self._solver.clearSolver()
            self._patience = highspy.kHighsIInf
        return False


def intervals(system: System, hidden: Collection[int]) -> Mapping[int, tuple[Fraction | None, Fraction | None]]:
    """Return for each hidden cell what the reader can pin it down to, in units, rounded outwards; None: no bound.

    A bound is not computed where a world already found reaches what the single equations allow at most.
    """
    if not hidden:
        return {}
    if not system.is_nonnegative:
        return _free_intervals(system, hidden)
    worlds = Worlds(system, hidden)
    least, most = np.zeros(len(worlds.cells)), np.zeros(len(worlds.cells))
    floors, tops = worlds.lows, _tops(system, worlds)
    close = _CLOSE * max(1.0, float(-floors.min()))
    endless: set[int] = set()
    for number, place in enumerate(worlds.cells):
        for sign, is_reached in (
            (-1, least[number] <= floors[number] + close),
            (1, most[number] >= tops[number] - close),
        ):
            if is_reached:
                continue
            shift = worlds.furthest(place, sign)
            if shift is None:
                endless.add(place)
                continue
            least, most = np.minimum(least, shift), np.maximum(most, shift)
    found: dict[int, tuple[Fraction | None, Fraction | None]] = {}
    for place, low, high in zip(worlds.cells, least.tolist(), most.tolist(), strict=True):
        value = system.values[place]
        top = None if place in endless else max(_outward(value + high * worlds.size, 1), Fraction(value))
        found[place] = min(_outward(value + low * worlds.size, -1), Fraction(value)), top
    return found


def _free_intervals(system: System, hidden: Collection[int]) -> Mapping[int, tuple[Fraction | None, Fraction | None]]:
    """Without least values a cell is either fixed or has no bounds at all."""
    worlds = Worlds(system, hidden, 1.0)
    most = np.zeros(len(worlds.cells))
    for number, place in enumerate(worlds.cells):
        if most[number] * worlds.size <= 1e-6 and (shift := worlds.furthest(place, 1)) is not None:
            most = np.maximum(most, np.abs(shift))
    values = {place: Fraction(system.values[place]) for place in worlds.cells}
    return {
        place: (None, None) if far * worlds.size > 1e-6 else (values[place], values[place])
        for place, far in zip(worlds.cells, most.tolist(), strict=True)
    }


def _solver(system: System, cells: list[int], lows: Any, highs: Any) -> Any:
    rows = {row: at for at, row in enumerate(sorted({row for place in cells for row, _ in system.terms[place]}))}
    terms = [[(rows[row], sign) for row, sign in system.terms[place]] for place in cells]
    sums = np.zeros(len(rows))
    solver = simplex(_PRIMAL, presolve="on")
    solver.passModel(programme(np.zeros(len(cells)), (lows, highs), (sums, sums), terms))
    return solver


def _tops(system: System, worlds: Worlds) -> Any:
    """Return for each cell how far up a single equation lets it go whose hidden cells all count alike."""
    tops = np.full(len(worlds.cells), np.inf)
    for members in system.members:
        inside = [(worlds.column[place], sign) for place, sign in members if place in worlds.column]
        if inside and all(sign > 0 for _, sign in inside):
            columns = [column for column, _ in inside]
            room = -worlds.lows[columns].sum()
            tops[columns] = np.minimum(tops[columns], room + worlds.lows[columns])
    return tops


def _outward(number: float, sign: int) -> Fraction:
    """Return a whole number where that is what is meant, else the next hundredth outwards."""
    nearest = round(number)
    if abs(number - nearest) <= max(1e-5, 1e-10 * abs(number)):
        return Fraction(nearest)
    hundredths = number * 100
    return Fraction(int(np.ceil(hundredths)) if sign > 0 else int(np.floor(hundredths)), 100)
