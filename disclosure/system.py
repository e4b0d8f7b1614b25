"""What is to be protected: numbered cells and the sums that hold among them, whatever tables they come from.

Any set of tables is one system: a cell that stands in two tables stands in it once, and every published sum
(streets, industries, months of a quarter, district level and other, an earlier release) is one equation.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from typing import Literal

from common.decimals import plain
from common.messages import LouyuError, Message

Key = tuple[str, ...]
"""What names a cell; keys of one system are ordered, and ties are decided by that order."""
Progress = Callable[[Message], None]
_EXACT = Context(prec=120)


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure that would be published.

    ``contributions`` are signed amounts by enterprise group (a group may be named several times); None where they are
    not known, which for a total means that they are those of its parts. A cell without any is a structural zero:
    everybody knows it.
    """

    key: Key
    value: Decimal
    contributions: tuple[tuple[str, Decimal], ...] | None = None
    kind: Literal["magnitude", "count"] = "magnitude"
    is_total: bool = False
    """A margin: stays published unless nothing else helps."""
    is_known: bool = False
    """This very value was published before, so hiding it now hides nothing."""
    stays_hidden: bool = False
    """Suppressed in an earlier release, so it is suppressed in this one too."""


@dataclass(frozen=True, slots=True)
class Equation:
    """``total = Σ parts``."""

    total: Key
    parts: tuple[Key, ...]


@dataclass(frozen=True)
class System:
    """Cells in the order of their keys, and equations over their places; build it with :meth:`of`."""

    cells: tuple[Cell, ...]
    equations: tuple[tuple[int, tuple[int, ...]], ...]
    """(total, parts), places of cells."""

    @classmethod
    def of(cls, cells: Iterable[Cell], equations: Iterable[Equation]) -> "System":
        """Order and check a system; LouyuError names a sum that does not hold or a key that is given twice."""
        ordered = tuple(sorted(cells, key=lambda cell: cell.key))
        place = {cell.key: number for number, cell in enumerate(ordered)}
        if len(place) < len(ordered):
            twice = next(a.key for a, b in pairwise(ordered) if a.key == b.key)
            raise LouyuError(f"单元格 {name(twice)} 出现两次,请只保留一个。",
                             f"Cell {name(twice)} is given twice; keep one of them.")  # fmt: skip
        sums = {(place[one.total], tuple(sorted(place[part] for part in one.parts))) for one in equations}
        for total, parts in sorted(sums):
            _check_sum(ordered[total], [ordered[part] for part in parts])
        return cls(ordered, tuple(sorted(sums)))

    @cached_property
    def scale(self) -> int:
        """How many units a one is: values and contributions are whole numbers of units."""
        given = (amount for cell in self.cells for _, amount in cell.contributions or ())
        numbers = [*(cell.value for cell in self.cells), *given]
        return int(10 ** max((_places(number) for number in numbers), default=0))

    @cached_property
    def values(self) -> tuple[int, ...]:
        """The cells' values in units."""
        return tuple(self.in_units(cell.value) for cell in self.cells)

    @cached_property
    def is_nonnegative(self) -> bool:
        """Whether the intruder may take it that no cell is negative (SURFACE, disclosure)."""
        return all(value >= 0 for value, cell in zip(self.values, self.cells, strict=True) if not cell.is_total)

    @cached_property
    def contributions(self) -> tuple[Mapping[str, int] | None, ...]:
        """Each cell's signed contributions by enterprise group, in units; a total's are those of its parts."""
        found: list[Mapping[str, int] | None] = [
            None if cell.contributions is None else self._grouped(cell.contributions) for cell in self.cells
        ]
        parts_of = dict(reversed(self.equations))

        def derive(place: int) -> Mapping[str, int] | None:
            if found[place] is None and place in parts_of:
                whole: dict[str, int] = {}
                for part in parts_of[place]:
                    given = derive(part)
                    if given is None:
                        return None
                    for group, amount in given.items():
                        whole[group] = whole.get(group, 0) + amount
                found[place] = whole
            return found[place]

        return tuple(derive(place) for place in range(len(self.cells)))

    @cached_property
    def owners(self) -> tuple[str | None, ...]:
        """For each cell the contributor who is alone in it, and so knows it; None where there are others or none."""
        groups = ([group for group, amount in (given or {}).items() if amount] for given in self.contributions)
        return tuple(found[0] if len(found) == 1 else None for found in groups)

    @cached_property
    def terms(self) -> tuple[tuple[tuple[int, int], ...], ...]:
        """For each cell, the equations that it stands in with its sign: −1 as their total, 1 as a part."""
        found: list[list[tuple[int, int]]] = [[] for _ in self.cells]
        for number, (total, parts) in enumerate(self.equations):
            found[total].append((number, -1))
            for part in parts:
                found[part].append((number, 1))
        return tuple(map(tuple, found))

    @cached_property
    def members(self) -> tuple[tuple[tuple[int, int], ...], ...]:
        """For each equation, its cells with their signs."""
        return tuple(((total, -1), *((part, 1) for part in parts)) for total, parts in self.equations)

    def can_vary(self, place: int) -> bool:
        """Whether hiding the cell could hide anything: neither published before nor a structural zero."""
        cell = self.cells[place]
        is_empty = self.values[place] == 0 and not self.contributions[place]
        return not cell.is_known and not is_empty

    def in_units(self, number: Decimal) -> int:
        """Return a decimal of the system as a whole number of units."""
        return int(_EXACT.multiply(number, self.scale))

    def _grouped(self, contributions: Sequence[tuple[str, Decimal]]) -> Mapping[str, int]:
        whole: dict[str, int] = {}
        for group, amount in contributions:
            whole[group] = whole.get(group, 0) + self.in_units(amount)
        return whole


def name(key: Key) -> str:
    """Write a key for a reader."""
    return " × ".join(key)


def _check_sum(total: Cell, parts: Sequence[Cell]) -> None:
    found = sum((Fraction(part.value) for part in parts), Fraction())
    if found != Fraction(total.value):
        whole = plain(total.value)
        added = plain(Decimal(found.numerator) / Decimal(found.denominator))
        raise LouyuError(f"合计 {name(total.key)} 为 {whole},各部分之和为 {added};请改正后再试。",
                         f"Total {name(total.key)} is {whole}, its parts sum to {added}; correct one.")  # fmt: skip


def _places(number: Decimal) -> int:
    exponent = number.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0
