"""What attacks on a choice teach: inequalities that every good choice keeps, and that this one does not."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction

from disclosure.attack import READER, Attacker, Demand
from disclosure.circuits import Circuits
from disclosure.master import Master
from disclosure.nearby import Nearby, Part
from disclosure.rules import Problem, further, is_poor_company, lone, lonely, singletons

_NEAR, _FURTHER, _WIDE = 20, 60, 240
"""Hidden cells near a cell among which it is attacked: for every cell, then again, then where a chain is long."""
_MOST = 4000
"""Hidden cells up to which their null space is worked out."""


class School:
    """What attacks on one choice after the other teach."""

    def __init__(self, problem: Problem, master: Master) -> None:
        self._problem, self.master = problem, master
        self._exempt = _may_only_count(problem)
        self._met: dict[tuple[int, int, int], Part] = {}
        self.touched: set[int] = set()
        """Cells around those that the last lessons were about."""

    def learn(self, chosen: frozenset[int], enough: int) -> int:
        """Attack a choice; return how many lessons are new. The attacks go further until they are enough."""
        problem, hidden = self._problem, self._problem.forced | chosen
        self.touched = set()
        learnt = 0
        for place, others in lonely(problem, dict.fromkeys(hidden, 1.0)):
            learnt += self._noted(self.master.company(place, others), [place])
        for equation in singletons(problem, hidden):
            cells = further(problem, hidden, equation)
            learnt += self._noted(self.master.demand(cells), problem.system.equations[equation][1])
        near = Nearby(problem.attack, hidden)
        moves = [Demand(place, 1, Fraction()) for place in sorted(chosen - self._exempt)]
        learnt += self._asked(near, (*moves, *problem.demands), _NEAR)
        if learnt < enough and len(hidden) <= _MOST:
            learnt += self._chains(near, hidden)
        if learnt < enough:
            learnt += self._asked(near, (*moves, *problem.demands), _FURTHER)
        return learnt

    def _chains(self, near: Nearby, hidden: frozenset[int]) -> int:
        """Learn what keeps cells from moving at all, and from moving without a cell that a lone contributor knows."""
        circuits, wanted = Circuits(self._problem.system, hidden), {one.cell for one in self._problem.demands}
        ups = {one.cell: one for one in reversed(self._problem.demands)}
        owners = self._problem.system.owners
        pairs = [(ups[cell], READER) for cell in sorted(wanted - circuits.moving(wanted))]
        for chain in circuits.chains():
            alone = {place for place in chain if owners[place] is not None}
            for cell in sorted(wanted & chain):
                if others := {place for place in alone if owners[place] != owners[cell]} - {cell}:
                    owner = owners[near.nearest(cell, others)]
                    pairs.append((ups[cell], next(one for one in self._problem.attack.crowd if one.name == owner)))
        return self._told_apart(near, pairs, _WIDE)

    def _told_apart(self, near: Nearby, pairs: Iterable[tuple[Demand, Attacker]], size: int) -> int:
        """Learn what lets a demand be met whatever one attacker knows."""
        learnt = 0
        for demand, attacker in pairs:
            lacking = near.lack(demand, near.around(demand.cell, size), attacker)
            if lacking is not None:
                learnt += self._noted(self.master.demand(lacking), near.around(demand.cell, _FURTHER).cells)
        return learnt

    def _asked(self, near: Nearby, demands: Sequence[Demand], size: int) -> int:
        """Learn what some demands lack near their cells, one way for each cell."""
        learnt, failed = 0, set[int]()
        for demand in demands:
            if demand.cell in failed:
                continue
            part = near.around(demand.cell, size)
            for _, lacking in self._lacks(near, demand, part, size):
                is_new = self.master.demand(lacking) if demand.amount else self.master.company(demand.cell, lacking)
                learnt += self._noted(is_new, part.cells)
                failed.add(demand.cell)
        return learnt

    def _noted(self, is_new: bool, places: Iterable[int]) -> int:
        if is_new:
            self.touched.update(places)
        return int(is_new)

    def _lacks(
        self, near: Nearby, demand: Demand, part: Part, size: int
    ) -> Iterator[tuple[Attacker, Mapping[int, float]]]:
        """Yield what a demand lacks in a part, unless it was seen to lack nothing among the very same cells."""
        key = demand.cell, demand.sign if demand.amount else 0, size
        if self._met.get(key) == part:
            return
        self._met.pop(key, None)
        found = list(near.lacks(demand, part))
        if not found:
            self._met[key] = part
        yield from found


def _may_only_count(problem: Problem) -> frozenset[int]:
    """Return the cells that might be hidden for nothing but the singleton rule's count, whether they move or not.

    They stand in a line with a lone contributor and a cell that has too few others to keep him company by itself.
    """
    able = problem.forced | problem.costs.keys()
    found: set[int] = set()
    for total, parts in problem.system.equations:
        inside = [place for place in parts if place in able]
        if total not in problem.forced:
            for owner, alone in lone(problem.system, inside):
                few = [place for place in inside if place != alone and is_poor_company(problem.system, place, owner)]
                found |= {place for place in inside if place != alone and few not in ([], [place])}
    return frozenset(found)
