"""What disclosure control of a whole release costs: ``python benchmarks/release.py [--types N] [--months N]``.

The district's tax by type and month with everything that is printed besides: quarters, the year to date, rolling twelve
months, each in total, of the district and of others. The others' cells are never printed. Prints cells, sums, primary
cells, the cost of the complements, the bound, the gap and the seconds of this machine.
"""

import argparse
import random
import time
from decimal import Decimal

from disclosure.control import protect
from disclosure.system import Cell, Equation, System

_MEASURES = ("whole", "district", "other")
_YEAR, _QUARTER = 12, 3


def main() -> None:
    """Measure and print one line."""
    given = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    given.add_argument("--types", type=int, default=12)
    given.add_argument("--months", type=int, default=24)
    given.add_argument("--few", type=float, default=0.03, help="share of months with few contributors")
    given.add_argument("--seed", type=int, default=1)
    asked = given.parse_args()
    system = release(asked.types, asked.months, asked.few, asked.seed)
    start, used = time.perf_counter(), time.process_time()
    found = protect(system)
    seconds, used = time.perf_counter() - start, time.process_time() - used
    primary = sum(verdict.status == "primary" for verdict in found.verdicts)
    hidden = sum(verdict.status != "open" for verdict in found.verdicts)
    print(f"{'cells':>8}{'sums':>8}{'primary':>9}{'hidden':>8}{'totals':>8}{'cost':>10}{'bound':>10}{'gap':>8}"
          f"{'seconds':>9}{'CPU':>7}")  # fmt: skip
    print(f"{len(found.verdicts):8}{len(system.equations):8}{primary:9}{hidden:8}{len(found.totals_to_withhold):8}"
          f"{found.cost:10}{found.bound:10}{found.gap:8.1%}{seconds:9.1f}{used:7.1f}")  # fmt: skip


def release(types: int, months: int, few: float, seed: int) -> System:
    """Return types × periods × measures, with a total of the types; one month in so many has few contributors."""
    draw = random.Random(seed)
    named = [f"type{number:02}" for number in range(types)]
    taxed = {kind: draw.lognormvariate(3, 1) for kind in named}
    base: dict[tuple[str, str, str], dict[str, int]] = {}
    for kind in named:
        for month in range(months):
            count = draw.randint(1, 2) if draw.random() < few else draw.randint(6, 20)
            paid = {f"g{draw.randint(1, 400):03}": int(draw.lognormvariate(1, 0.5) * taxed[kind]) + 2
                    for _ in range(count)}  # fmt: skip
            base[kind, _month(month), "district"] = {group: amount // 2 for group, amount in paid.items()}
            base[kind, _month(month), "other"] = {group: amount - amount // 2 for group, amount in paid.items()}
    sums = _periods(months)
    equations = [
        Equation((kind, period, measure), tuple((kind, part, measure) for part in parts))
        for kind in named
        for period, parts in sums
        for measure in _MEASURES
    ]
    every = [*(_month(month) for month in range(months)), *(period for period, _ in sums)]
    equations += [
        Equation((kind, period, "whole"), ((kind, period, "district"), (kind, period, "other")))
        for kind in named
        for period in every
    ]
    equations += [
        Equation(("all", period, measure), tuple((kind, period, measure) for kind in named))
        for period in every
        for measure in _MEASURES
    ]
    parts_of = {one.total: one.parts for one in equations}
    found: dict[tuple[str, str, str], dict[str, int]] = dict(base)

    def groups(key: tuple[str, str, str]) -> dict[str, int]:
        if key not in found:
            whole: dict[str, int] = {}
            for part in parts_of[key]:
                for group, amount in groups(part).items():
                    whole[group] = whole.get(group, 0) + amount
            found[key] = whole
        return found[key]

    cells = []
    for kind in ("all", *named):
        for period in every:
            for measure in _MEASURES:
                given = (
                    groups((kind, period, measure))
                    if (kind, period, measure) not in base
                    else base[kind, period, measure]
                )
                cells.append(
                    Cell((kind, period, measure), Decimal(sum(given.values())),
                         tuple((group, Decimal(amount)) for group, amount in sorted(given.items())),
                         is_total=kind == "all", stays_hidden=measure == "other" and kind != "all")
                )  # fmt: skip
    return System.of(cells, equations)


def _month(number: int) -> str:
    return f"{2020 + number // _YEAR}-{number % _YEAR + 1:02}"


def _periods(months: int) -> list[tuple[str, list[str]]]:
    found = [
        (f"{2020 + first // _YEAR}-Q{first % _YEAR // _QUARTER + 1}", [_month(first + at) for at in range(_QUARTER)])
        for first in range(0, months - _QUARTER + 1, _QUARTER)
    ]
    found += [
        (f"{2020 + month // _YEAR}-YTD{month % _YEAR + 1:02}",
         [_month(one) for one in range(month - month % _YEAR, month + 1)])
        for month in range(months) if month % _YEAR
    ]  # fmt: skip
    found += [
        (f"R12-{_month(last)}", [_month(one) for one in range(last - _YEAR + 1, last + 1)])
        for last in range(_YEAR, months)
        if last % _YEAR != _YEAR - 1
    ]
    return found


if __name__ == "__main__":
    main()
