"""An attacker for tests of disclosure control: he solves all that is printed, by linear programming of his own."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_array

Unknown = tuple[Any, ...]
"""What the attacker does not know the size of: any name."""
Known = tuple[Mapping[Unknown, int], float]
"""What is printed: Σ coefficient × unknown = size."""


class Solver:
    """Everything that is known of some unknowns that are never below zero."""

    def __init__(self, known: Sequence[Known]) -> None:
        names = sorted({name for terms, _ in known for name in terms}, key=str)
        self.column = {name: number for number, name in enumerate(names)}
        spots = [(row, self.column[name], sign) for row, (terms, _) in enumerate(known) for name, sign in terms.items()]
        rows, columns, signs = (np.array(part) for part in zip(*spots, strict=True))
        self.matrix = csr_array((signs.astype(float), (rows, columns)), shape=(len(known), len(names)))
        self.sizes = np.array([size for _, size in known], dtype=float)

    def bounds(self, names: Iterable[Unknown]) -> tuple[float, float]:
        """Return how small and how large the sum of some unknowns may be for all that the attacker knows."""
        aim = np.zeros(len(self.column))
        for name in names:
            aim[self.column[name]] += 1.0
        ends = []
        for sign in (1.0, -1.0):
            found = linprog(sign * aim, A_eq=self.matrix, b_eq=self.sizes, bounds=(0, None), method="highs")
            # an optimum has a value; what has no end has none
            ends.append(sign * found.fun if found.status == 0 else sign * -np.inf)
        return ends[0], ends[1]
