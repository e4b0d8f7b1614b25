"""What the enterprises pay, month by month, drawn so that the tax of buildings hits the targets to the fen.

First every row gets a weight from its payer's size and its tax type, and one factor turns the weights of a
target's months into fen. Refunds then name earlier rows. What the sums still lack is spread over rows
that no refund names. Two months are later sent again; what they first looked like is drawn last.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from random import Random
from typing import NamedTuple

from common.periods import add_months, month_end
from sample.draw import apportion, dice
from sample.enterprises import Enterprise, Role
from sample.targets import REFUNDS, TAX, TaxReading, TaxTarget
from sample.tenancy import Tenancy
from sample.timeline import LAST, MONTHS, position

CORRECTED = (LAST - 1, LAST)
"""August and September 2023 are sent a second time."""

_CHANGED, _LATE, _WITHDRAWN = 45, 30, 3
_CHAINED_REFUNDS = 5
_REFUNDS_OF_MOVERS = 14

_REFUND_SERIAL, _WITHDRAWN_SERIAL = 800_000, 850_000
"""Voucher serials beyond those of ordinary rows."""

SHARES = {
    "VAT": 0.25, "CIT": 0.20, "PIT": 0.20, "LVAT": 0.50, "UMCT": 1.0, "PROP": 1.0, "LUT": 1.0, "STAMP": 1.0, "VVT": 1.0,
    "ENV": 1.0, "DEED": 1.0, "CONS": 0.0, "OTHER": 0.0, "SOCIAL": 0.0, "CUSTOMS": 0.0,
}  # fmt: skip
"""The district's part by tax type (SPEC 2.1b)."""

_SHARED = frozenset({"VAT", "CIT", "PIT", "LVAT"})
"""Types whose part moves a little with the year, so that the district's sums come out too."""

_NO_TAX = frozenset({"SOCIAL", "CUSTOMS"})
_REFUNDABLE = frozenset({"VAT", "CIT", "PIT"})


@dataclass(frozen=True, slots=True)
class _Habit:
    """How often a tax is paid in a month and how heavy it is, beside a payer's value added tax."""

    chance: float
    chance_after_quarter: float
    weight: float


_HABITS = {
    "VAT": _Habit(0.88, 0.88, 1.0),
    "UMCT": _Habit(0.80, 0.80, 0.035),
    "PIT": _Habit(0.80, 0.80, 0.6),
    "STAMP": _Habit(0.10, 0.45, 0.02),
    "CIT": _Habit(0.06, 0.60, 2.6),
    "PROP": _Habit(0.01, 0.05, 0.25),
    "LUT": _Habit(0.01, 0.03, 0.05),
    "VVT": _Habit(0.005, 0.005, 0.01),
    "LVAT": _Habit(0.002, 0.002, 0.8),
    "DEED": _Habit(0.002, 0.002, 0.4),
    "CONS": _Habit(0.004, 0.004, 0.5),
    "OTHER": _Habit(0.01, 0.01, 0.08),
    "SOCIAL": _Habit(0.05, 0.05, 0.3),
    "CUSTOMS": _Habit(0.004, 0.004, 0.9),
}
_QUARTERLY = frozenset({"CIT", "STAMP", "PROP", "LUT"})


class TaxRow(NamedTuple):
    """One voucher; amounts in fen."""

    payer: Enterprise
    tax_type: str
    start: date
    end: date
    total: int
    district: int
    voucher: str
    original: str | None = None


class _Draft(NamedTuple):
    payer: Enterprise
    tax_type: str
    start: date
    end: date
    weight: float
    is_target: bool
    """It counts towards a target: a tax of an enterprise in a building at the period's end."""


@dataclass(frozen=True, slots=True)
class TaxBook:
    """All rows by month, as they stand in the end and as the corrected months were first sent."""

    final: tuple[tuple[TaxRow, ...], ...]
    first: Mapping[int, tuple[TaxRow, ...]]


def invent_tax(seed: int, reading: TaxReading, enterprises: Sequence[Enterprise], tenancy: Tenancy) -> TaxBook:
    """Draw all rows of all months."""
    rng = dice(seed, f"tax:{reading}")
    drafts = _drafts(rng, enterprises, tenancy)
    targets = TAX[reading]
    levels = _along([(target, target.total / _weigh(drafts, target)) for target in targets])
    parts = _along([(target, _part(drafts, target)) for target in targets])
    months: list[list[TaxRow]] = []
    counted: set[str] = set()
    for month, bare in enumerate(drafts):
        rows = [_assessed(draft, levels[month], parts[month], _voucher(month, at)) for at, draft in enumerate(bare)]
        counted |= {row.voucher for row, draft in zip(rows, bare, strict=True) if draft.is_target}
        months.append(rows)
    refunds = _refunds(rng, months, tenancy, counted)
    for month, row in refunds:
        months[month].insert(rng.randrange(len(months[month])), row)
    counted |= {row.voucher for _, row in refunds}
    free = {row.voucher for rows in months for row in rows if row.voucher in counted and row.total > 0}
    free -= {row.original for _, row in refunds if row.original}
    for target in targets:
        _settle(months, target, counted, free)
    first = {month: tuple(_as_first_sent(rng, month, months[month], free)) for month in CORRECTED}
    return TaxBook(tuple(tuple(rows) for rows in months), first)


