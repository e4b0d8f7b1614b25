"""Complementary suppression of large systems: a choice close to the cheapest, with a bound that says how close.

The bound is the cheapest fractional choice that keeps what single equations demand. Around it cells are drawn together
until every cell that asks for protection can move; those that are not needed are published again, dear ones first.
Then sizes count: every attack is made by linear programming, and what one still shows is mended.
"""

import random
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from common.messages import Message
from disclosure.attack import READER, Attacker, Demand
from disclosure.circuits import Circuits, thinned
from disclosure.master import Choice, Master
from disclosure.rules import Problem, further, learn_company, singletons, teach
from disclosure.system import Progress
from disclosure.worlds import Worlds

_POOL = 1000
"""Cells, besides those that are hidden in any case, among which the first choice is made."""
_MOST = 4000
"""Cells up to which the null space is worked out."""
_WORK, _FEWEST, _MOST_TRIALS = 4e10, 6, 400
"""How often the first choice is shaken up: work, which grows with the cube of the cells, with a least and a most."""
_REACH = 1000.0
_MARGIN = 1 + 1e-6
_SMALL = 1e-9
_TOGETHER, _FEW = 2, 4
"""How often demands are met together before each is tried alone, and how few are not worth it."""


def choose_largely(problem: Problem, progress: Progress) -> Choice | None:
    """Return cells to hide besides the forced ones and a bound of their cost; None where no choice protects."""
    progress(Message(f"{len(problem.costs)}个可选单元格,{len(problem.demands)}项保护要求:求代价下界",
                     f"{len(problem.costs)} cells to choose from, {len(problem.demands)} demands: bounding the cost"))
    master = Master(problem.costs, problem.forced)
    teach(problem, master)
    relaxed = master.relaxed(problem.costs)
    while relaxed is not None and learn_company(problem, master, relaxed.shares):
        relaxed = master.relaxed(problem.costs)
    if relaxed is None:
        return None
    progress(Message(f"下界{relaxed.bound / problem.system.scale:.0f};选取单元格",
                     f"bound {relaxed.bound / problem.system.scale:.0f}; choosing cells"))
    chosen = _pattern(problem, relaxed.shares, relaxed.reduced, progress)
    failed = _audit(problem, problem.forced | chosen, progress) if chosen else [(one, READER) for one in problem.demands]
    progress(Message(f"{len(failed)}处尚未保护,逐处补足", f"{len(failed)} attacks succeed; mending"))
    mended = _mended(problem, chosen, failed)
    return None if mended is None else Choice(mended, relaxed.bound)


def _pattern(
    problem: Problem, shares: Mapping[int, float], reduced: Mapping[int, float], progress: Progress
) -> frozenset[int]:
    """Choose cells among which every cell that asks for it can move, whatever the sizes."""
    wanted = {one.cell for one in problem.demands}
    if len(problem.forced) > _MOST // 2:
        return frozenset()
    ranked = sorted(problem.costs, key=lambda place: (reduced.get(place, 0.0), problem.costs[place], place))
    alone = {place for one in problem.attack.crowd for place in one.known if len(one.known) == 1} & wanted
    size, drawn = min(_POOL, len(ranked)), frozenset[int]()
    while True:
        drawn = frozenset(ranked[:size]) | {place for place in shares if place in problem.costs}
        circuits = Circuits(problem.system, problem.forced | drawn)
        if len(circuits.moving(wanted)) == len(wanted) or size == len(ranked) or 2 * size + len(problem.forced) > _MOST:
            break
        size = min(2 * size, len(ranked))
    return _shaken(problem, drawn, wanted, alone, progress)


