"""Attacks on a cell by what stands near it: linear programmes so small that thousands of them take a second.

Only the equations nearby are looked at; whatever stands further away is taken to give all that is asked of it. If no
shift exists even so, none exists at all, and the programme's shadow prices say what a better choice must hide besides.
"""

from collections import deque
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

import highspy
import numpy as np

from disclosure.attack import READER, Attack, Attacker, Demand
from disclosure.simplex import programme, simplex

_REACH = 1000.0
"""No shift moves a cell further than this many times what is asked for (as in the attack on the whole system)."""
_LEAK = 1e-4
"""What a cell that is not hidden may give all the same, so that the prices avoid equations with many of them."""
_LACKING = 1 - 1e-3
_SMALL = 1e-7
_STEPS = 200
"""Steps from 0 to 1 in which weights are counted."""
_DUAL = 1
"""HiGHS's number for the dual simplex."""


@dataclass(frozen=True, slots=True)
class Part:
    """Some hidden cells with some equations."""

    cells: tuple[int, ...]
    equations: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Solved:
    far: float
    """How far the cell goes, in multiples of what is asked."""
    prices: Any
    moved: frozenset[int]


class Nearby:
    """Hidden cells with their equations, to be attacked cell by cell."""

    def __init__(self, attack: Attack, hidden: Collection[int]) -> None:
        self._attack, self._system = attack, attack.system
        self._inside: dict[int, list[int]] = {}
        for place in sorted(hidden):
            for equation, _ in self._system.terms[place]:
                self._inside.setdefault(equation, []).append(place)
        self._solver = simplex(_DUAL)

    def around(self, cell: int, enough: int) -> Part:
        """Return the equations reached first from a cell, until their hidden cells are enough, with all of these."""
        equations: dict[int, None] = {}
        cells, edge = {cell: None}, deque([cell])
        while edge and len(cells) < enough:
            for equation, _ in self._system.terms[edge.popleft()]:
                if equation not in equations:
                    equations[equation] = None
                    new = [place for place in self._inside[equation] if place not in cells]
                    cells.update(dict.fromkeys(new))
                    edge.extend(new)
        return Part(tuple(sorted(cells)), tuple(sorted(equations)))

    def lacks(self, demand: Demand, part: Part) -> Iterator[tuple[Attacker, Mapping[int, float]]]:
        """Yield the reader, or the first contributor, whom not even a part's cells convince, with what is lacking.

        What is lacking are weights of cells; the hidden ones of every good choice weigh 1 together.
        """
        shifts: list[frozenset[int]] = []
        for one in self._asked(demand, shifts):
            solved = self._solve(demand, part.cells, part.equations, one)
            if solved is None:
                return
            if solved.far < _LACKING:
                yield one, self._weights(demand, one, part, solved)
                return
            shifts.append(solved.moved)

    def lack(self, demand: Demand, part: Part, attacker: Attacker) -> Mapping[int, float] | None:
        """Return what is lacking for one attacker, or None where nothing is."""
        solved = self._solve(demand, part.cells, part.equations, attacker)
        if solved is None or solved.far >= _LACKING:
            return None
        return self._weights(demand, attacker, part, solved)

    def nearest(self, cell: int, among: Collection[int]) -> int:
        """Return the one of some cells that is reached first from a cell."""
        found, edge = {cell}, deque([cell])
        while edge:
            place = edge.popleft()
            if place in among:
                return place
            for equation, _ in self._system.terms[place]:
                for other in self._inside[equation]:
                    if other not in found:
                        found.add(other)
                        edge.append(other)
        return min(among)

    def _weights(self, demand: Demand, attacker: Attacker, part: Part, solved: _Solved) -> Mapping[int, float]:
        """Return what is lacking, rounded up: a lesson that asks for less is true, and few digits keep solvers calm."""
        exact = self._attack.weights(demand, attacker, part.equations, solved.prices)
        return {place: ceil(weight * _STEPS) / _STEPS for place, weight in exact.items()}

    def _asked(self, demand: Demand, shifts: Sequence[frozenset[int]]) -> Iterator[Attacker]:
        """Yield whom the shifts found so far do not convince; they may grow meanwhile."""
        if not shifts:
            yield READER
        if not shifts or not demand.amount:
            return
        for one in self._attack.disturbed(demand.cell, shifts[0]):
            if not any(one.known.isdisjoint(shift) for shift in shifts):
                yield one

    def _solve(
        self, demand: Demand, cells: Sequence[int], equations: Sequence[int], attacker: Attacker
    ) -> _Solved | None:
        """Take the cell as far as is asked; None where the solver finds no answer."""
        system = self._system
        row = {equation: number for number, equation in enumerate(equations)}
        columns = [place for place in cells if place not in attacker.known]
        terms = [[(row[one], sign) for one, sign in system.terms[place] if one in row] for place in columns]
        at = columns.index(demand.cell)
        lows = -np.minimum(_REACH, self._attack.reach_down(demand, columns))
        highs, aim = np.full(len(columns), _REACH), np.zeros(len(columns))
        lows[at], highs[at], aim[at] = -1.0, 1.0, -demand.sign
        room = np.array([len(system.members[one]) - len(self._inside[one]) for one in equations]) * _LEAK
        self._solver.passModel(programme(aim, (lows, highs), (-room, room), terms))
        self._solver.run()
        if self._solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        solved = self._solver.getSolution()
        moved = np.array(solved.col_value)
        found = frozenset(columns[number] for number in np.flatnonzero(np.abs(moved) > _SMALL).tolist())
        return _Solved(demand.sign * float(moved[at]), np.array(solved.row_dual), found)
