"""What the enterprises pay, month by month (T01): as many vouchers as asked for, exact to the fen.

A month's tax is that of the month before, or of the quarter that ended with it, and is paid by who was there at its
end. A refund names a voucher of the month before.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl

from common.periods import add_months, month_end
from sample.city.chance import Whole, chance, pick, whole
from sample.city.columns import at, fen, flags, later, serial, texts, words_of
from sample.city.districts import DISTRICTS
from sample.city.plan import Plan
from sample.city.registers import Registers
from sample.city.sent import Sent
from sample.tax import SHARES

_REFUNDED_ONE_IN = 200
_UNIT = {"amount_total": "(元)", "amount_district": "(元)"}


@dataclass(frozen=True, slots=True)
class _Habit:
    """How often a tax is among the vouchers of a month, and how heavy it is."""

    often: float
    after_quarter: float
    weight: float


_HABITS = {
    "VAT": _Habit(30, 25, 1.0),
    "UMCT": _Habit(24, 20, 0.04),
    "PIT": _Habit(26, 22, 0.5),
    "CIT": _Habit(0, 14, 2.0),
    "STAMP": _Habit(8, 8, 0.05),
    "PROP": _Habit(3, 4, 0.5),
    "LUT": _Habit(1, 1, 0.2),
    "VVT": _Habit(1, 1, 0.01),
    "LVAT": _Habit(0.3, 0.3, 0.8),
    "DEED": _Habit(0.3, 0.3, 0.5),
    "ENV": _Habit(0.4, 0.4, 0.01),
    "CONS": _Habit(0.3, 0.3, 0.3),
    "OTHER": _Habit(1.7, 1, 0.1),
    "SOCIAL": _Habit(3, 3, 0.3),
}
_TYPES = tuple(_HABITS)
_QUARTERLY = frozenset({"CIT"})
_REFUNDABLE = np.array([name in ("VAT", "CIT", "PIT") for name in _TYPES])
_SHARES = np.array([round(100 * SHARES[name]) for name in _TYPES], dtype=np.int64)
"""The district's part of each tax in hundredths."""

_LEVEL = 500_000.0
"""In fen: the weight of 1 paid by a taxpayer of size 1."""

_GROWTH = 1.04


@dataclass(frozen=True, slots=True, eq=False)
class _Vouchers:
    """The vouchers of a month, by position."""

    firm: Whole
    type: Whole
    total: Whole
    voucher: pl.Series


def tax_files(plan: Plan, registers: Registers) -> Iterator[Sent]:
    """Give the list of every month."""
    before: _Vouchers | None = None
    for month in range(len(plan.months)):
        vouchers, sent = _month(plan, registers, month, before)
        yield sent
        before = vouchers


def _month(plan: Plan, registers: Registers, month: int, before: _Vouchers | None) -> tuple[_Vouchers, Sent]:
    rng = chance(plan.seed, registers.district.code, f"tax:{month}")
    first, size = plan.months[month], plan.sizes.tax_rows
    refunds = size // _REFUNDED_ONE_IN if before else 0
    paid = _paid(plan, registers, month, size - refunds, rng)
    firm, kind, total, original = paid.firm, paid.type, paid.total, np.full(size, -1)
    if before:
        named = rng.choice(np.flatnonzero(_REFUNDABLE[before.type] & (before.total > 10_000)), refunds, replace=False)
        back = -(before.total[named] * rng.uniform(0.05, 0.5, refunds)).astype(np.int64)
        firm, kind, total = (
            np.concatenate(pair) for pair in ((firm, before.firm[named]), (kind, before.type[named]), (total, back))
        )
        original[size - refunds :] = named
    order = rng.permutation(size)
    firm, kind, total, original = firm[order], kind[order], total[order], original[order]
    voucher = _voucher(registers, month, plan, size)
    vouchers = _Vouchers(firm, kind, np.where(original < 0, total, 0), voucher)
    ends = month_end(add_months(first, -1))
    starts = pl.Series([ends.replace(day=1), add_months(ends, -2)])
    is_quarterly = np.array([name in _QUARTERLY for name in _TYPES])[kind].astype(np.int64)
    table = pl.DataFrame({
        "uscc": registers.firms.code.gather(firm),
        "taxpayer_name": registers.firms.name.gather(firm),
        "tax_type": words_of("T01", "tax_type", _TYPES, kind),
        "treasury_month": pl.Series([f"{first:%Y-%m}"]).new_from_index(0, size),
        "tax_period_start": starts.gather(is_quarterly),
        "tax_period_end": pl.Series([ends]).new_from_index(0, size),
        "amount_total": fen(total),
        "amount_district": fen(np.sign(total) * ((np.abs(total) * _SHARES[kind] + 50) // 100)),
        "is_refund": flags(original >= 0),
        "orig_ref": texts(before.voucher.to_list() if before else [], original),
        "voucher_no": voucher,
    })  # fmt: skip
    sent = at(later(month_end(first), 12), 16)
    return vouchers, Sent("T01", "楼宇税收", f"{first:%Y%m}", sent, "区财政局", table, units=_UNIT, channel="exchange",
                          period=f"{first:%Y-%m}")  # fmt: skip


def _paid(plan: Plan, registers: Registers, month: int, size: int, rng: np.random.Generator) -> _Vouchers:
    """Draw what is paid by those that were there at the end of the month before."""
    firms = registers.firms
    there = np.flatnonzero((firms.arrives < month) & (firms.leaves >= month))
    firm = there[whole(rng, 0, len(there), size)]
    after_quarter = plan.months[month].month % 3 == 1
    often = [habit.after_quarter if after_quarter else habit.often for habit in _HABITS.values()]
    kind = pick(rng, often, size)
    weight = np.array([habit.weight for habit in _HABITS.values()])[kind] * firms.size[firm]
    level = _LEVEL * _GROWTH ** (month / 12)
    total = np.maximum((weight * level * rng.lognormal(0, 0.4, size)).astype(np.int64), 100)
    return _Vouchers(firm, kind, total, pl.Series(dtype=pl.String))


def _voucher(registers: Registers, month: int, plan: Plan, size: int) -> pl.Series:
    """Return numbers of vouchers that no other of the city bears."""
    place = DISTRICTS.index(registers.district) + 1
    return serial(f"3110{plan.months[month]:%y%m}{place:02d}", np.arange(1, size + 1), 8)