def _drafts(rng: Random, enterprises: Sequence[Enterprise], tenancy: Tenancy) -> list[list[_Draft]]:
    """Return what is paid in each month, before amounts."""
    payers = [
        (one, _size(rng, one), _paying_months(one, tenancy)) for one in enterprises if one.role is not Role.REGISTERED
    ]
    months: list[list[_Draft]] = []
    for month, first in enumerate(MONTHS):
        after_quarter = first.month % 3 == 1
        habits = [
            (tax_type, habit.chance_after_quarter if after_quarter else habit.chance, habit.weight)
            for tax_type, habit in _HABITS.items()
        ]
        rows: list[_Draft] = []
        for payer, size, paying in payers:
            if month not in paying:
                continue
            for tax_type, chance, weight in habits:
                if rng.random() < chance:
                    behind = 1 if rng.random() > 0.03 else rng.randint(2, 13)
                    start, end = _tax_period(first, behind, tax_type in _QUARTERLY)
                    is_target = tax_type not in _NO_TAX and tenancy.is_in_building(payer.code, end)
                    rows.append(
                        _Draft(payer, tax_type, start, end, size * weight * rng.lognormvariate(0, 0.4), is_target)
                    )
        months.append(rows)
    return months


def _size(rng: Random, one: Enterprise) -> float:
    """Return how heavy a payer is: a few large ones, none of them dominant."""
    size = min(rng.lognormvariate(0, 1.6), 60.0)
    return size * 0.25 if one.role in (Role.PAYER, Role.OUTSIDER) else size


def _paying_months(one: Enterprise, tenancy: Tenancy) -> range:
    """Return the months in which an enterprise pays: a newcomer from the month after, a leaver a little longer."""
    held = tenancy.of_enterprise.get(one.code, [])
    first = one.arrives + 1 if one.role is Role.ARRIVAL else 0
    end = len(MONTHS)
    for occupancy in held:
        if occupancy.last_seen is not None:
            end = occupancy.last_seen
        elif occupancy.moved_out and occupancy.reason != "DISTRICT":
            end = position(occupancy.moved_out) + (1 if occupancy.reason == "CLOSED" else 3)
    return range(first, min(end, len(MONTHS)))


@cache
def _tax_period(treasury_month: date, behind: int, quarterly: bool) -> tuple[date, date]:
    """Return the month, or the quarter it ends or follows, that lies ``behind`` months back."""
    last = add_months(treasury_month, -behind)
    if quarterly:
        last = add_months(last, -(last.month % 3))
        return add_months(last, -2), month_end(last)
    return last, month_end(last)


def _weigh(drafts: Sequence[Sequence[_Draft]], target: TaxTarget) -> float:
    return sum(draft.weight for month in target.months for draft in drafts[month] if draft.is_target)


def _part(drafts: Sequence[Sequence[_Draft]], target: TaxTarget) -> float:
    """Return by how much the shared types' parts must move for the district's target to come out."""
    level = target.total / _weigh(drafts, target)
    counted = [draft for month in target.months for draft in drafts[month] if draft.is_target]
    moving = sum(draft.weight * SHARES[draft.tax_type] for draft in counted if draft.tax_type in _SHARED)
    fixed = sum(draft.weight * SHARES[draft.tax_type] for draft in counted if draft.tax_type not in _SHARED)
    return (target.district / level - fixed) / moving


def _along(anchors: Sequence[tuple[TaxTarget, float]]) -> list[float]:
    """Return a value for every month: the target's within its months, a straight line between two targets."""
    (early, low), (late, high) = anchors
    gap = late.months.start - early.months.stop + 1
    slope = [min(max((month - early.months.stop + 1) / gap, 0.0), 1.0) for month in range(len(MONTHS))]
    return [low + (high - low) * share for share in slope]


_PREFIXES = tuple(f"3110{first:%y%m}0000" for first in MONTHS)


def _voucher(month: int, serial: int) -> str:
    return f"{_PREFIXES[month]}{100_001 + serial}"


