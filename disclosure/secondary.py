"""Complementary suppression: the cheapest further cells that make every attack miss (SPEC 4.4).

A choice is made, attacked, and what the attack shows is learnt as an inequality; repeated until no attack succeeds.
On small systems the result is the optimum, ties broken by the number of cells and then by the order of keys.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from common.messages import Message
from disclosure.attack import READER, Attack, Attacker, Demand
from disclosure.master import Choice, Master, Row
from disclosure.system import Progress, System

_SINGLETON_COMPANY = 3
"""Contributors besides a lone one that the hidden cells of his line need (SPEC 4.4, singleton rule)."""
_DEEP = 4
"""Inequalities learnt from one successful attack."""
_NEARBY = 20
_WIDER = 60
"""Hidden cells near a demand among which it is asked what is lacking, at first and then."""
_ROUNDS, _FEWEST_ROUNDS, _ATTACKS = 20, 3, 6000
"""How often a large system is optimised anew, fewer times the more it takes to attack; then it is mended."""


@dataclass(frozen=True)
class Problem:
    """Cells that are hidden in any case, cells to choose from with their costs, and what must be reached."""

    system: System
    attack: Attack
    forced: frozenset[int]
    costs: Mapping[int, int]
    """By cell that may be chosen, in units."""
    demands: tuple[Demand, ...]


def choose(problem: Problem, progress: Progress) -> Choice | None:
    """Return the cells to hide besides the forced ones and a bound of their cost; None where no choice protects."""
    master = Master(problem.costs, problem.forced)
    _teach(problem, master)
    if not master.is_small:
        _warm(problem, master)
    found = _settle(problem, master, problem.costs, progress)
    if found is None or not master.is_small:
        return found
    return _first_of_equals(problem, master, found, progress)


def unreachable(problem: Problem) -> tuple[Demand, ...]:
    """Return the demands that are not met even if everything that may be hidden is."""
    hidden = problem.forced | problem.costs.keys()
    return tuple(one for one in problem.demands if problem.attack.weakness(one, hidden) is not None)


def _teach(problem: Problem, master: Master) -> None:
    """Learn what single equations say: each of a primary cell's lines must be able to take up its shift."""
    for demand in problem.demands:
        for equation, _ in problem.system.terms[demand.cell]:
            cells = {place for place, _ in problem.system.members[equation]}
            watching = [one for one in problem.attack.crowd if one.known & cells and demand.cell not in one.known]
            for attacker in (READER, *watching):
                master.demand(problem.attack.weights(demand, attacker, [equation], [1.0]))
    for total, parts in problem.system.equations:
        for owner, alone in _lone(problem.system, parts):
            if alone in problem.forced:
                # one cell of a line with enough other contributors will do, and so will a total that is hidden
                counts = {place: _known_others(problem.system, [place], owner) for place in parts if place != alone}
                weights = {place: min(1.0, count / _SINGLETON_COMPANY) for place, count in counts.items()}
                master.demand({**weights, total: 1.0})


def _warm(problem: Problem, master: Master) -> None:
    """Learn, before any whole choice is made, what the cheapest fractional ones lack in company."""
    shares = master.shares(problem.costs)
    while shares and _learn_company(problem, master, shares):
        shares = master.shares(problem.costs)


def _learn_company(problem: Problem, master: Master, shares: Mapping[int, float]) -> bool:
    learnt = [master.company(place, others) for place, others in _lonely(problem, shares)]
    return any(learnt)


