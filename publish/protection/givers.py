"""Who stands behind an amount: what each enterprise gives to each quantity of class M (SPEC 4.4, contributions).

No feed tells which enterprises are one group, so an enterprise is a group of its own.
"""

from collections.abc import Iterable, Iterator, Mapping

import polars as pl

from disclosure.primary import Parameters
from publish.protection.links import WHOLE, Quantity, grouped, together
from publish.protection.quantities import QUANTITY

UNITS = 10**4
"""Contributions are counted in whole numbers of this part of a yuan: taxes are exact, and 64 bits hold a city's."""

TOTAL_TAX, YI_TAX = "tax_total_yuan", "yi_building_tax_yuan"
YI = 100_000_000 * UNITS
"""The tax of a year from which on a building is one of 亿元楼, in units."""
_AT_ONCE = 30_000_000
"""Contributions, counted in each window in which they lie, of which it is worked out at once who gives: some GiB."""
_SAME_PAYERS = "L4L_ENT"
"""The basis of a comparison of those who paid in both of its periods."""
_PLACES = {"district": None, "street": "street_code", "park": "park_code"}
_GIVING = {"id": pl.UInt32(), "enterprise_id": pl.Categorical(), "units": pl.Int64()}


def measure_of(term: str) -> str:
    """Return the measure of a term that may be about a frozen set."""
    return term.partition("|")[0]


class Givers:
    """The contributions of a candidate; ``measures`` are those of which it is known who gives."""

    def __init__(self, contributions: pl.DataFrame, building_sets: pl.DataFrame) -> None:
        """Take a row for each month or day, place, slice and enterprise, with a decimal column for each measure."""
        known = [name for name, dtype in contributions.schema.items() if dtype.is_decimal()]
        rows = _numbered(contributions)
        self._rows = pl.concat(_given(rows.drop(set(known) - {measure}), measure) for measure in known)
        self._summed: dict[tuple[str, ...], pl.DataFrame] = {}
        self._on_day = dict(self._rows.group_by("atom_on").len().iter_rows())
        self._sets = building_sets.with_columns(pl.col("building_id").cast(pl.Categorical))
        told = contributions.select(pl.col(known).count()).row(0, named=True)
        self.measures = frozenset(measure for measure, count in told.items() if count) | {YI_TAX}

    def batches(self, quantities: Iterable[Quantity]) -> Iterator[list[Quantity]]:
        """Divide quantities so that memory holds who gives to those of a part.

        What is subtracted or compared is in one part: quantities of one window, and windows that a comparison joins.
        """
        of_window = grouped(quantities, lambda one: one.window)
        compared = (one for own in of_window.values() for one in own if f"|{_SAME_PAYERS}|" in f"{one.term}|")
        links = [[one.window for one in same] for same in grouped(compared, lambda one: one.term).values()]
        batch: list[Quantity] = []
        weight = 0
        for windows in together(of_window, links):
            own = sum(rows for day, rows in self._on_day.items() for first, last in windows if first <= day < last)
            if batch and weight + own > _AT_ONCE:
                yield batch
                batch, weight = [], 0
            batch += [one for window in windows for one in of_window[window]]
            weight += own
        if batch:
            yield batch

    def of(self, ids: Mapping[Quantity, int]) -> pl.DataFrame:
        """Return id, enterprise_id and units of what each enterprise gives to each quantity."""
        known = {one: number for one, number in ids.items() if measure_of(one.term) in self.measures}
        found = [
            self._of(basis, codes, asked).select(*_GIVING)
            for basis, codes, asked in _tables(known)
            if codes.keys() <= {*self._rows.columns}
        ]
        return pl.concat([pl.DataFrame(schema=_GIVING), *found])

    def by_building(self, ids: Mapping[Quantity, int]) -> pl.DataFrame:
        """Return id, building_id, enterprise_id and units of the tax in each quantity's place and window."""
        found = [self._taxed(asked, codes) for _, codes, asked in _tables(ids)]
        return pl.concat([one.select("id", "building_id", "enterprise_id", "units") for one in found])

    def _of(self, basis: str, codes: Mapping[str, str], asked: pl.DataFrame) -> pl.DataFrame:
        if basis == YI_TAX:
            return _by_giver(self._taxed(asked, codes).filter(pl.col("units").sum().over("id", "building_id") >= YI))
        if basis == "L4L":
            # every window once, whatever the sets that ask for it
            windows = asked.select(*codes.values(), "from_on", "until_on").unique().with_row_index("window")
            of_window = self._taxed(windows.rename({"window": "id"}), codes).rename({"id": "window"})
            members = (
                asked.join(windows, on=[*codes.values(), "from_on", "until_on"])
                .join(self._sets, left_on="name", right_on="building_set_id")
                .select("id", "window", "building_id")
            )
            return _by_giver(of_window.join(members, on=["window", "building_id"]))
        given = self._within(asked, {"measure_id": "measure", **codes})
        if basis == _SAME_PAYERS:
            # who paid in both periods of a comparison
            compared = ["term", *codes.values()]
            both = asked.with_columns(pl.len().over(compared).alias("of")).select("id", "of", *compared)
            given = given.join(both, on="id").filter(pl.len().over(*compared, "enterprise_id") == pl.col("of"))
        return given

    def _taxed(self, asked: pl.DataFrame, codes: Mapping[str, str]) -> pl.DataFrame:
        return self._within(asked, codes, "building_id", measure=TOTAL_TAX)

    def _within(self, asked: pl.DataFrame, codes: Mapping[str, str], *by: str, measure: str = "") -> pl.DataFrame:
        """Sum what lies in each quantity's place, slice and window: id, ``by``, enterprise_id, units."""
        atoms = self._atoms((*codes, *by), measure)
        days = atoms.select("atom_on").unique()
        is_inside = (pl.col("atom_on") >= pl.col("from_on")) & (pl.col("atom_on") < pl.col("until_on"))
        wanted = asked.join(days, how="cross").filter(is_inside)
        met = atoms.join(
            wanted.select("id", "atom_on", *codes.values()),
            left_on=["atom_on", *codes],
            right_on=["atom_on", *codes.values()],
        )
        return met.group_by("id", *by, "enterprise_id").agg(pl.col("units").sum())

    def _atoms(self, columns: tuple[str, ...], measure: str) -> pl.DataFrame:
        """Sum the contributions, or those to one measure, by day, enterprise and columns; kept for the next part."""
        key = (*columns, measure)
        if key not in self._summed:
            rows = self._rows.filter(measure_id=measure) if measure else self._rows
            self._summed[key] = rows.group_by(*columns, "atom_on", "enterprise_id").agg(pl.col("units").sum())
        return self._summed[key]


