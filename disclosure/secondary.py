"""Complementary suppression: the cheapest further cells that make every attack miss (SPEC 4.4).

A choice is made, attacked, and what the attack shows is learnt as an inequality; repeated until no attack succeeds.
On small systems the result is the optimum, ties broken by the number of cells and then by the order of keys.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence

from disclosure.attack import Attacker, Demand
from disclosure.large import choose_largely
from disclosure.master import Choice, Master, Row
from disclosure.rules import Problem, further, lonely, singletons, teach
from disclosure.system import Progress

_EXACT_UP_TO = 250
"""Cells to choose from up to which the cheapest choice is proven; beyond, one close to it."""
_HIDDEN_UP_TO = 600
"""Cells that may be hidden, those that are in any case among them, up to which that is tried."""
_DEEP = 4
"""Inequalities learnt from one successful attack."""
_NEARBY = 20
"""Hidden cells near a demand among which it is asked at first what is lacking."""


def choose(problem: Problem, progress: Progress) -> Choice | None:
    """Return the cells to hide besides the forced ones and a bound of their cost; None where no choice protects."""
    if len(problem.costs) > _EXACT_UP_TO or len(problem.costs) + len(problem.forced) > _HIDDEN_UP_TO:
        return choose_largely(problem, progress)
    master = Master(problem.costs, problem.forced)
    teach(problem, master)
    found = _settle(problem, master, problem.costs)
    return None if found is None else _first_of_equals(problem, master, found)


def unreachable(problem: Problem) -> tuple[Demand, ...]:
    """Return the demands that are not met even if everything that may be hidden is."""
    hidden = problem.forced | problem.costs.keys()
    return tuple(one for one in problem.demands if problem.attack.weakness(one, hidden) is not None)


def _settle(
    problem: Problem,
    master: Master,
    costs: Mapping[int, int],
    fixed: Mapping[int, int] | None = None,
    extra: Sequence[Row] = (),
) -> Choice | None:
    """Choose and attack until nothing fails."""
    while True:
        choice = master.solve(costs, fixed, extra)
        if choice is None:
            return None
        hidden = problem.forced | choice.chosen
        failed, learnt = _examine(problem, master, hidden)
        if not failed:
            return choice
        if not learnt:
            master.demand({place: 1.0 for place in master.free if place not in hidden})


def _examine(problem: Problem, master: Master, hidden: frozenset[int]) -> tuple[int, bool]:
    """Attack a choice; return how many attacks succeed and whether anything new was learnt from them."""
    failed, learnt = 0, False
    for place, others in lonely(problem, dict.fromkeys(hidden, 1.0)):
        failed += 1
        learnt |= master.company(place, others)
    for equation in singletons(problem, hidden):
        failed += 1
        learnt |= master.demand(further(problem, hidden, equation))
    for demand in problem.demands:
        attacker = problem.attack.weakness(demand, hidden)
        if attacker is not None:
            failed += 1
            learnt |= _learn_lack(problem, master, demand, hidden, attacker)
    return failed, learnt


def _learn_lack(problem: Problem, master: Master, demand: Demand, hidden: Collection[int], attacker: Attacker) -> bool:
    """Learn what a demand lacks, and what it still lacks when it gets that, and so on."""
    shares, learnt = dict.fromkeys(hidden, 1.0), False
    for _ in range(_DEEP):
        lacking = problem.attack.cut(demand, shares, attacker, _NEARBY)
        if lacking is None:
            lacking = problem.attack.cut(demand, shares, attacker, len(shares))
        if lacking is None:
            break
        learnt |= master.demand(lacking)
        shares |= {place: 1.0 for place in lacking if place in problem.costs}
    return learnt


def _first_of_equals(problem: Problem, master: Master, found: Choice) -> Choice:
    """Among the choices that cost the same, return that of the fewest cells, and of those the first by keys."""
    cost = sum(problem.costs[place] for place in found.chosen)
    dear = {place: 0 for place in master.free if problem.costs[place] > cost}
    limits = [_at_most(problem.costs, cost)] if cost else []
    ones = dict.fromkeys(master.free, 1)

    def settle(fixed: Mapping[int, int], extra: Sequence[Row]) -> frozenset[int] | None:
        """Settle on a choice that costs no more, to the last digit."""
        while True:
            choice = _settle(problem, master, ones, {**dear, **fixed}, [*limits, *extra])
            if choice is None:
                return None
            if sum(problem.costs[place] for place in choice.chosen) <= cost:
                return choice.chosen
            limits.append(_not_these(master.free, choice.chosen))

    best = settle({}, []) or found.chosen
    if not best:
        return found
    few = _at_most(ones, len(best))
    if settle({}, [few, _not_these(master.free, best)]) is None:
        return Choice(best, found.bound)
    fixed: dict[int, int] = {}
    for place in master.free:
        if place not in best:
            other = settle({**fixed, place: 1}, [few])
            best = best if other is None else other
        fixed[place] = int(place in best)
        if sum(fixed.values()) == len(best):
            break
    return Choice(best, found.bound)


def _at_most(weights: Mapping[int, int], limit: int) -> Row:
    """``Σ weights ≤ limit``, up to what floating point can tell."""
    return Row({place: -weight / limit for place, weight in weights.items()}, -1.0 - 1e-7)


def _not_these(free: Iterable[int], chosen: Collection[int]) -> Row:
    """Any choice but this one."""
    return Row({place: -1.0 if place in chosen else 1.0 for place in free}, 1.0 - len(chosen))
