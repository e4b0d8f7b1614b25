"""Amounts of class M: who is too visible in them, and what else must be hidden so that he is not (SPEC 4.4).

All windows, places and slices of a measure are one linked system, with what nobody prints but anybody can subtract: the
other levels' part of a tax, the rest of the district beside a park, the buildings that a like-for-like growth leaves
out. Sums of the whole district stay published wherever inner figures can protect, so the system falls into parts that
share no figure that could be hidden; only the parts with something to protect are solved.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

import polars as pl

from common.messages import Message
from disclosure.control import protect
from disclosure.primary import STANDARD, Parameters
from disclosure.system import Cell, Equation, Key, Progress, System
from publish.protection.givers import TOTAL_TAX, UNITS, YI_TAX, Givers, measure_of, too_visible
from publish.protection.links import Quantity, Sum, Windows, grouped, series_of, sums_of_parts, together

_DISTRICT_TAX, _OTHER_TAX = "tax_district_yuan", "tax_other_yuan"
_REST = "|REST"
_SUBSETS = ("leading_tax_yuan", YI_TAX)
_FEW = 5
"""Givers from which on a figure that is safe has company enough for any rule, so that nobody need be named."""
_MOST = 10_000
"""Figures of one part beyond which it is withheld whole."""


@dataclass(frozen=True, slots=True)
class Before:
    """What earlier releases said of quantities: sizes that were published, and quantities that were suppressed."""

    published: dict[Quantity, Decimal] = field(default_factory=dict)
    hidden: frozenset[Quantity] = frozenset()

    def of_money(self, terms: Iterable[str]) -> "Before":
        """Return what was said of some amounts, and of what can be worked out from them."""
        measures = {*map(measure_of, terms), _OTHER_TAX}
        return Before(
            {one: size for one, size in self.published.items() if measure_of(one.term) in measures},
            frozenset(one for one in self.hidden if measure_of(one.term) in measures),
        )


@dataclass(frozen=True, slots=True)
class Part:
    """One linked part of the amounts, and what was found for it."""

    about: tuple[str, ...]
    """The measures."""
    amounts: int
    """How many are printed, sums of the whole district aside."""
    hidden: int
    is_withheld_whole: bool
    """Whether none of it is printed, because it is too large to be solved."""
    is_feasible: bool
    cost: Decimal
    """Σ|amount| of the printed figures that are hidden to protect others."""
    bound: Decimal
    """No choice costs less."""
    totals_withheld: tuple[Key, ...]
    exposed: tuple[Key, ...]


@dataclass(frozen=True, slots=True)
class Amounts:
    """What became of the amounts."""

    hidden: Mapping[Quantity, tuple[str, ...]]
    """The hidden quantities with the rules that they fail; none for what is hidden to protect others."""
    unknown: frozenset[Quantity]
    """Those of them that are hidden because nobody knows who gives."""
    parts: tuple[Part, ...]


def protect_amounts(
    values: Mapping[Quantity, Decimal],
    before: Before,
    givers: Givers,
    district: str,
    progress: Progress = lambda _: None,
    parameters: Parameters = STANDARD,
) -> Amounts:
    """Choose what of some printed amounts to hide."""
    unknown = frozenset(one for one in values if measure_of(one.term) not in givers.measures)
    system = _Linked({one: value for one, value in values.items() if one not in unknown}, givers, district, parameters)
    hidden: dict[Quantity, tuple[str, ...]] = dict.fromkeys(unknown, ("givers_unknown",))
    by_key = {one.key: one for one in system.values}
    parts = []
    for inner in system.parts(before):
        is_whole = len(inner) > _MOST
        printed = [one for one in inner if one in values]
        count, term = len(printed), printed[0].term
        progress(Message(f"保护{count}个相互关联的金额({term})", f"protecting {count} linked amounts ({term})"))
        found = protect(system.of(inner, before, is_whole), parameters, progress)
        verdicts = {by_key[verdict.key]: verdict for verdict in found.verdicts if verdict.status != "open"}
        own = (one for one, verdict in verdicts.items() if one in system.unprinted and verdict.status == "secondary")
        # what nobody prints is hidden anyway, and both cost and bound hold it
        unprinted = sum((abs(system.values[one]) for one in own), Decimal(0))
        parts.append(
            Part(
                about=tuple(sorted({measure_of(one.term) for one in printed})),
                amounts=count,
                hidden=sum(one in verdicts for one in printed),
                is_withheld_whole=is_whole,
                is_feasible=found.is_feasible,
                cost=found.cost - unprinted,
                bound=found.bound - unprinted,
                totals_withheld=found.totals_to_withhold,
                exposed=found.exposed,
            )
        )
        hidden |= {one: verdict.rules for one, verdict in verdicts.items() if one in values}
    return Amounts(hidden, unknown, tuple(parts))


class _Linked:
    """The linked system of all amounts, printed or not."""

    def __init__(
        self, printed: Mapping[Quantity, Decimal], givers: Givers, district: str, parameters: Parameters
    ) -> None:
        self.values = dict(printed)
        self.sums = list(sums_of_parts(printed, district))
        for series in grouped(printed, series_of).values():
            windows = Windows(series, printed)
            sums = list(windows.sums())
            self.values |= {part: windows.size(part) for one in sums for part in one.parts}
            self.sums += sums
        differences = list(_differences(self.values, district))
        self.values |= {one.left: one.size(self.values) for one in differences}
        self.sums += [one.as_sum() for one in differences]
        self.unprinted = self.values.keys() - printed.keys()
        ids = {one: number for number, one in enumerate(self.values)}
        wants: list[Quantity] = []
        self._named: dict[Quantity, tuple[tuple[str, Decimal], ...]] = {}
        for batch in givers.batches(self.values):
            own, inside = {one: ids[one] for one in batch}, {one.window for one in batch}
            giving = _giving(givers, own, [one for one in differences if one.left.window in inside])
            telling = too_visible(giving, parameters)
            found = [one for one, number in own.items() if number in telling]
            wants += found
            self._named |= _named(giving, own, found)
        self.wants = frozenset(wants)

    def parts(self, before: Before) -> list[list[Quantity]]:
        """Return the sets of quantities that could be hidden and hang together, those with something to protect."""
        free = [one for one in self.values if self._can_be_chosen(one, before)]
        among = set(free)
        links = ([one for one in (each.whole, *each.parts) if one in among] for each in self.sums)
        return [
            inner for inner in together(free, links)
            if any(one in self.wants or one in before.hidden for one in inner)
        ]  # fmt: skip

    def of(self, inner: Sequence[Quantity], before: Before, is_whole: bool) -> System:
        """Return a part with the sums that bind it; where it is withheld whole, all of it is hidden beforehand."""
        own = set(inner)
        sums = [each for each in self.sums if not own.isdisjoint((each.whole, *each.parts))]
        cells = own.union(*((each.whole, *each.parts) for each in sums))
        return System.of(
            (self._cell(one, before, is_whole=is_whole and one in own) for one in cells),
            (Equation(each.whole.key, tuple(part.key for part in each.parts)) for each in sums),
        )

    def _can_be_chosen(self, one: Quantity, before: Before) -> bool:
        """Sums of the whole district stay published unless too visible themselves; what is known cannot be hidden."""
        if before.published.get(one) == self.values[one]:
            return one in self.wants
        return one in self.wants or one in before.hidden or not self._is_margin(one)

    def _is_margin(self, one: Quantity) -> bool:
        return one.is_margin and one not in self.unprinted and one.term in (TOTAL_TAX, _DISTRICT_TAX)

    def _cell(self, one: Quantity, before: Before, is_whole: bool) -> Cell:
        value = self.values[one]
        return Cell(
            one.key,
            value.normalize(),
            self._named.get(one),
            is_total=self._is_margin(one),
            is_known=before.published.get(one) == value,
            stays_hidden=one in self.unprinted or one in before.hidden or is_whole,
        )


@dataclass(frozen=True, slots=True)
class _Difference:
    """What is left of a whole when parts are taken from it: nobody prints it, anybody can work it out."""

    left: Quantity
    whole: Quantity
    parts: tuple[Quantity, ...]

    def size(self, values: Mapping[Quantity, Decimal]) -> Decimal:
        return values[self.whole] - sum((values[part] for part in self.parts), Decimal(0))

    def as_sum(self) -> Sum:
        return Sum(self.whole, (*self.parts, self.left))


def _differences(values: Mapping[Quantity, Decimal], district: str) -> Iterator[_Difference]:
    """Yield the differences that a reader can make: between levels, of a park or subset and the whole around it."""
    parks: dict[Quantity, list[Quantity]] = {}
    for one in values:
        whole = one._replace(term=TOTAL_TAX)
        if one.term == _DISTRICT_TAX and whole in values:
            yield _Difference(one._replace(term=_OTHER_TAX), whole, (one,))
        is_subset = one.term in _SUBSETS or "|" in one.term
        if is_subset and whole in values:
            yield _Difference(one._replace(term=one.term + _REST), whole, (one,))
        around = one._replace(area_type="district", area_code=district)
        if one.area_type == "park" and around in values:
            parks.setdefault(around, []).append(one)
    for around, inside in parks.items():
        yield _Difference(inside[0]._replace(area_code=_REST), around, tuple(inside))


def _giving(givers: Givers, ids: Mapping[Quantity, int], differences: Sequence[_Difference]) -> pl.DataFrame:
    """Return id, enterprise_id and units of every quantity, differences included."""
    worked_out = {one.left for one in differences}
    given = givers.of({one: number for one, number in ids.items() if one not in worked_out})
    taken = [
        (ids[one.left], ids[source], sign)
        for one in differences
        for source, sign in ((one.whole, 1), *((part, -1) for part in one.parts))
    ]
    signs = pl.DataFrame(taken, schema={"left": pl.UInt32, "id": pl.UInt32, "sign": pl.Int64}, orient="row")
    left = (
        signs.join(given, on="id")
        .group_by(pl.col("left").alias("id"), "enterprise_id")
        .agg((pl.col("units") * pl.col("sign")).sum())
        .filter(pl.col("units") != 0)
    )
    return pl.concat([given, left])


def _named(
    giving: pl.DataFrame, ids: Mapping[Quantity, int], wants: Iterable[Quantity]
) -> Mapping[Quantity, tuple[tuple[str, Decimal], ...]]:
    """Return the contributions of the quantities where it matters who gives: of those that fail, or have few givers."""
    few = pl.len().over("id") < _FEW
    matters = giving.filter(pl.col("id").is_in([ids[one] for one in wants]) | few)
    named = matters.with_columns(pl.col("enterprise_id").cast(pl.String))
    grouped = named.sort("id", "enterprise_id").group_by("id", maintain_order=True).agg("enterprise_id", "units")
    quantities = {number: one for one, number in ids.items()}
    return {
        quantities[number]: tuple(
            (name, (Decimal(units) / UNITS).normalize()) for name, units in zip(names, amounts, strict=True)
        )
        for number, names, amounts in grouped.iter_rows()
    }
