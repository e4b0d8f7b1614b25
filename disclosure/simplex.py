"""Linear programmes for HiGHS's simplex, one thread and no word said, so that the answer is the same each time."""

from collections.abc import Sequence
from typing import Any

import highspy
import numpy as np


def simplex(strategy: int, presolve: str = "off") -> Any:
    """Return a solver; ``strategy`` is HiGHS's number for the simplex that it uses.

    ``presolve`` makes small what starts afresh, and costs more than it saves where that is small already.
    """
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    options = (("output_flag", False), ("threads", 1), ("presolve", presolve), ("simplex_strategy", strategy))
    for option, value in options:
        solver.setOptionValue(option, value)
    return solver


def programme(
    aim: Any, bounds: tuple[Any, Any], sums: tuple[Any, Any], terms: Sequence[Sequence[tuple[int, int]]]
) -> Any:
    """Return the programme that takes ``aim`` to its least.

    ``bounds`` are the least and most of each column, ``sums`` those of each row; ``terms`` name for each column the
    rows that it stands in, with its sign.
    """
    made = highspy.HighsLp()
    made.num_col_, made.num_row_ = len(terms), len(sums[0])
    made.col_cost_, (made.col_lower_, made.col_upper_) = aim, bounds
    made.row_lower_, made.row_upper_ = sums
    made.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    made.a_matrix_.start_ = np.cumsum([0, *map(len, terms)])
    made.a_matrix_.index_ = np.array([row for listed in terms for row, _ in listed])
    made.a_matrix_.value_ = np.array([float(sign) for listed in terms for _, sign in listed])
    return made
