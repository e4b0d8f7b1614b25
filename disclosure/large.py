"""Complementary suppression of large systems: a choice close to the cheapest, with a bound that says how close.

The bound is the cheapest fractional choice that keeps what single equations demand. Around it cells are drawn together
until every cell that asks for protection can move; those that are not needed are published again, dear ones first.
Then sizes count: every attack is made by linear programming, and what one still shows is mended.
"""

import random
from collections.abc import Collection, Iterator, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from common.messages import Message
from disclosure.attack import READER, Attacker, Demand
from disclosure.circuits import Circuits, thinned
from disclosure.master import Choice, Master, Relaxed
from disclosure.rules import Problem, further, learn_company, singletons, teach
from disclosure.system import Progress
from disclosure.worlds import Worlds

_POOL = 1000
"""Cells, besides those that are hidden in any case, among which the first choice is made."""
_MOST = 4000
"""Cells up to which the null space is worked out."""
_WORK, _FEWEST, _MOST_TRIALS = 3e13, 2, 400
"""How often the first choice is shaken up: work that grows with the fourth power of the cells, a least and a most."""
_REACH = 1000.0
_MARGIN = 1 + 1e-6
_SMALL = 1e-9
_ROOM = 4.0
"""How many times what is asked a shift is to reach, so that it has room for others."""
_HELPERS = 5
"""Shifts upwards and downwards, besides the furthest ones, that are tried to hold a cell still."""
_TOGETHER = 24
"""Lone contributors who are looked at together before each is alone."""
_ROUNDS, _FEW = 3, 4
"""How often demands are met together before each is tried alone, and how few are not worth it."""


def choose_largely(problem: Problem, progress: Progress) -> Choice | None:
    """Return cells to hide besides the forced ones and a bound of their cost; None where no choice protects."""
    progress(
        Message(
            f"{len(problem.costs)}个可选单元格,{len(problem.demands)}项保护要求:求代价下界",
            f"{len(problem.costs)} cells to choose from, {len(problem.demands)} demands: bounding the cost",
        )
    )
    master = Master(problem.costs, problem.forced)
    teach(problem, master)
    relaxed = master.relaxed(problem.costs)
    while relaxed is not None and learn_company(problem, master, relaxed.shares):
        relaxed = master.relaxed(problem.costs)
    if relaxed is None:
        return None
    progress(
        Message(
            f"下界{relaxed.bound / problem.system.scale:.0f};选取单元格",
            f"bound {relaxed.bound / problem.system.scale:.0f}; choosing cells",
        )
    )
    likely = _likely(problem, relaxed)
    pattern = _shaken(problem, likely, progress) if likely else frozenset()
    chosen = _mended(problem, pattern, likely, progress)
    return None if chosen is None else Choice(chosen, relaxed.bound)


def _likely(problem: Problem, relaxed: Relaxed) -> frozenset[int]:
    """Return cells among which a good choice may be found: those that the fractional choice would take soonest.

    None where so many cells are hidden anyway that little can be missing.
    """
    if len(problem.forced) > _MOST // 2:
        return frozenset()
    wanted = {one.cell for one in problem.demands}
    first = {place for place in relaxed.shares if place in problem.costs}
    ranked = sorted(problem.costs, key=lambda place: (relaxed.reduced.get(place, 0.0), problem.costs[place], place))
    size = _POOL
    while True:
        drawn = first.union(ranked[:size])
        is_all = size >= len(ranked) or 2 * size + len(problem.forced) > _MOST
        if is_all or Circuits(problem.system, problem.forced | drawn).moving(wanted) == wanted:
            return frozenset(drawn)
        size *= 2