def _given(rows: pl.DataFrame, measure: str) -> pl.DataFrame:
    """Return what is given to one measure. What is nothing, as the district's part of a tax that it has no share in, is
    nobody's secret."""
    units = (pl.col(measure) * UNITS).round().cast(pl.Int64).alias("units")
    named = pl.lit(measure).cast(pl.Categorical).alias("measure_id")
    return rows.with_columns(units, named).drop(measure).filter(pl.col("units") != 0)


def _by_giver(of_buildings: pl.DataFrame) -> pl.DataFrame:
    """Sum what an enterprise gives from several buildings."""
    return of_buildings.group_by("id", "enterprise_id").agg(pl.col("units").sum())


def _numbered(table: pl.DataFrame) -> pl.DataFrame:
    """Write codes as numbers: millions of rows are grouped by them again and again."""
    return table.with_columns(pl.col(pl.String).cast(pl.Categorical))


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


def _tables(ids: Mapping[Quantity, int]) -> Iterator[tuple[str, Mapping[str, str], pl.DataFrame]]:
    """Yield the quantities by what they are based on and by kind of place and slice, those of places that have givers.

    With each table comes which columns of contributions say the place and slice, and the quantity's own for them.
    """
    schema = dict(zip(QUANTITY, [pl.String] * 5 + [pl.Date] * 2, strict=True))
    table = pl.DataFrame(list(ids), schema=schema, orient="row").with_columns(pl.Series("id", ids.values(), pl.UInt32))
    part = pl.col("term").str.split("|")
    measure, basis = part.list.get(0), part.list.get(1, null_on_oob=True).fill_null("")
    named = table.filter(pl.col("area_type").is_in(list(_PLACES))).with_columns(
        measure.alias("measure"),
        pl.when(measure == YI_TAX).then(pl.lit(YI_TAX)).otherwise(basis).alias("basis"),
        part.list.get(2, null_on_oob=True).alias("name"),
    )
    kinds = ["basis", "area_type", "breakdown_type"]
    for (basis_name, area_type, slice_type), asked in named.group_by(kinds, maintain_order=True):
        place = _PLACES[str(area_type)]
        codes = {place: "area_code"} if place else {}
        codes = codes if slice_type == WHOLE else codes | {str(slice_type): "breakdown_code"}
        yield str(basis_name), codes, asked.with_columns(pl.col("measure", *codes.values()).cast(pl.Categorical))
