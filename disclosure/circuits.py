"""Which hidden cells can move at all, whatever their sizes: the sums' null space, exact, modulo a prime.

A hidden cell that no shift moves is given away. Two cells that move only together stand in one chain: whoever knows the
one knows the other, however far apart they are. Neither question needs a linear programme.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

import numpy as np

from disclosure.system import System

_PRIME = 2**31 - 1
"""A product of two remainders fits into 64 bits; that a sum is zero by chance is as rare as one in two thousand
million, and what is chosen is attacked in real numbers afterwards."""


class Circuits:
    """The shifts of some hidden cells, as the rows of a matrix: one row for each cell, one column for each freedom."""

    def __init__(self, system: System, cells: Iterable[int]) -> None:
        self.cells = np.array(sorted(cells), dtype=np.int64)
        self._row = {int(place): number for number, place in enumerate(self.cells)}
        self._space = _null_space(system, self.cells)

    def moving(self, places: Iterable[int]) -> frozenset[int]:
        """Return which of some cells some shift moves."""
        listed = list(places)
        moves = self._space[[self._row[place] for place in listed]].any(axis=1)
        return frozenset(place for place, does in zip(listed, moves, strict=True) if does)

    def without(self, place: int) -> tuple[frozenset[int], Any] | None:
        """Return what is fixed when a cell is published, itself included, and the shifts that are left."""
        at = self._row[place]
        row = self._space[at]
        filled = np.flatnonzero(row)
        if not len(filled):
            return None
        pivot = filled[np.argmin(np.count_nonzero(self._space[:, filled], axis=0))]
        touched = np.flatnonzero(self._space[:, pivot])
        scaled = row[filled] * pow(int(row[pivot]), _PRIME - 2, _PRIME) % _PRIME
        changed = self._space[touched]
        changed[:, filled] = (changed[:, filled] - changed[:, [pivot]] * scaled[None]) % _PRIME
        fixed = frozenset(self.cells[touched[~changed.any(axis=1)]].tolist())
        left = np.delete(self._space, pivot, axis=1)
        left[touched] = np.delete(changed, pivot, axis=1)
        return fixed, left

    def keep(self, left: Any) -> None:
        """Go on with the shifts that :meth:`without` returned."""
        self._space = left

    def in_series(self, places: Sequence[int], alone: Collection[int], space: Any = None) -> frozenset[int]:
        """Return those of some cells that move only together with another one of them that is one contributor's alone.

        He knows his own cell, so he knows them too.
        """
        if not places or not alone:
            return frozenset()
        given = self._space if space is None else space
        rows = given[[self._row[place] for place in places]]
        ratio = _ratios(rows)
        _, kind, size = np.unique(ratio, return_inverse=True, return_counts=True)
        watched = np.bincount(kind, weights=[float(place in alone) for place in places]) > 0
        return frozenset(np.array(places, dtype=np.int64)[watched[kind] & (size[kind] > 1)].tolist())

    def chains(self) -> list[frozenset[int]]:
        """Return the cells that move only together, each chain of them, in the order of their first cells."""
        ratio = _ratios(self._space)
        found: dict[int, list[int]] = {}
        for place, kind in zip(self.cells.tolist(), ratio.tolist(), strict=True):
            if kind >= 0:
                found.setdefault(kind, []).append(place)
        return [frozenset(chain) for chain in found.values() if len(chain) > 1]


def thinned(
    system: System,
    cells: Iterable[int],
    kept: Collection[int],
    wanted: Collection[int],
    alone: Collection[int],
    order: Sequence[int],
) -> frozenset[int]:
    """Return cells that are enough for every wanted one to move, also for whoever is alone in one of ``alone``.

    The others are published again in the order given, one after the other, wherever that fixes no wanted cell, unless
    they are kept; what is fixed with them is published too. Wanted cells that do not move anyway ask for nothing.
    """
    circuits = Circuits(system, cells)
    moving = circuits.moving(wanted)
    asking = sorted(moving - circuits.in_series(sorted(moving), alone))
    left = set(circuits.cells.tolist())
    for place in order:
        if place in kept or place not in left:
            continue
        found = circuits.without(place)
        if found is None:
            left.discard(place)
            continue
        fixed, space = found
        if not moving.isdisjoint(fixed) or circuits.in_series(asking, alone, space):
            continue
        circuits.keep(space)
        left -= fixed - frozenset(kept)
    return frozenset(left)


def _null_space(system: System, cells: Any) -> Any:
    """Reduce the equations of some cells, row by row, and read the null space off."""
    rows = {row: at for at, row in enumerate(sorted({row for place in cells for row, _ in system.terms[place]}))}
    matrix = np.zeros((len(rows), len(cells)), dtype=np.int64)
    for column, place in enumerate(cells):
        for row, sign in system.terms[place]:
            matrix[rows[row], column] = sign % _PRIME
    fills = np.count_nonzero(matrix, axis=1)
    is_spare = np.ones(len(rows), dtype=bool)
    solved: dict[int, int] = {}
    for column in range(len(cells) - 1, -1, -1):
        filled = np.flatnonzero(matrix[:, column])
        spare = filled[is_spare[filled]]
        if not len(spare):
            continue
        # the row with the fewest cells spreads least
        chosen = spare[np.argmin(fills[spare])]
        is_spare[chosen] = False
        solved[column] = int(chosen)
        inverse = pow(int(matrix[chosen, column]), _PRIME - 2, _PRIME)
        places = np.flatnonzero(matrix[chosen])
        matrix[chosen, places] = matrix[chosen, places] * inverse % _PRIME
        others = filled[filled != chosen]
        block = np.ix_(others, places)
        matrix[block] = (matrix[block] - matrix[others, column][:, None] * matrix[chosen, places][None]) % _PRIME
        fills[others] = np.count_nonzero(matrix[others], axis=1)
    free = [column for column in range(len(cells)) if column not in solved]
    space = np.zeros((len(cells), len(free)), dtype=np.int64)
    space[free, np.arange(len(free))] = 1
    for column, row in solved.items():
        space[column] = -matrix[row, free] % _PRIME
    return space


def _ratios(rows: Any) -> Any:
    """Return one number for each row, the same where rows are multiples of each other; −1 for rows of zeros."""
    draw = np.random.default_rng(rows.shape[1])
    one, other = (draw.integers(1, _PRIME, size=rows.shape[1]) for _ in range(2))
    above, below = (rows * one % _PRIME).sum(axis=1) % _PRIME, (rows * other % _PRIME).sum(axis=1) % _PRIME
    inverse, power, left = np.ones_like(below), below, _PRIME - 2
    while left:
        if left & 1:
            inverse = inverse * power % _PRIME
        power = power * power % _PRIME
        left >>= 1
    return np.where(rows.any(axis=1), above * inverse % _PRIME, -1)
