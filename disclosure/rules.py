"""What a good choice keeps line by line: room for each shift, company, the singleton rule (SPEC 4.4)."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from disclosure.attack import READER, Attack, Demand
from disclosure.master import Master
from disclosure.system import System

_SINGLETON_COMPANY = 3
"""Contributors besides a lone one that the hidden cells of his line need (SPEC 4.4, singleton rule)."""


@dataclass(frozen=True)
class Problem:
    """Cells that are hidden in any case, cells to choose from with their costs, and what must be reached."""

    system: System
    attack: Attack
    forced: frozenset[int]
    costs: Mapping[int, int]
    """By cell that may be chosen, in units."""
    demands: tuple[Demand, ...]


def teach(problem: Problem, master: Master) -> None:
    """Learn what single equations say: each of a primary cell's lines must be able to take up its shift."""
    for demand in problem.demands:
        for equation, _ in problem.system.terms[demand.cell]:
            cells = {place for place, _ in problem.system.members[equation]}
            watching = [one for one in problem.attack.crowd if one.known & cells and demand.cell not in one.known]
            for attacker in (READER, *watching):
                master.demand(problem.attack.weights(demand, attacker, [equation], [1.0]))
    for total, parts in problem.system.equations:
        for owner, alone in lone(problem.system, parts):
            if alone in problem.forced:
                # one cell of a line with enough other contributors will do, and so will a total that is hidden
                counts = {place: _known_others(problem.system, [place], owner) for place in parts if place != alone}
                weights = {place: min(1.0, count / _SINGLETON_COMPANY) for place, count in counts.items()}
                master.demand({**weights, total: 1.0})


def learn_company(problem: Problem, master: Master, shares: Mapping[int, float]) -> bool:
    """Learn which cells a fractional choice leaves without company; False if that is none."""
    learnt = [master.company(place, others) for place, others in lonely(problem, shares)]
    return any(learnt)


def lonely(problem: Problem, shares: Mapping[int, float]) -> Iterator[tuple[int, list[int]]]:
    """Yield chosen cells that some equation gives away, since no other cell of it is hidden as far, with the others."""
    whole = {**shares, **dict.fromkeys(problem.forced, 1.0)}
    for place in sorted(shares):
        if place in problem.forced:
            continue
        for equation, _ in problem.system.terms[place]:
            others = [other for other, _ in problem.system.members[equation] if other != place]
            if sum(whole.get(other, 0.0) for other in others) < shares[place] - 1e-6:
                yield place, others


def singletons(problem: Problem, hidden: Collection[int], among: Iterable[int] | None = None) -> Iterator[int]:
    """Yield the equations whose hidden cells leave a lone contributor too few others (singleton rule)."""
    for equation in range(len(problem.system.equations)) if among is None else among:
        total, parts = problem.system.equations[equation]
        if total in hidden:
            continue
        inside = [place for place in parts if place in hidden]
        for owner, alone in lone(problem.system, inside):
            rest = [place for place in inside if place != alone]
            if _known_others(problem.system, rest, owner) < _SINGLETON_COMPANY:
                yield equation
                break


def further(problem: Problem, hidden: Collection[int], equation: int) -> Mapping[int, float]:
    """Return the cells of an equation one of which at least must be hidden too."""
    total, parts = problem.system.equations[equation]
    return {place: 1.0 for place in (total, *parts) if place not in hidden}


def lone(system: System, places: Iterable[int]) -> Iterator[tuple[str, int]]:
    """Yield the cells that are one contributor's alone, with his name."""
    for place in places:
        if (owner := system.owners[place]) is not None:
            yield owner, place


def _known_others(system: System, places: Iterable[int], owner: str) -> int:
    """Count the contributors of some cells besides one; cells whose contributors are not known have enough."""
    found: set[str] = set()
    for place in places:
        given = system.contributions[place]
        if given is None:
            return _SINGLETON_COMPANY
        found |= {group for group, amount in given.items() if amount and group != owner}
    return len(found)


def is_poor_company(system: System, place: int, owner: str) -> bool:
    """Tell whether a cell by itself has too few contributors besides a lone one of its line."""
    return _known_others(system, [place], owner) < _SINGLETON_COMPANY