def _shaken(problem: Problem, drawn: frozenset[int], progress: Progress) -> frozenset[int]:
    """Thin out what was drawn, then draw some again and thin out anew, as long as that is cheaper."""
    draw = random.Random(len(drawn))
    listed = sorted(drawn)
    wanted = {one.cell for one in problem.demands}
    alone = {place for one in problem.attack.crowd for place in one.known if len(one.known) == 1} & wanted

    def thin(cells: frozenset[int], noise: float) -> frozenset[int]:
        worth = {place: problem.costs[place] * (1 + noise * draw.random()) for place in sorted(cells)}
        order = sorted(cells, key=lambda place: (-worth[place], place))
        return thinned(problem.system, problem.forced | cells, problem.forced, wanted, alone, order) - problem.forced

    def cost(cells: frozenset[int]) -> int:
        return sum(problem.costs[place] for place in cells)

    best = thin(drawn, 0.0)
    trials = max(_FEWEST, min(_MOST_TRIALS, int(_WORK / (len(drawn) + len(problem.forced)) ** 4)))
    for number in range(trials):
        if number % max(1, trials // 10) == 0:
            amount = cost(best) / problem.system.scale
            progress(
                Message(
                    f"第{number + 1}/{trials}次调整,代价{amount:.0f}",
                    f"adjustment {number + 1} of {trials}, cost {amount:.0f}",
                )
            )
        again = draw.sample(listed, min(len(listed), draw.randint(3, max(4, len(listed) // 10))))
        other = thin(best | set(again), 0.5)
        if cost(other) <= cost(best):
            best = other
    return best


def _audit(
    problem: Problem, demands: Sequence[Demand], hidden: frozenset[int], progress: Progress
) -> list[tuple[Demand, Attacker]]:
    """Make every attack on a choice; return those that succeed."""
    if not demands:
        return []
    progress(Message(f"对{len(hidden)}个单元格发起全部攻击", f"making every attack on {len(hidden)} cells"))
    worlds = _worlds(problem, demands, hidden)
    failed: list[tuple[Demand, Attacker]] = []
    safe: list[Demand] = []
    shifts: list[Any] = []
    for demand in demands:
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
    for start in range(0, len(watching), _TOGETHER):
        several = watching[start : start + _TOGETHER]
        progress(Message(f"独户攻击 {start}/{len(watching)}", f"lone contributors {start} of {len(watching)}"))
        # a shift that leaves the cells of several contributors as they are convinces each of them
        union = Attacker("", frozenset[int]().union(*(one.known for one in several)))
        others = [row for row, one in enumerate(safe) if one.cell not in union.known]
        met = np.zeros(len(safe), dtype=bool)
        met[others] = _met_together(worlds, [safe[row] for row in others], union)
        rows = np.flatnonzero(~met)
        left = [safe[row] for row in rows.tolist()]
        for attacker in several:
            failed += [(demand, attacker) for demand in _seen_through(worlds, left, table[rows], attacker)]
    return failed


def _reached(worlds: Worlds, demand: Demand, attacker: Attacker = READER) -> Any | None:
    """Return a shift that meets a demand just so, or None."""
    asked = float(demand.amount) * _MARGIN / worlds.size
    # further than asked, so that there is room when others are added to it
    shift = worlds.together({demand.cell: _ROOM * demand.sign * asked}, sorted(attacker.known))
    if shift is None:
        return None
    far = demand.sign * float(shift[worlds.column[demand.cell]])
    return shift * (asked / far) if far >= asked else None


def _seen_through(worlds: Worlds, demands: Sequence[Demand], shifts: Any, attacker: Attacker) -> Iterator[Demand]:
    """Yield the demands that one contributor breaks: no shift meets them that leaves his cells as they are."""
    known = [worlds.column[place] for place in sorted(attacker.known) if place in worlds.column]
    asked = np.array([one.cell not in attacker.known for one in demands], dtype=bool)
    broken = asked & (np.abs(shifts[:, known]) > _SMALL).any(axis=1)
    at = np.flatnonzero(broken)
    if len(known) == 1 and len(at):
        at = at[~_corrected(worlds, [demands[row] for row in at.tolist()], shifts[at], known[0])]
    left = [demands[row] for row in at.tolist()]
    for demand, is_met in zip(left, _met_together(worlds, left, attacker), strict=True):
        if not is_met and _reached(worlds, demand, attacker) is None:
            yield demand


def _corrected(worlds: Worlds, demands: Sequence[Demand], shifts: Any, still: int) -> Any:
    """Tell which shifts still meet their demand when others that move one cell are added to hold it still."""
    columns = np.array([worlds.column[one.cell] for one in demands])
    signs = np.array([one.sign for one in demands])
    asked = np.array([float(one.amount) for one in demands]) * _MARGIN / worlds.size
    done = np.zeros(len(demands), dtype=bool)
    # the shifts that move the cell most for the room that they take
    ease = shifts[:, still] / np.maximum((shifts * worlds.burden).max(axis=1), _SMALL)
    ranked = np.argsort(ease, kind="stable")
    place = worlds.cells[still]
    own = [one for sign in (1, -1) if (one := worlds.furthest(place, sign)) is not None]
    for helper in (*own, *shifts[ranked[:_HELPERS]], *shifts[ranked[-_HELPERS:]]):
        if abs(helper[still]) <= _SMALL:
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
    for _ in range(_ROUNDS):
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
    problem: Problem, pattern: Collection[int], likely: Collection[int], progress: Progress
) -> frozenset[int] | None:
    """Hide, for each attack that succeeds, the cheapest cells that a shift needs; None where nothing helps.

    ``likely`` cells are looked at first.
    """
    chosen, demands = set(pattern), problem.demands
    choices = [{place: problem.costs[place] for place in sorted(likely)}, problem.costs]
    while failed := _audit(problem, demands, problem.forced | chosen, progress):
        progress(Message(f"{len(failed)}次攻击得手,逐处补足", f"{len(failed)} attacks succeed; mending"))
        worlds, before = None, len(chosen)
        reserve = frozenset(likely)
        for demand, attacker in sorted(failed, key=_largest_first):
            hidden = problem.forced | chosen
            if worlds is None:
                worlds = _worlds(problem, demands, hidden | reserve)
                worlds.hold(reserve - hidden)
            if _reached(worlds, demand, attacker) is not None:
                continue
            answers = (problem.attack.needed(demand, hidden, costs, attacker) for costs in choices)
            needed = next((answer for answer in answers if answer is not None), None)
            if needed is None:
                return None
            if needed <= reserve:
                worlds.release(needed)
            else:
                worlds = None
            chosen |= needed
        # what the reader saw through was not shown to the others yet
        demands = tuple(demand for demand, attacker in failed if attacker is READER and len(chosen) > before)
    while lines := list(singletons(problem, problem.forced | chosen)):
        cells = further(problem, problem.forced | chosen, lines[0]).keys() & problem.costs.keys()
        if not cells:
            return None
        chosen.add(min(cells, key=lambda place: (problem.costs[place], place)))
    return frozenset(chosen)


def _largest_first(failed: tuple[Demand, Attacker]) -> tuple[Any, ...]:
    demand, attacker = failed
    return -demand.amount, demand.cell, -demand.sign, attacker.name


def _worlds(problem: Problem, demands: Sequence[Demand], hidden: frozenset[int]) -> Worlds:
    most = max((one.amount for one in demands), default=Fraction(1))
    return Worlds(problem.system, hidden, _REACH * float(most))
