"""Disclosure control of a linked system: what is hidden, why, and what a reader can still work out (SPEC 4.4)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from fractions import Fraction
from typing import Literal

from common.machine import answers_kept_clean
from common.messages import Message
from disclosure.attack import Attack, Demand, attackers
from disclosure.master import Choice
from disclosure.primary import STANDARD, Need, Parameters, needs
from disclosure.rules import Problem
from disclosure.secondary import choose, unreachable
from disclosure.system import Key, Progress, System
from disclosure.worlds import intervals

_LARGE = 2000
"""Cells beyond which not every demand is looked at again when totals are chosen."""
Status = Literal["open", "primary", "secondary"]
Interval = tuple[Decimal | None, Decimal | None]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of one cell; which of the hidden ones are primary stays sealed."""

    key: Key
    status: Status
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Protection:
    """The whole answer."""

    is_feasible: bool
    """Whether inner cells alone protect everything that needs it."""
    cost: Decimal
    """Σ|value| of the secondary cells."""
    bound: Decimal
    """No choice costs less."""
    totals_to_withhold: tuple[Key, ...]
    """Margins that are hidden too, because without that nothing protects; the verdicts take them as hidden."""
    exposed: tuple[Key, ...]
    """Cells that nothing protects any more, because of what was published before."""
    verdicts: tuple[Verdict, ...]
    """In the order of keys."""

    @property
    def gap(self) -> Decimal:
        """How far the cost may be above the least one, as a share of the bound."""
        if self.cost == self.bound:
            return Decimal(0)
        return (self.cost - self.bound) / self.bound if self.bound else Decimal("Infinity")


def protect(system: System, parameters: Parameters = STANDARD, progress: Progress = lambda _: None) -> Protection:
    """Choose what to hide and prove it.

    Inner cells come first. Where no choice of them protects, the cheapest totals that make it possible are withheld
    too. A cell that was published before with its present value cannot be hidden; a primary one is *exposed*, and the
    rest is protected as if it were known. Deterministic, whatever the order of cells and equations.
    """
    with answers_kept_clean():
        return _protect(_Asked(system, needs(system, parameters)), progress)


def known_intervals(system: System, found: Protection, progress: Progress = lambda _: None) -> Mapping[Key, Interval]:
    """Return what a reader of everything that an answer publishes can pin each cell down to; None: no bound."""
    places = range(len(system.cells))
    hidden = [place for place in places if found.verdicts[place].status != "open" and system.can_vary(place)]
    progress(Message(f"核算{len(hidden)}个单元格的可推区间", f"working out the intervals of {len(hidden)} cells"))
    with answers_kept_clean():
        known = intervals(system, hidden)
    told = {}
    for place in places:
        value = Fraction(system.values[place])
        low, high = known.get(place, (value, value))
        told[system.cells[place].key] = (
            None if low is None else _decimal(low, system.scale, ROUND_FLOOR),
            None if high is None else _decimal(high, system.scale),
        )
    return told


def _protect(asked: "_Asked", progress: Progress) -> Protection:
    withheld = asked.failing_totals
    demands, exposed = asked.demands, set(asked.known)
    found = choose(asked.problem(withheld, demands), progress)
    if found is None:
        progress(Message("内部单元格不足以保护,正在确定须一并不公布的合计",
                         "inner cells do not protect; looking for the totals to withhold"))  # fmt: skip
        # in a large system, only what inner cells do not protect is worth the search
        is_large = len(asked.system.cells) > _LARGE
        lacking = unreachable(asked.problem(withheld, demands)) if is_large else demands
        totals = choose(asked.of_totals(withheld, lacking), progress)
        if totals is None:
            exposed |= {demand.cell for demand in unreachable(asked.of_totals(withheld, demands))}
            demands = tuple(demand for demand in demands if demand.cell not in exposed)
            totals = choose(asked.of_totals(withheld, demands), progress)
        withheld |= totals.chosen if totals else frozenset()
        found = choose(asked.problem(withheld, demands), progress)
    # with everything that may be hidden hidden, nothing is left to find
    chosen = found or Choice(frozenset(asked.costs), 0)
    return asked.answer(chosen, withheld, exposed)


class _Asked:
    """One question with what follows from it at once."""

    def __init__(self, system: System, found: Sequence[Need]) -> None:
        self.system = system
        self.needs = {need.cell: need for need in found}
        places = range(len(system.cells))
        self.known = tuple(place for place in self.needs if system.cells[place].is_known)
        self.failing_totals = frozenset(
            place for place in self.needs if system.cells[place].is_total and place not in self.known
        )
        variable = [place for place in places if system.can_vary(place)]
        self.other_totals = tuple(
            place
            for place in variable
            if system.cells[place].is_total and place not in self.needs and not system.cells[place].stays_hidden
        )
        self.forced = frozenset(
            place
            for place in variable
            if system.cells[place].stays_hidden or (place in self.needs and not system.cells[place].is_total)
        )
        self.costs = {
            place: abs(system.values[place])
            for place in variable
            if not system.cells[place].is_total and place not in self.forced
        }
        self.demands = tuple(
            Demand(need.cell, sign, amount)
            for need in found
            if need.cell not in self.known
            for sign, amount in ((1, need.up), (-1, need.down))
            if amount > 0
        )
        self.attack = Attack(system, attackers(system, variable))

    def problem(self, withheld: Collection[int], demands: Sequence[Demand]) -> Problem:
        """State the choice among inner cells."""
        return Problem(self.system, self.attack, self.forced | set(withheld), self.costs, tuple(demands))

    def of_totals(self, withheld: Collection[int], demands: Sequence[Demand]) -> Problem:
        """State the choice among totals where every inner cell is hidden: what no inner cell can help."""
        # no total is free: one that is zero is withheld only where that helps
        costs = {place: abs(self.system.values[place]) + 1 for place in self.other_totals}
        return Problem(self.system, self.attack, self.forced | set(withheld) | self.costs.keys(), costs, tuple(demands))

    def answer(self, found: Choice, withheld: Collection[int], exposed: Collection[int]) -> Protection:
        hidden = self.forced | set(withheld) | found.chosen
        own = sum(abs(self.system.values[place]) for place in (self.forced | set(withheld)) - self.needs.keys())
        cost = sum(self.costs[place] for place in found.chosen) + own
        return Protection(
            is_feasible=not withheld and not exposed,
            cost=_decimal(cost, self.system.scale),
            bound=_decimal(found.bound + own, self.system.scale),
            totals_to_withhold=tuple(self.system.cells[place].key for place in sorted(withheld)),
            exposed=tuple(self.system.cells[place].key for place in sorted(exposed)),
            verdicts=tuple(self._verdict(place, hidden) for place in range(len(self.system.cells))),
        )

    def _verdict(self, place: int, hidden: Collection[int]) -> Verdict:
        need = self.needs.get(place)
        status: Status = "primary" if need else "secondary" if place in hidden else "open"
        return Verdict(self.system.cells[place].key, status, need.rules if need else ())


def _decimal(units: Fraction | int, scale: int, rounding: str = ROUND_CEILING) -> Decimal:
    whole = Fraction(units)
    return Context(prec=40, rounding=rounding).divide(Decimal(whole.numerator), Decimal(whole.denominator * scale))