def _assessed(draft: _Draft, level: float, part: float, voucher: str) -> TaxRow:
    total = max(round(draft.weight * level), 100)
    share = SHARES[draft.tax_type] * (part if draft.tax_type in _SHARED else 1.0)
    return TaxRow(draft.payer, draft.tax_type, draft.start, draft.end, total, round(total * share), voucher)


def _refunds(
    rng: Random, months: Sequence[Sequence[TaxRow]], tenancy: Tenancy, counted: set[str]
) -> list[tuple[int, TaxRow]]:
    """Return refunds with their months; some are of enterprises that have moved since, some name a refund."""
    unsettled = {one.code for one in (*tenancy.leavers, *tenancy.movers)}
    candidates = [
        (month, row)
        for month, rows in enumerate(months[: CORRECTED[0] - 4])
        for row in rows
        if row.voucher in counted and row.tax_type in _REFUNDABLE and 500_000 <= row.total <= 50_000_000
    ]
    moved = [(month, row) for month, row in candidates if _leaves_after(tenancy, row, month)]
    stayed = [(month, row) for month, row in candidates if row.payer.code not in unsettled]
    chosen = rng.sample(moved, _REFUNDS_OF_MOVERS) + rng.sample(stayed, REFUNDS - _REFUNDS_OF_MOVERS - _CHAINED_REFUNDS)
    found: list[tuple[int, TaxRow]] = []
    for place, (month, row) in enumerate(chosen):
        later = rng.randrange(month + 4, LAST)
        refund = _refund(row, row, rng.uniform(0.1, 0.6), later, _REFUND_SERIAL + len(found))
        found.append((later, refund))
        if place >= len(chosen) - _CHAINED_REFUNDS:
            again = _refund(row, refund, rng.uniform(0.05, 0.2), later + 1, _REFUND_SERIAL + len(found))
            found.append((later + 1, again))
    return found


def _leaves_after(tenancy: Tenancy, row: TaxRow, month: int) -> bool:
    """Tell whether a payer leaves its building in the three months after a payment."""
    return any(
        one.moved_out and 1 <= position(one.moved_out) - month <= 3 for one in tenancy.of_enterprise[row.payer.code]
    )


def _refund(row: TaxRow, named: TaxRow, fraction: float, month: int, serial: int) -> TaxRow:
    """Give back a fraction of ``row`` and name ``named``, in the period before the refund's month."""
    total, district = int(row.total * fraction), int(row.district * fraction)
    start = add_months(MONTHS[month], -1)
    return TaxRow(
        row.payer, row.tax_type, start, month_end(start), -total, -district, _voucher(month, serial), named.voucher
    )


def _settle(months: list[list[TaxRow]], target: TaxTarget, counted: set[str], free: set[str]) -> None:
    """Spread what a target still lacks over its rows that no refund names; the parts of the types stay."""
    places = [
        (months[month], at) for month in target.months for at, row in enumerate(months[month]) if row.voucher in counted
    ]
    movable = [(rows, at) for rows, at in places if rows[at].voucher in free]
    lacking = target.total - sum(rows[at].total for rows, at in places)
    for (rows, at), more in zip(movable, apportion(lacking, [rows[at].total for rows, at in movable]), strict=True):
        row = rows[at]
        rows[at] = row._replace(total=row.total + more, district=(row.total + more) * row.district // row.total)
    shared = [(rows, at) for rows, at in movable if rows[at].tax_type in _SHARED]
    lacking = target.district - sum(rows[at].district for rows, at in places)
    for (rows, at), more in zip(shared, apportion(lacking, [rows[at].district for rows, at in shared]), strict=True):
        rows[at] = rows[at]._replace(district=rows[at].district + more)


def _as_first_sent(rng: Random, month: int, rows: Sequence[TaxRow], free: set[str]) -> Iterator[TaxRow]:
    """Yield a month as it was sent before its correction: some rows lower, some not yet there, a few too many."""
    ceiling = sum(row.total for row in rows) // 500
    ordinary = [row for row in rows if row.voucher in free and 200_000 <= row.total <= ceiling]
    chosen = [row.voucher for row in rng.sample(ordinary, _CHANGED + _LATE)]
    changed, late = set(chosen[:_CHANGED]), set(chosen[_CHANGED:])
    for row in rows:
        if row.voucher in changed:
            yield _scaled(row, rng.uniform(0.6, 0.95))
        elif row.voucher not in late:
            yield row
    for serial, row in enumerate(rng.sample(ordinary, _WITHDRAWN), _WITHDRAWN_SERIAL):
        yield _scaled(row, 0.01)._replace(voucher=_voucher(month, serial))


def _scaled(row: TaxRow, fraction: float) -> TaxRow:
    return row._replace(total=int(row.total * fraction), district=int(row.district * fraction))
