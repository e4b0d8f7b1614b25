"""Who stands behind an amount: what each enterprise gives to each quantity of class M (SPEC 4.4, contributions).

No feed tells which enterprises are one group, so an enterprise is a group of its own.
"""

from collections.abc import Iterable, Iterator, Mapping

import polars as pl

from disclosure.primary import Parameters
from publish.protection.links import WHOLE, Quantity
from publish.protection.quantities import QUANTITY

UNITS = 10**8
"""Amounts are counted in whole numbers of this part of one, which is how finely figures are stored."""

TOTAL_TAX, YI_TAX = "tax_total_yuan", "yi_building_tax_yuan"
YI = 100_000_000 * UNITS
"""The tax of a year from which on a building is one of 亿元楼, in units."""
_PLACES = {"district": None, "street": "street_code", "park": "park_code"}
_GIVING = ("id", "enterprise_id", "units")


def measure_of(term: str) -> str:
    """Return the measure of a term that may be about a frozen set."""
    return term.partition("|")[0]


class Givers:
    """The contributions of a candidate; ``measures`` are those of which it is known who gives."""

    def __init__(self, contributions: pl.DataFrame, building_sets: pl.DataFrame) -> None:
        units = (pl.col("amount") * UNITS).cast(pl.Int128).alias("units")
        # a part that is nothing, as the district's of a tax that it has no share in, is nobody's secret
        self._rows = contributions.with_columns(units).filter(pl.col("units") != 0)
        self._sets = building_sets
        self.measures = frozenset(contributions["measure_id"].unique()) | {YI_TAX}

    def of(self, ids: Mapping[Quantity, int]) -> pl.DataFrame:
        """Return id, enterprise_id and units of what each enterprise gives to each quantity."""
        found = [
            part.group_by("id", "enterprise_id").agg(pl.col("units").sum()).select(_GIVING)
            for term, slice_type, asked in _tables(ids)
            if measure_of(term) in self.measures
            for part in self._of(term, slice_type, asked)
        ]
        empty = pl.DataFrame(schema=dict(zip(_GIVING, (pl.UInt32, pl.String, pl.Int128), strict=True)))
        return pl.concat([empty, *found])

    def by_building(self, ids: Mapping[Quantity, int]) -> pl.DataFrame:
        """Return id, building_id, enterprise_id and units of the tax in each quantity's place and window."""
        tax = self._rows.filter(measure_id=TOTAL_TAX)
        found = [
            _within(tax, asked, _codes(asked, slice_type), ["building_id"]) for _, slice_type, asked in _tables(ids)
        ]
        return pl.concat([one.select("id", "building_id", "enterprise_id", "units") for one in found])

    def _of(self, term: str, slice_type: str, asked: pl.DataFrame) -> Iterator[pl.DataFrame]:
        measure, _, frozen = term.partition("|")
        codes = _codes(asked, slice_type)
        if not set(codes) <= set(self._rows.columns):
            return
        if measure == YI_TAX:
            tax = _within(self._rows.filter(measure_id=TOTAL_TAX), asked, codes, ["building_id"])
            yield tax.filter(pl.col("units").sum().over("id", "building_id") >= YI)
            return
        rows = self._rows.filter(measure_id=measure)
        basis, _, name = frozen.partition("|")
        if basis == "L4L":
            rows = rows.join(self._sets.filter(building_set_id=name), on="building_id", how="semi")
        given = _within(rows, asked, codes, [])
        if basis == "L4L_ENT":
            # who paid in both periods
            both = asked.select("from_on", "until_on").n_unique()
            given = given.filter(pl.col("id").n_unique().over(*codes, "enterprise_id") == both)
        yield given


def too_visible(giving: pl.DataFrame, parameters: Parameters) -> frozenset[int]:
    """Return the ids that fail a rule: too few givers, dominance, or the p-percent rule."""
    size = pl.col("units").abs()
    tops = {1, 2, *(number for number, _ in parameters.dominance)}
    sizes = giving.group_by("id").agg(
        (size > 0).sum().alias("count"),
        size.sum().alias("whole"),
        *(size.top_k(number).sum().alias(f"top{number}") for number in tops),
    )
    p, scale = parameters.p.as_integer_ratio()
    rest = pl.col("whole") - pl.col("top2")
    fails = (pl.col("count") < parameters.n_min) | (100 * scale * rest < p * pl.col("top1"))
    for number, percent in parameters.dominance:
        fails |= 100 * pl.col(f"top{number}") > percent * pl.col("whole")
    return frozenset(sizes.filter(fails)["id"])


def _tables(ids: Mapping[Quantity, int]) -> Iterator[tuple[str, str, pl.DataFrame]]:
    """Yield the quantities by term, kind of place and kind of slice, those of places that have givers."""
    schema = dict(zip(QUANTITY, [pl.String] * 5 + [pl.Date] * 2, strict=True))
    table = pl.DataFrame(list(ids), schema=schema, orient="row").with_columns(pl.Series("id", ids.values(), pl.UInt32))
    known = table.filter(pl.col("area_type").is_in(list(_PLACES)))
    for (term, _, slice_type), asked in known.group_by("term", "area_type", "breakdown_type", maintain_order=True):
        yield str(term), str(slice_type), asked


def _codes(asked: pl.DataFrame, slice_type: str) -> dict[str, str]:
    """Return which columns of contributions say the place and slice, and the quantity's own columns for them."""
    place = _PLACES[asked["area_type"][0]]
    codes = {place: "area_code"} if place else {}
    return codes if slice_type == WHOLE else codes | {slice_type: "breakdown_code"}


def _within(rows: pl.DataFrame, asked: pl.DataFrame, codes: Mapping[str, str], by: Iterable[str]) -> pl.DataFrame:
    """Sum what lies in each quantity's place, slice and window: id, codes, ``by``, enterprise_id, units."""
    atoms = rows.group_by(*codes, *by, "atom_on", "enterprise_id").agg(pl.col("units").sum())
    told = (pl.col(code).alias(f"{own}_asked") for own, code in codes.items())
    met = atoms.join_where(
        asked.select("id", "from_on", "until_on", *told),
        *(pl.col(own) == pl.col(f"{own}_asked") for own in codes),
        pl.col("atom_on") >= pl.col("from_on"),
        pl.col("atom_on") < pl.col("until_on"),
    )
    return met.group_by("id", *codes, *by, "enterprise_id").agg(pl.col("units").sum())