def _shaken(
    problem: Problem, drawn: frozenset[int], wanted: set[int], alone: Collection[int], progress: Progress
) -> frozenset[int]:
    """Thin out what was drawn, then draw some again and thin out anew, as long as that is cheaper."""
    draw = random.Random(len(drawn))
    listed = sorted(drawn)
    kept = problem.forced | wanted

    def thin(cells: frozenset[int], noise: float) -> frozenset[int]:
        worth = {place: problem.costs[place] * (1 + noise * draw.random()) for place in sorted(cells)}
        order = sorted(cells, key=lambda place: (-worth[place], place))
        return thinned(problem.system, problem.forced | cells, kept, wanted, alone, order) - problem.forced

    def cost(cells: frozenset[int]) -> int:
        return sum(problem.costs[place] for place in cells)

    best = thin(drawn, 0.0)
    trials = max(_FEWEST, min(_MOST_TRIALS, int(_WORK / (len(drawn) + len(problem.forced)) ** 3)))
    for number in range(trials):
        if number % max(1, trials // 10) == 0:
            amount = cost(best) / problem.system.scale
            progress(Message(f"第{number + 1}/{trials}次调整,代价{amount:.0f}",
                             f"adjustment {number + 1} of {trials}, cost {amount:.0f}"))
        again = draw.sample(listed, min(len(listed), draw.randint(3, max(4, len(listed) // 10))))
        other = thin(best | set(again), 0.5)
        if cost(other) <= cost(best):
            best = other
    return best


def _audit(
    problem: Problem, hidden: frozenset[int], progress: Progress
) -> list[tuple[Demand, Attacker]]:
    """Make every attack on a choice; return those that succeed."""
    if not problem.demands:
        return []
    progress(Message(f"对{len(hidden)}个单元格发起全部攻击", f"making every attack on {len(hidden)} cells"))
    most = float(max(one.amount for one in problem.demands))
    worlds = Worlds(problem.system, hidden, _REACH * most)
    failed: list[tuple[Demand, Attacker]] = []
    safe: list[Demand] = []
    shifts: list[Any] = []
    for demand in problem.demands:
        shift = _reached(worlds, demand)
        if shift is None:
            failed.append((demand, READER))
        else:
            safe.append(demand)
            shifts.append(shift)
    if not safe:
        return failed
    table = np.array(shifts)
    watching = [one for one in problem.attack.crowd if not one.known.isdisjoint(hidden)]
    for number, attacker in enumerate(watching):
        if number % 50 == 0:
            progress(Message(f"独户攻击 {number}/{len(watching)}", f"lone contributors {number} of {len(watching)}"))
        failed += [(demand, attacker) for demand in _seen_through(worlds, safe, table, attacker)]
    return failed


def _reached(worlds: Worlds, demand: Demand, attacker: Attacker = READER) -> Any | None:
    """Return a shift that meets a demand just so, or None."""
    shift = worlds.furthest(demand.cell, demand.sign, sorted(attacker.known))
    if shift is None:
        return None
    asked = float(demand.amount) * _MARGIN / worlds.size
    far = demand.sign * float(shift[worlds.column[demand.cell]])
    return shift * (asked / far) if far >= asked else None


def _seen_through(worlds: Worlds, demands: Sequence[Demand], shifts: Any, attacker: Attacker) -> Iterator[Demand]:
    """Yield the demands that one contributor breaks: no shift meets them that leaves his cells as they are."""
    known = [worlds.column[place] for place in sorted(attacker.known) if place in worlds.column]
    asked = np.array([one.cell not in attacker.known for one in demands])
    broken = asked & (np.abs(shifts[:, known]) > _SMALL).any(axis=1)
    at = np.flatnonzero(broken)
    if len(known) == 1 and len(at):
        at = at[~_corrected(worlds, [demands[row] for row in at], shifts[at], known[0])]
    at = at[~_met_together(worlds, [demands[row] for row in at], attacker)]
    for row in at:
        if _reached(worlds, demands[row], attacker) is None:
            yield demands[row]


def _corrected(worlds: Worlds, demands: Sequence[Demand], shifts: Any, still: int) -> Any:
    """Tell which shifts still meet their demand when others that move one cell are added to hold it still."""
    columns = np.array([worlds.column[one.cell] for one in demands])
    signs = np.array([one.sign for one in demands])
    asked = np.array([float(one.amount) for one in demands]) * _MARGIN / worlds.size
    done = np.zeros(len(demands), dtype=bool)
    place = worlds.cells[still]
    for helper in (worlds.furthest(place, 1), worlds.furthest(place, -1)):
        if helper is None or abs(helper[still]) <= _SMALL:
            continue
        # as much of the helper as holds the cell still, then as much of the sum as no cell's least forbids
        share = -shifts[:, still] / helper[still]
        rows = np.flatnonzero(~done & (share >= 0))
        if not len(rows):
            continue
        sums = shifts[rows] + share[rows, None] * helper[None]
        far = signs[rows] * sums[np.arange(len(rows)), columns[rows]]
        used = (sums * worlds.burden).max(axis=1)
        done[rows] |= far >= asked[rows] * np.maximum(used, _SMALL)
    return done


def _met_together(worlds: Worlds, demands: Sequence[Demand], attacker: Attacker) -> Any:
    """Tell which demands are met by shifts that take as many of them as they can, first upwards, then downwards."""
    done = np.zeros(len(demands), dtype=bool)
    for _ in range(_TOGETHER):
        for sign in (1, -1):
            rows = [row for row, one in enumerate(demands) if one.sign == sign and not done[row]]
            if len(rows) < _FEW:
                continue
            asked = {row: sign * float(demands[row].amount) * _MARGIN**2 / worlds.size for row in rows}
            shift = worlds.together({demands[row].cell: far for row, far in asked.items()}, sorted(attacker.known))
            for row, far in asked.items() if shift is not None else ():
                moved = shift[worlds.column[demands[row].cell]]  # type: ignore[index]
                done[row] = sign * moved * _MARGIN >= sign * far
    return done


def _mended(
    problem: Problem, choice: Collection[int], failed: Sequence[tuple[Demand, Attacker]]
) -> frozenset[int] | None:
    """Hide, for each attack that succeeds, the cheapest cells that a shift needs; None where nothing helps."""
    chosen = set(choice)
    for demand, attacker in sorted(failed, key=lambda one: (-one[0].amount, one[0].cell, one[0].sign, one[1].name)):
        seen: Attacker | None = attacker
        while seen is not None:
            needed = problem.attack.needed(demand, problem.forced | chosen, problem.costs, seen)
            if needed is None:
                return None
            chosen |= needed
            seen = problem.attack.weakness(demand, problem.forced | chosen) if attacker is READER else None
    while lines := list(singletons(problem, problem.forced | chosen)):
        cells = further(problem, problem.forced | chosen, lines[0]).keys() & problem.costs.keys()
        if not cells:
            return None
        chosen.add(min(cells, key=lambda place: (problem.costs[place], place)))
    return frozenset(chosen)
