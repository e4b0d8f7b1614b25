"""Amounts to figures: by district and street, and by month, quarter, year and other periods (SPEC 0.2, 2.2, 2.3)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import NamedTuple

import polars as pl

_EXACT = Context(prec=76, rounding=ROUND_HALF_EVEN)
_STEP = Decimal("0.00000001")
_TINY_BASE = 10_000
"""No rate of change stands on less, in yuan."""

TOTAL = ("_T", "_T")
_CELL = ["area", "breakdown_type", "breakdown_code"]

Amount = int | Decimal


class Period(NamedTuple):
    """A period of a kind, from its first day until the day after its last."""

    type: str
    name: str
    start: date
    end: date


class Key(NamedTuple):
    """What a figure is of."""

    kpi: str
    area: str
    breakdown_type: str
    breakdown_code: str
    period: str
    base_period: str | None = None


class Value(NamedTuple):
    """A figure; a level has no numerator, and a rate of nothing no value."""

    value: Decimal | None
    numerator: Decimal | None = None
    denominator: Decimal | None = None


Figures = dict[Key, Value]


@dataclass(frozen=True, eq=False)
class Measured:
    """Amounts by cell and period, with every cell that ever had one and every period that the feed supports."""

    amounts: Mapping[tuple[str, str, str, str], Sequence[Amount]]
    names: Sequence[str]
    cells: Sequence[tuple[str, str, str]]
    periods: Sequence[Period]

    def of(self, name: str, scale: Decimal = Decimal(1)) -> Iterator[tuple[tuple[str, str, str], Period, Decimal]]:
        """Yield the amount of each cell and period, 0 where there was nothing."""
        place = self.names.index(name)
        for cell in self.cells:
            for period in self.periods:
                found = self.amounts.get((*cell, period.name))
                yield cell, period, Decimal(found[place]) * scale if found else Decimal(0)


def periods(first_on: date, as_of: date, start_day: int) -> list[Period]:
    """List every period that begins on a day of the data and no later than ``as_of``."""
    found = []
    month = first_on.replace(day=1)
    while month <= as_of:
        end, year = _next(month), month.replace(month=1, day=1)
        quarter = month.replace(month=(month.month - 1) // 3 * 3 + 1)
        found += [
            Period("M", f"{month:%Y-%m}", month, end),
            Period("Q", f"{month:%Y}-Q{(month.month + 2) // 3}", quarter, _next(quarter, 3)),
            Period("Y", f"{month:%Y}", year, _next(year, 12)),
            Period("YTD", f"{month:%Y}-YTD{month:%m}", year, end),
            Period("R12", f"R12-{month:%Y-%m}", _next(end, -12), end),
        ]
        if end - timedelta(days=1) <= as_of:
            found.append(Period("S", str(end - timedelta(days=1)), end - timedelta(days=1), end))
        month = end
    begins = first_on.replace(day=start_day) if first_on.day <= start_day else _next(first_on).replace(day=start_day)
    while begins <= as_of:
        end = _next(begins).replace(day=start_day)
        found.append(Period("HM", f"HM{end:%Y-%m}", begins, end))
        begins = end
    return [one for one in dict.fromkeys(found) if one.start >= first_on]


def _next(day: date, months: int = 1) -> date:
    number = day.year * 12 + day.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)


def measure(
    atoms: pl.DataFrame, amounts: Sequence[str], district: str, over: Iterable[Period],
    breakdowns: Sequence[str] = (), only_in_district: Sequence[str] = (), entity: str | None = None,
    has_total: bool = True, has_streets: bool = True,
) -> Measured:  # fmt: skip
    """Sum ``amounts`` of atoms by area, breakdown and period; of an ``entity`` each is counted once.

    ``atoms`` has ``on`` (the day by which a period holds it), ``street`` and the columns of the breakdowns.
    """
    over = list(over)
    spans = pl.DataFrame(
        [(one.name, one.start, one.end) for one in over],
        schema={"period": pl.String, "start": pl.Date, "end": pl.Date}, orient="row",
    )  # fmt: skip
    days = atoms.select(pl.col("on").unique())
    bridge = days.join(spans, how="cross").filter(pl.col("start") <= pl.col("on"), pl.col("on") < pl.col("end"))
    parts = []
    for area in [pl.lit(district), pl.col("street")] if has_streets else [pl.lit(district)]:
        is_district = not area.meta.root_names()
        for name in [*([None] if has_total else []), *breakdowns]:
            if name in only_in_district and not is_district:
                continue
            code = pl.lit("_T") if name is None else pl.col(name).cast(pl.String)
            cell = [area.alias("area"), pl.lit(name or "_T").alias("breakdown_type"), code.alias("breakdown_code")]
            narrow = atoms.select(*cell, "on", *amounts, *([entity] if entity else []))
            if entity is None:
                narrow = narrow.group_by(*_CELL, "on").agg(pl.col(amounts).sum())
            dated = narrow.join(bridge.select("on", "period"), on="on")
            if entity is not None:
                dated = dated.group_by(*_CELL, "period", entity).agg(pl.col(amounts).max())
            parts.append(dated.group_by(*_CELL, "period").agg(pl.col(amounts).sum()))
    summed = pl.concat(parts).drop_nulls(_CELL)
    found = {row[:4]: row[4:] for row in summed.select(*_CELL, "period", *amounts).iter_rows()}
    cells = dict.fromkeys([*([(district, *TOTAL)] if has_total else []), *(row[:3] for row in found)])
    return Measured(found, list(amounts), list(cells), over)


def levels(kpi: str, measured: Measured, name: str, scale: Decimal = Decimal(1)) -> Figures:
    """Return the amounts as figures."""
    return {Key(kpi, *cell, period.name): Value(amount) for cell, period, amount in measured.of(name, scale)}


def ratios(kpi: str, above: tuple[Measured, str], below: tuple[Measured, str], scale: Decimal = Decimal(1)) -> Figures:
    """Return numerator over denominator of every cell of the denominator."""
    over = {(cell, period.name): amount for cell, period, amount in above[0].of(above[1], scale)}
    found = {}
    for cell, period, denominator in below[0].of(below[1], scale):
        numerator = over.get((cell, period.name), Decimal(0))
        found[Key(kpi, *cell, period.name)] = Value(quotient(numerator, denominator), numerator, denominator)
    return found


def shares(kpi: str, above: Figures, below: Figures) -> Figures:
    """Return one figure over another; a share of tax says nothing where refunds outweigh receipts."""
    found = {}
    for (key, one), other in zip(above.items(), below.values(), strict=True):
        numerator, denominator = one.value or Decimal(0), other.value or Decimal(0)
        says = denominator > 0 and 0 <= numerator <= denominator
        value = quotient(numerator, denominator) if says else None
        found[key._replace(kpi=kpi)] = Value(value, numerator, denominator)
    return found


def changes(kpi: str, level: Figures, over: Iterable[Period]) -> Figures:
    """Return the change of each level on the same period of the year before."""
    kinds = {one.name: one for one in over if one.type in ("M", "Q", "YTD", "Y")}
    found = {}
    for key, now in level.items():
        period = kinds.get(key.period)
        if period is None:
            continue
        base_name = key.period.replace(f"{period.start:%Y}", str(period.start.year - 1))
        base = level.get(key._replace(period=base_name))
        if base is None or base.value is None or now.value is None:
            continue
        value = quotient(now.value - base.value, base.value) if base.value >= _TINY_BASE else None
        found[key._replace(kpi=kpi, base_period=base_name)] = Value(value, now.value, base.value)
    return found


def quotient(numerator: Decimal, denominator: Decimal) -> Decimal | None:
    """Divide exactly and round once, ties to even, to eight places."""
    if denominator == 0:
        return None
    whole, rest = divmod(abs(numerator) * 10**8, abs(denominator))
    whole += 1 if 2 * rest > abs(denominator) or (2 * rest == abs(denominator) and whole % 2) else 0
    return _EXACT.multiply(whole if (numerator < 0) == (denominator < 0) else -whole, _STEP)
