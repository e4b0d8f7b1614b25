"""Complementary suppression of large systems: a choice close to the cheapest, with a bound that says how close.

An integer programme chooses, small attacks show what the choice lacks, and what they show is learnt; the programme's
bound holds for every choice. As soon as choosing anew becomes hard, only what stands around the last lessons is chosen
anew, until nothing nearby is lacking. Then every attack is made, and cells are added until none succeeds. All of it is
counted in rounds and branches, never in seconds, so that the answer is the same each time.
"""

from collections.abc import Iterable

from common.messages import Message
from disclosure.audit import audit, largest_first, reached, withstands, worlds_of
from disclosure.circuits import thinned
from disclosure.lessons import School
from disclosure.master import Choice, Master, Relaxed
from disclosure.rules import Problem, further, learn_company, singletons, teach
from disclosure.system import Progress
from disclosure.worlds import Worlds

_ROUNDS, _WORK, _LEAST = 12, 75_000, 2
"""How often a choice is made from scratch: at most, cells to choose from that share the work, and at least."""
_REPAIRS = 40
"""How often a part of a choice is made anew."""
_TWO_WAYS = 300_000
"""Demands × cells looked at up to which a second choice, made of what lets cells move, is mended too."""
_GAP, _LOOSE, _NODES = 0.01, 0.02, 1
"""How far from the cheapest a choice may be, and a part that is chosen anew; branches after which it may be further."""
_HARD = 1
"""How often that may be further before what is lacking is only added."""
_TRIMMED = 10_000_000
"""Chosen cells × demands × hidden cells up to which it is tried to do without each chosen cell."""
_ENOUGH = 20
"""Lessons that make a new choice worth while."""
_POOL = 1000
"""Cells among which it is looked first for what an attack shows to be lacking."""


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
    school, bound, chosen = School(problem, master), relaxed.bound, frozenset[int]()
    rounds = max(_LEAST, min(_ROUNDS, _WORK // max(1, len(problem.costs))))
    for number in range(rounds):
        choice = master.nearly(problem.costs, frozenset(), _GAP, _NODES)
        if choice is None:
            return None
        chosen, bound = choice.chosen, max(bound, choice.bound)
        learnt, cost = school.learn(chosen, _ENOUGH), _cost(problem, chosen)
        progress(_told(problem, number, cost, bound, learnt))
        if not learnt or cost - choice.bound > _GAP * cost:
            break
    adjusted = _adjusted(problem, school, chosen, progress)
    relaxed = master.relaxed(problem.costs)
    if adjusted is None or relaxed is None:
        return None
    likely = _likely(problem, relaxed)
    patterns = [adjusted]
    if len(problem.demands) * (len(problem.forced) + len(likely)) <= _TWO_WAYS:
        patterns.append(_moving(problem, likely))
    mended = (_mended(problem, pattern, likely, progress) for pattern in patterns)
    found = [_trimmed(problem, one, progress) for one in mended if one is not None]
    if not found:
        return None
    best = min(found, key=lambda one: (_cost(problem, one), sorted(one)))
    return Choice(best, min(bound, _cost(problem, best)))


def _moving(problem: Problem, likely: frozenset[int]) -> frozenset[int]:
    """Return likely cells that let every cell move that asks for it, whatever the sizes; dear ones are done without."""
    wanted = {one.cell for one in problem.demands}
    alone = {place for one in problem.attack.crowd for place in one.known if len(one.known) == 1} & wanted
    order = sorted(likely, key=lambda place: (-problem.costs[place], place))
    everything = problem.forced | likely
    return thinned(problem.system, everything, problem.forced, wanted, alone, order) - problem.forced


def _adjusted(problem: Problem, school: School, chosen: frozenset[int], progress: Progress) -> frozenset[int] | None:
    """Choose anew around what attacks nearby show to be lacking, until nothing is or choosing is hard too often."""
    hard = 0
    for number in range(_REPAIRS):
        choice = school.master.nearly(problem.costs, chosen - school.touched, _LOOSE, _NODES)
        choice = choice or school.master.nearly(problem.costs, frozenset(), _LOOSE, _NODES)
        if choice is None:
            return None
        chosen, cost = choice.chosen, _cost(problem, choice.chosen)
        hard += cost - choice.bound > _LOOSE * cost
        learnt = school.learn(chosen, 1)
        amount = cost / problem.system.scale
        progress(
            Message(
                f"第{number + 1}次调整:代价{amount:.0f},攻击得知{learnt}项",
                f"adjustment {number + 1}: cost {amount:.0f}, {learnt} lessons from attacks",
            )
        )
        if not learnt or hard >= _HARD:
            break
    return chosen


def _cost(problem: Problem, chosen: Iterable[int]) -> int:
    return sum(problem.costs[place] for place in chosen)


def _mended(
    problem: Problem, pattern: frozenset[int], likely: frozenset[int], progress: Progress
) -> frozenset[int] | None:
    """Hide, for each attack that succeeds, the cheapest cells that a shift needs; None where nothing helps.

    ``likely`` cells are looked at first.
    """
    chosen, demands = set(pattern), problem.demands
    choices = [{place: problem.costs[place] for place in sorted(likely)}, problem.costs]
    while failed := audit(problem, demands, problem.forced | chosen, progress):
        progress(Message(f"{len(failed)}次攻击得手,逐处补足", f"{len(failed)} attacks succeed; mending"))
        worlds: Worlds | None = None
        for demand, attacker in sorted(failed, key=largest_first):
            hidden = problem.forced | chosen
            if worlds is None:
                worlds = worlds_of(demands, problem.system, hidden | likely)
                worlds.hold(likely - hidden)
            if reached(worlds, demand, attacker) is not None:
                continue
            answers = (problem.attack.needed(demand, hidden, costs, attacker) for costs in choices)
            needed = next((answer for answer in answers if answer is not None), None)
            if needed is None:
                return None
            if needed <= likely:
                worlds.release(needed)
            else:
                worlds = None
            chosen |= needed
        # hiding more spoils no shift: only what was seen through is looked at again
        demands = tuple(dict.fromkeys(demand for demand, _ in failed))
    while lines := list(singletons(problem, problem.forced | chosen)):
        cells = further(problem, problem.forced | chosen, lines[0]).keys() & problem.costs.keys()
        if not cells:
            return None
        chosen.add(min(cells, key=lambda place: (problem.costs[place], place)))
    return frozenset(chosen)


def _trimmed(problem: Problem, chosen: frozenset[int], progress: Progress) -> frozenset[int]:
    """Publish again what no demand needs, dear cells first, where so many audits are no great work."""
    if len(chosen) * len(problem.demands) * (len(chosen) + len(problem.forced)) > _TRIMMED:
        return chosen
    left = chosen
    for place in sorted(chosen, key=lambda place: (-problem.costs[place], place)):
        hidden = problem.forced | (left - {place})
        if next(singletons(problem, hidden), None) is None and withstands(problem, hidden):
            left -= {place}
    freed = len(chosen) - len(left)
    progress(Message(f"重新公布{freed}个不再需要的单元格", f"{freed} cells that are not needed are published again"))
    return left


def _likely(problem: Problem, relaxed: Relaxed) -> frozenset[int]:
    """Return cells that the fractional choice would take soonest."""
    ranked = sorted(problem.costs, key=lambda place: (relaxed.reduced.get(place, 0.0), problem.costs[place], place))
    return frozenset(ranked[:_POOL])


def _told(problem: Problem, number: int, cost: int, bound: int, learnt: int) -> Message:
    amount, least = cost / problem.system.scale, bound / problem.system.scale
    return Message(
        f"第{number + 1}轮:代价{amount:.0f},下界{least:.0f},攻击得知{learnt}项",
        f"round {number + 1}: cost {amount:.0f}, bound {least:.0f}, {learnt} lessons from attacks",
    )