def _settle(
    problem: Problem,
    master: Master,
    costs: Mapping[int, int],
    progress: Progress,
    fixed: Mapping[int, int] | None = None,
    extra: Sequence[Row] = (),
) -> Choice | None:
    """Choose and attack until nothing fails."""
    count = 0
    while True:
        count += 1
        choice = master.solve(costs, fixed, extra)
        if choice is None:
            return None
        hidden = problem.forced | choice.chosen
        failed, learnt = _examine(problem, master, hidden)
        if not failed:
            return choice
        if not master.is_small:
            progress(Message(f"第{count}轮:{failed}处尚未保护", f"round {count}: {failed} places not protected yet"))
            rounds = min(_ROUNDS, max(_FEWEST_ROUNDS, _ATTACKS // len(problem.demands)))
            if count >= rounds or not learnt:
                return _trimmed(problem, master, _mended(problem, choice))
        elif not learnt:
            master.demand({place: 1.0 for place in master.free if place not in hidden})


def _examine(problem: Problem, master: Master, hidden: frozenset[int]) -> tuple[int, bool]:
    """Attack a choice; return how many attacks succeed and whether anything new was learnt from them."""
    failed, learnt = 0, False
    for place, others in _lonely(problem, dict.fromkeys(hidden, 1.0)):
        failed += 1
        learnt |= master.company(place, others)
    for equation in _singletons(problem, hidden):
        failed += 1
        learnt |= master.demand(_further(problem, hidden, equation))
    for demand in problem.demands:
        attacker = problem.attack.weakness(demand, hidden)
        if attacker is not None:
            failed += 1
            learnt |= _learn_lack(problem, master, demand, hidden, attacker)
    return failed, learnt


def _learn_lack(problem: Problem, master: Master, demand: Demand, hidden: Collection[int], attacker: Attacker) -> bool:
    """Learn what a demand lacks, and what it still lacks when it gets that, and so on."""
    shares, learnt = dict.fromkeys(hidden, 1.0), False
    for _ in range(_DEEP if master.is_small else 1):
        lacking = problem.attack.cut(demand, shares, attacker, _NEARBY)
        if lacking is None:
            lacking = problem.attack.cut(demand, shares, attacker, len(shares) if master.is_small else _WIDER)
        if lacking is None:
            break
        learnt |= master.demand(lacking)
        shares |= {place: 1.0 for place in lacking if place in problem.costs}
    return learnt


def _lonely(problem: Problem, shares: Mapping[int, float]) -> Iterator[tuple[int, list[int]]]:
    """Yield chosen cells that some equation gives away, since no other cell of it is hidden as far, with the others."""
    whole = {**shares, **dict.fromkeys(problem.forced, 1.0)}
    for place in sorted(shares):
        if place in problem.forced:
            continue
        for equation, _ in problem.system.terms[place]:
            others = [other for other, _ in problem.system.members[equation] if other != place]
            if sum(whole.get(other, 0.0) for other in others) < shares[place] - 1e-6:
                yield place, others


def _singletons(problem: Problem, hidden: Collection[int]) -> Iterator[int]:
    """Yield the equations whose hidden cells leave a lone contributor too few others (singleton rule)."""
    for equation, (total, parts) in enumerate(problem.system.equations):
        if total in hidden:
            continue
        inside = [place for place in parts if place in hidden]
        for owner, alone in _lone(problem.system, inside):
            rest = [place for place in inside if place != alone]
            if _known_others(problem.system, rest, owner) < _SINGLETON_COMPANY:
                yield equation
                break


def _further(problem: Problem, hidden: Collection[int], equation: int) -> Mapping[int, float]:
    """Return the cells of an equation one of which at least must be hidden too."""
    total, parts = problem.system.equations[equation]
    return {place: 1.0 for place in (total, *parts) if place not in hidden}


def _lone(system: System, places: Iterable[int]) -> Iterator[tuple[str, int]]:
    """Yield the cells that are one contributor's alone, with his name."""
    for place in places:
        groups = [group for group, amount in (system.contributions[place] or {}).items() if amount]
        if len(groups) == 1:
            yield groups[0], place


def _known_others(system: System, places: Iterable[int], owner: str) -> int:
    """Count the contributors of some cells besides one; cells whose contributors are not known have enough."""
    found: set[str] = set()
    for place in places:
        given = system.contributions[place]
        if given is None:
            return _SINGLETON_COMPANY
        found |= {group for group, amount in given.items() if amount and group != owner}
    return len(found)


def _mended(problem: Problem, choice: Choice) -> Choice:
    """Hide, for each demand that still fails, the cheapest cells that a shift needs; the bound stays."""
    chosen, before = set(choice.chosen), -1
    while len(chosen) > before:
        before = len(chosen)
        for demand in problem.demands:
            while (attacker := problem.attack.weakness(demand, problem.forced | chosen)) is not None:
                needed = problem.attack.needed(demand, problem.forced | chosen, problem.costs, attacker)
                chosen |= needed
        for equation in list(_singletons(problem, problem.forced | chosen)):
            further = _further(problem, problem.forced | chosen, equation).keys() & problem.costs.keys()
            chosen.add(min(further, key=lambda place: (problem.costs[place], place)))
    return Choice(frozenset(chosen), choice.bound)


def _trimmed(problem: Problem, master: Master, choice: Choice) -> Choice:
    """Publish again, dear ones first, the cells that are not needed after all."""
    chosen = set(choice.chosen)
    for place in sorted(choice.chosen, key=lambda place: (-problem.costs[place], place)):
        fewer = chosen - {place}
        if not master.lacks(fewer) and not any(_successes(problem, problem.forced | fewer)):
            chosen = fewer
    return Choice(frozenset(chosen), choice.bound)


def _successes(problem: Problem, hidden: frozenset[int]) -> Iterator[bool]:
    """Yield True as soon as an attack on a choice succeeds."""
    yield any(_lonely(problem, dict.fromkeys(hidden, 1.0))) or any(True for _ in _singletons(problem, hidden))
    for demand in problem.demands:
        yield problem.attack.weakness(demand, hidden) is not None


def _first_of_equals(problem: Problem, master: Master, found: Choice, progress: Progress) -> Choice | None:
    """Among the choices that cost the same, return that of the fewest cells, and of those the first by keys."""
    cost = sum(problem.costs[place] for place in found.chosen)
    dear = {place: 0 for place in master.free if problem.costs[place] > cost}
    limits = [_at_most(problem.costs, cost)] if cost else []
    ones = dict.fromkeys(master.free, 1)

    def settle(fixed: Mapping[int, int], extra: Sequence[Row]) -> frozenset[int] | None:
        """Settle on a choice that costs no more, to the last digit."""
        while True:
            choice = _settle(problem, master, ones, progress, {**dear, **fixed}, [*limits, *extra])
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
