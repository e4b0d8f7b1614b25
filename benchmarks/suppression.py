"""What disclosure control of a large table costs: ``python benchmarks/suppression.py [--shape 50x20x13] [--seed N]``.

Every total of a table with three dimensions is published and one inner cell in twenty fails the rules. Prints the
cost of the complements, the bound, the gap, and the seconds on the wall and of the processor on this machine.
"""

import argparse
import json
import random
import time
from itertools import product
from typing import Any

from disclosure.control import known_intervals, protect
from disclosure.form import read_form


def main() -> None:
    """Measure and print one line for each table."""
    given = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    given.add_argument("--shape", action="append", help="members of each dimension, totals aside")
    given.add_argument("--seed", type=int, default=1)
    asked = given.parse_args()
    print(
        f"{'shape':12}{'cells':>8}{'primary':>9}{'hidden':>8}{'cost':>10}{'bound':>10}{'gap':>8}{'seconds':>9}{'CPU':>8}"
    )
    for shape in asked.shape or ["9x20x3", "50x20x13"]:
        text = json.dumps(table([int(size) for size in shape.split("x")], asked.seed))
        start, used = time.perf_counter(), time.process_time()
        system = read_form(text).system
        found = protect(system)
        known_intervals(system, found)
        seconds, used = time.perf_counter() - start, time.process_time() - used
        primary = sum(verdict.status == "primary" for verdict in found.verdicts)
        hidden = sum(verdict.status != "open" for verdict in found.verdicts)
        print(f"{shape:12}{len(found.verdicts):8}{primary:9}{hidden:8}{found.cost:10}{found.bound:10}"
              f"{found.gap:8.1%}{seconds:9.1f}{used:8.1f}")  # fmt: skip


def table(shape: list[int], seed: int) -> dict[str, Any]:
    """Return a table of unequal cells, one in twenty of which has few contributors or a dominant one."""
    draw = random.Random(seed)
    members = [
        [f"{letter}{number:02}" for number in range(size)] for letter, size in zip("abcdef", shape, strict=False)
    ]

    def contributions() -> list[int]:
        if draw.random() >= 0.05:
            return [int(draw.lognormvariate(4, 0.6)) + 1 for _ in range(draw.randint(6, 24))]
        if draw.random() < 0.6:
            return [int(draw.lognormvariate(4, 1)) + 1 for _ in range(draw.randint(1, 2))]
        small = [int(draw.lognormvariate(2.5, 0.5)) + 1 for _ in range(4)]
        return [int(sum(small) * draw.uniform(4, 12)), *small]

    return {
        "dimensions": [{"name": part[0][0], "members": part, "totals": [["total", part]]} for part in members],
        "cells": [
            {"key": {part[0]: part for part in key}, "contributions": contributions()} for key in product(*members)
        ],
    }


if __name__ == "__main__":
    main()
