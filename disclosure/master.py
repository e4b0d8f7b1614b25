"""The choice itself: which further cells to hide at the least cost, an integer programme that learns from attacks."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

from disclosure.attack import sparse

_CLOSE = 1e-6
_SLACK = 1e-9
_INFEASIBLE = 2
"""scipy's number for it."""
_MORE = 1000
"""How many times more branches are granted where none has led to a choice."""


@dataclass(frozen=True, slots=True)
class Row:
    """``Σ weights of the chosen ≥ least``."""

    weights: Mapping[int, float]
    least: float


@dataclass(frozen=True, slots=True)
class Choice:
    """Cells chosen, and the least that any choice costs."""

    chosen: frozenset[int]
    bound: int


@dataclass(frozen=True, slots=True)
class Relaxed:
    """The cheapest fractional choice."""

    shares: Mapping[int, float]
    """How far each cell is hidden, from 0 to 1; cells that are not named are not."""
    reduced: Mapping[int, float]
    """How much dearer, relative to the dearest cell, it is made by hiding a cell for good."""
    bound: int
    """No choice costs less."""


class Master:
    """Everything learnt about which cells must be hidden together: rows that every good choice keeps."""

    def __init__(self, free: Iterable[int], forced: Collection[int]) -> None:
        self.free = tuple(sorted(free))
        self._forced = frozenset(forced)
        self._column = {place: number for number, place in enumerate(self.free)}
        self._rows: dict[tuple[tuple[tuple[int, float], ...], float], None] = {}

    def demand(self, weights: Mapping[int, float] | None) -> bool:
        """Learn that hidden cells must weigh 1 together; False if that was known or no choice can lack it."""
        if weights is None:
            return False
        missing = 1.0 - sum(weight for place, weight in weights.items() if place in self._forced)
        if missing <= _SLACK:
            return False
        # 12 digits, so that rows which differ by rounding alone are one
        given = {
            place: round(min(1.0, weight / missing), 12)
            for place, weight in weights.items()
            if place in self._column
        }  # fmt: skip
        return self._learn(given, 1.0)

    def company(self, place: int, others: Iterable[int]) -> bool:
        """Learn that a cell may be hidden only with another one of its equation; False if that was known."""
        listed = tuple(others)
        if not self._forced.isdisjoint(listed):
            return False
        beside = {other: 1.0 for other in listed if other in self._column}
        return self._learn({**beside, place: -1.0}, 0.0)

    def solve(
        self,
        costs: Mapping[int, int],
        fixed: Mapping[int, int] | None = None,
        extra: Sequence[Row] = (),
    ) -> Choice | None:
        """Return a cheapest choice that keeps all rows, or None."""
        fixed = fixed or {}
        if not self.free:
            return None if any(least > 0 for _, least in self._rows) else Choice(frozenset(), 0)
        price = np.array([costs.get(place, 0) for place in self.free], dtype=float)
        size = max(1.0, float(price.max()) / 1e6)
        low = np.array([float(fixed.get(place, 0)) for place in self.free])
        high = np.array([float(fixed.get(place, 1)) for place in self.free])
        solved = milp(
            price / size, integrality=np.ones(len(price)), bounds=Bounds(low, high), options={"mip_rel_gap": 0.0},
            constraints=self._constraints(extra),
        )  # fmt: skip
        if solved.x is None:
            return None
        chosen = frozenset(place for place, value in zip(self.free, solved.x.tolist(), strict=True) if value > 0.5)
        return Choice(chosen, sum(costs.get(place, 0) for place in chosen))

    def nearly(self, costs: Mapping[int, int], always: Collection[int], gap: float, nodes: int) -> Choice | None:
        """Return a choice that keeps all rows, as near a cheapest one as ``gap`` says or ``nodes`` branches allow.

        ``always`` are chosen in any case. None: no choice keeps all rows.
        """
        if not self.free or not self._rows:
            return self.solve(costs, dict.fromkeys(always, 1))
        price = np.array([costs.get(place, 0) for place in self.free], dtype=float)
        size = max(1.0, float(price.max()) / 1e6)
        low = np.array([float(place in always) for place in self.free])
        limits = self._constraints(())
        for most in (nodes, _MORE * nodes):
            solved = milp(
                price / size, integrality=np.ones(len(price)), bounds=Bounds(low, 1.0), constraints=limits,
                options={"mip_rel_gap": gap, "node_limit": most},
            )  # fmt: skip
            if solved.status == _INFEASIBLE:
                return None
            if solved.x is not None:
                break
        else:
            # to hide everything keeps every row that asks for more to be hidden
            return Choice(frozenset(self.free), 0)
        chosen = frozenset(place for place, value in zip(self.free, solved.x.tolist(), strict=True) if value > 0.5)
        cost = sum(costs.get(place, 0) for place in chosen)
        bound = ceil(float(solved.mip_dual_bound) * size * (1 - _CLOSE) - _CLOSE)
        return Choice(chosen, max(0, min(cost, bound)))

    def relaxed(self, costs: Mapping[int, int]) -> Relaxed | None:
        """Return the cheapest fractional choice; None where there is none."""
        price = np.array([costs.get(place, 0) for place in self.free], dtype=float)
        limits = self._constraints(())
        if not limits or not self.free:
            return None if any(least > 0 for _, least in self._rows) else Relaxed({}, {}, 0)
        size = max(1.0, float(price.max(initial=0.0)) / 1e6)
        matrix, least = limits[0].A, limits[0].lb
        solved = linprog(price / size, A_ub=-matrix, b_ub=-least, bounds=(0, 1), method="highs")
        if solved.x is None:
            return None
        # any prices of the rows that are not negative give a bound, so that rounding cannot make it too high
        prices = np.maximum(0.0, -solved.ineqlin.marginals)
        reduced = price / size - prices @ matrix
        bound = (float(prices @ least) + float(np.minimum(0.0, reduced).sum())) * size
        return Relaxed(
            {place: share for place, share in zip(self.free, solved.x.tolist(), strict=True) if share > _CLOSE},
            dict(zip(self.free, reduced.tolist(), strict=True)),
            max(0, ceil(bound * (1 - _SLACK) - _CLOSE)),
        )

    def _learn(self, weights: Mapping[int, float], least: float) -> bool:
        row = tuple(sorted(weights.items())), least
        is_new = row not in self._rows
        self._rows[row] = None
        return is_new

    def _constraints(self, extra: Sequence[Row]) -> list[LinearConstraint]:
        rows = [*self._rows, *((tuple(sorted(row.weights.items())), row.least) for row in extra)]
        if not rows:
            return []
        spots = [
            (number, self._column[place], weight)
            for number, (weights, _) in enumerate(rows)
            for place, weight in weights
            if place in self._column
        ]
        matrix = sparse(spots, (len(rows), len(self.free)))
        return [LinearConstraint(matrix, lb=np.array([least for _, least in rows]))]
