"""Counts of buildings by their tax, class B: they tell in which band a building's tax lies (SPEC 4.4, band).

Such a count is shown where the tax of the buildings that it counts, taken together, could be shown as an amount.
"""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from decimal import Decimal

import polars as pl

from disclosure.primary import Parameters
from publish.protection.givers import TOTAL_TAX, UNITS, YI, Givers, too_visible
from publish.protection.links import Quantity, Sum, grouped

_MILLION = 1_000_000 * UNITS
BANDS: Mapping[str, tuple[int | None, int | None]] = {
    "yi_building_cnt": (YI, None),
    "tax_band_ge_1b_cnt": (1000 * _MILLION, None),
    "tax_band_from_100m_cnt": (100 * _MILLION, 1000 * _MILLION),
    "tax_band_from_50m_cnt": (50 * _MILLION, 100 * _MILLION),
    "tax_band_from_30m_cnt": (30 * _MILLION, 50 * _MILLION),
    "tax_band_from_10m_cnt": (10 * _MILLION, 30 * _MILLION),
    "tax_band_from_0_cnt": (0, 10 * _MILLION),
    "tax_band_below_0_cnt": (None, 0),
}
"""What each measure counts: buildings with at least so much tax and less than so much, in units (SPEC 2.1)."""

_YI_BANDS = ("tax_band_ge_1b_cnt", "tax_band_from_100m_cnt")


def telling_bands(values: Mapping[Quantity, Decimal], givers: Givers, parameters: Parameters) -> frozenset[Quantity]:
    """Return the counts of buildings that say too much of somebody's tax, or that no tax explains."""
    asked = {one: value for one, value in values.items() if one.term in BANDS and value}
    if not asked:
        return frozenset()
    # the tax of a place and window is asked for once, whatever the bands that count its buildings
    frames = {one: number for number, one in enumerate(grouped(asked, _tax_of))}
    whole = pl.col("units").sum().over("id", "building_id").alias("whole")
    tax = givers.by_building(frames).with_columns(whole)
    telling: list[Quantity] = []
    for term, (least, below) in BANDS.items():
        own = {frames[_tax_of(one)]: one for one in asked if one.term == term}
        inside = tax.filter(pl.col("id").is_in(sorted(own)), *_within_bounds(pl.col("whole"), least, below))
        counted = dict(inside.group_by("id").agg(pl.col("building_id").n_unique()).iter_rows())
        visible = too_visible(inside.group_by("id", "enterprise_id").agg(pl.col("units").sum()), parameters)
        for number, one in own.items():
            found = counted.get(number, 0)
            # a building without any tax has nobody to protect
            is_unlike = found > asked[one] if least == 0 else found != asked[one]
            if number in visible or is_unlike:
                telling.append(one)
    return frozenset(telling)


def _tax_of(one: Quantity) -> Quantity:
    return one._replace(term=TOTAL_TAX)


def _within_bounds(whole: pl.Expr, least: int | None, below: int | None) -> Iterator[pl.Expr]:
    if least is not None:
        yield whole >= least
    if below is not None:
        yield whole < below


def sums_of_bands(values: Mapping[Quantity, Decimal]) -> Iterator[Sum]:
    """Yield what bands sum up to: the buildings from 100 million on, and all buildings of the period's last day."""
    for one in values:
        if one.term == _YI_BANDS[0]:
            upper = tuple(one._replace(term=term) for term in _YI_BANDS)
            every = tuple(one._replace(term=term) for term in BANDS if term != "yi_building_cnt")
            stock = one._replace(term="building_cnt", from_on=one.until_on - timedelta(days=1))
            for whole, parts in ((one._replace(term="yi_building_cnt"), upper), (stock, every)):
                members = {whole, *parts}
                if members <= values.keys() and values[whole] == sum(values[part] for part in parts):
                    yield Sum(whole, parts)
