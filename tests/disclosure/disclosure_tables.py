"""Tables for the tests of disclosure control, and an attack that is written apart from the code under test."""

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

import numpy as np
from scipy.optimize import linprog

WORKED = {
    ("A", "I"): [500, 300, 200, 100], ("A", "F"): [900, 50], ("A", "O"): [120, 110, 100, 90, 80],
    ("B", "I"): [2000, 60, 40, 30], ("B", "F"): [300, 280, 260], ("B", "O"): [50, 45, 40, 35],
    ("C", "I"): [400, 350, 300], ("C", "F"): [200, 190, 180, 170], ("C", "O"): [60, 55, 50],
}  # fmt: skip
"""SPEC 4.4's worked example."""


def form(cells: Mapping[tuple[str, ...], Sequence[Any]], *more: Any, **extra: Any) -> dict[str, Any]:
    """Write a table with one total in each dimension; ``extra`` is added as it is."""
    del more
    width = len(next(iter(cells)))
    members = [sorted({key[at] for key in cells}) for at in range(width)]
    return {
        "dimensions": [
            {"name": f"d{at}", "members": listed, "totals": [["T", listed]]} for at, listed in enumerate(members)
        ],
        "cells": [{"key": named(key), "contributions": list(given)} for key, given in cells.items()],
        **extra,
    }


def named(key: Sequence[str]) -> dict[str, str]:
    """Return a key by the names that ``form`` gives to dimensions."""
    return {f"d{at}": part for at, part in enumerate(key)}


def lines(cells: Mapping[tuple[str, ...], Sequence[Any]]) -> list[list[tuple[str, ...]]]:
    """Return the inner cells of every published total of a table that ``form`` writes."""
    width = len(next(iter(cells)))
    found = []
    for size in range(1, width + 1):
        for summed in combinations(range(width), size):
            groups: dict[tuple[str, ...], list[tuple[str, ...]]] = {}
            for key in cells:
                groups.setdefault(tuple(part for at, part in enumerate(key) if at not in summed), []).append(key)
            found += list(groups.values())
    return found


def attacked(
    cells: Mapping[tuple[str, ...], Sequence[float]], hidden: set[tuple[str, ...]], known: set[tuple[str, ...]]
) -> dict[tuple[str, ...], tuple[float, float]]:
    """Return what everything published, and the cells that an attacker knows, leave open of each hidden cell."""
    columns = sorted(hidden)
    values = {key: float(sum(given)) for key, given in cells.items()}
    rows = [[float(key in line) for key in columns] for line in map(set, lines(cells))]
    right = [sum(values[key] for key in line if key in hidden) for line in lines(cells)]
    least = 0.0 if min(values.values()) >= 0 else None
    bounds = [(values[key], values[key]) if key in known else (least, None) for key in columns]
    found = {}
    for at, key in enumerate(columns):
        ends = []
        for sign in (1, -1):
            aim = np.zeros(len(columns))
            aim[at] = sign
            solved = linprog(aim, A_eq=rows, b_eq=right, bounds=bounds, method="highs")
            ends.append(sign * solved.fun if solved.status == 0 else -sign * float("inf"))
        found[key] = (ends[0], ends[1])
    return found


def required(given: Sequence[float]) -> float:
    """SPEC 4.4's required protection."""
    sizes = [*sorted(map(abs, given), reverse=True), 0, 0]
    return max(1.0, 0.1 * sizes[0] - (sum(sizes) - sizes[0] - sizes[1]))


def fails(given: Sequence[float]) -> bool:
    """SPEC 4.4's rules of primary suppression."""
    sizes = [*sorted(map(abs, given), reverse=True), 0, 0]
    whole = sum(sizes)
    return bool(given) and (
        sum(size > 0 for size in sizes) < 3 or sizes[0] > 0.7 * whole or sizes[0] + sizes[1] > 0.85 * whole
        or whole - sizes[0] - sizes[1] < 0.1 * sizes[0]
    )  # fmt: skip


def holds(cells: Mapping[tuple[str, ...], Sequence[float]], hidden: set[tuple[str, ...]]) -> bool:
    """Tell whether a choice protects every primary cell, from the reader and from every lone contributor."""
    primary = {key for key, given in cells.items() if fails(given)}
    alone = [key for key in hidden if sum(amount != 0 for amount in cells[key]) == 1]
    is_plain = min(sum(given) for given in cells.values()) >= 0
    for known in [set(), *({key} for key in alone)]:
        found = attacked(cells, hidden, known)
        for key in primary - known:
            value, need = sum(cells[key]), required(cells[key])
            low, high = found[key]
            if high < value + need - 1e-6 or low > value - (min(need, value) if is_plain else need) + 1e-6:
                return False
    for line in lines(cells):
        inside = [key for key in line if key in hidden]
        for key in inside:
            if key in alone and sum(len(cells[other]) for other in inside if other != key) < 3:
                return False
    return True


def cheapest(cells: Mapping[tuple[str, ...], Sequence[float]]) -> tuple[float, list[tuple[str, ...]]] | None:
    """Try every choice of complements, in the order of cost, number and keys; None where none holds."""
    primary = {key for key, given in cells.items() if fails(given)}
    others = sorted(key for key, given in cells.items() if given and key not in primary)
    choices = [list(chosen) for size in range(len(others) + 1) for chosen in combinations(others, size)]
    choices.sort(key=lambda chosen: (sum(abs(sum(cells[key])) for key in chosen), len(chosen), chosen))
    for chosen in choices:
        if _is_worth_it(cells, primary | set(chosen), chosen) and holds(cells, primary | set(chosen)):
            return sum(abs(sum(cells[key])) for key in chosen), chosen
    return None


def _is_worth_it(
    cells: Mapping[tuple[str, ...], Sequence[float]], hidden: set[tuple[str, ...]], chosen: list[tuple[str, ...]]
) -> bool:
    """No complement is alone in a line, where its total gives it away."""
    return all(
        any(other in hidden for other in line if other != key) for key in chosen for line in lines(cells) if key in line
    )
