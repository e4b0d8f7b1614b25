"""Which cells show too much by themselves, and how far they must be hidden (SPEC 4.4), in exact arithmetic."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from heapq import nlargest

from disclosure.system import System


@dataclass(frozen=True, slots=True)
class Parameters:
    """The parameters of SPEC 4.4: stored, never published."""

    n_min: int = 3
    dominance: tuple[tuple[int, int], ...] = ((1, 70), (2, 85))
    """(n, k): the n largest contributors hold at most k %."""
    p: Decimal = Decimal(10)
    least: Decimal = Decimal(1)
    """The least required protection, in the table's unit."""
    count_min: int = 3
    denominator_min: int = 5


@dataclass(frozen=True, slots=True)
class Need:
    """A primary cell: the rules that it fails and the protection that it needs upwards and downwards, in units."""

    cell: int
    rules: tuple[str, ...]
    up: Fraction
    down: Fraction


STANDARD = Parameters()


def failed_rules(contributions: Iterable[Decimal | int], parameters: Parameters = STANDARD) -> tuple[str, ...]:
    """Return the rules that a magnitude cell fails, from its groups' signed contributions; a cell without any passes.

    A zero of groups that are all zero tells what each of them has, so it fails too.
    """
    sizes = _Sizes.of(contributions, max((number for number, _ in parameters.dominance), default=0))
    if not sizes.given:
        return ()
    if sizes.whole == 0:
        return ("zero_informs",)
    rules = ["minimum_frequency"] if sizes.count < parameters.n_min else []
    rules += [
        f"dominance_{number}_{percent}"
        for number, percent in parameters.dominance
        if 100 * sum(sizes.largest[:number]) > percent * sizes.whole
    ]
    if sizes.whole - sum(sizes.largest[:2]) < Fraction(parameters.p) / 100 * sizes.largest[0]:
        rules.append("p_percent")
    return tuple(rules)


def required_protection(
    contributions: Iterable[Decimal | int], least: Fraction | int, parameters: Parameters = STANDARD
) -> Fraction:
    """Return ``max(least, (p/100)·x₁ − (T − x₁ − x₂))`` of a cell's contributions."""
    sizes = _Sizes.of(contributions)
    first = sizes.largest[0] if sizes.largest else 0
    return max(Fraction(least), Fraction(parameters.p) / 100 * first - (sizes.whole - sum(sizes.largest[:2])))


def count_too_small(count: int, parameters: Parameters = STANDARD) -> bool:
    """Tell whether a count of class A is too small to print (``small_count``)."""
    return 0 < count < parameters.count_min


def rate_too_small(denominator: int, parameters: Parameters = STANDARD) -> bool:
    """Tell whether a rate stands on too few cases to print."""
    return denominator < parameters.denominator_min


def needs(system: System, parameters: Parameters = STANDARD) -> tuple[Need, ...]:
    """Return the primary cells of a system, totals included, in the order of its cells.

    Downwards no more is asked for than lies between the value and what everybody knows to be the least.
    """
    found = []
    for place, cell in enumerate(system.cells):
        value = system.values[place]
        if cell.kind == "count":
            if not count_too_small(int(cell.value), parameters):
                continue
            # the reader of "<3" knows 1 or 2, and may know no more
            top = (parameters.count_min - 1) * system.scale
            rules: tuple[str, ...] = ("small_count",)
            up, down = Fraction(top - value), Fraction(value - system.scale)
        else:
            amounts = (system.contributions[place] or {}).values()
            rules = failed_rules(amounts, parameters)
            up = down = required_protection(amounts, Fraction(parameters.least) * system.scale, parameters)
        if rules:
            found.append(Need(place, rules, up, min(down, Fraction(value)) if system.is_nonnegative else down))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Sizes:
    """Absolute contributions: how many are given and are not zero, their sum, and the largest ones."""

    given: int
    count: int
    whole: int | Fraction
    largest: list[int | Fraction]

    @classmethod
    def of(cls, contributions: Iterable[Decimal | int], first: int = 0) -> "_Sizes":
        # whole numbers stay whole, which is many times as fast
        sizes = [abs(amount) if isinstance(amount, int) else abs(Fraction(amount)) for amount in contributions]
        return cls(len(sizes), sum(map(bool, sizes)), sum(sizes), nlargest(max(2, first), sizes))
