"""Which figures of a drawn district wait for an explanation or are too small, by the rules of SPEC 4.3 and 4.4 alone.

What a figure is comes from the oracle's exact figures; of the build come only its windows, caliber and status.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import pairwise
from math import inf
from statistics import median
from typing import Any

import polars as pl
from foreign_view import Figure, Figures, Key
from foreign_world import Place

from common.contracts import PROJECT

CATALOGUE = pl.read_csv(PROJECT / "dbt" / "seeds" / "catalogue" / "kpi.csv", infer_schema=False)
KPI: Mapping[str, Mapping[str, str]] = {row["kpi_id"]: row for row in CATALOGUE.to_dicts()}
EDGES = pl.read_csv(PROJECT / "dbt" / "seeds" / "catalogue" / "kpi_edge.csv", infer_schema=False)
SOURCES: Mapping[str, list[str]] = dict(EDGES.group_by("kpi_id").agg("derived_from").iter_rows())

Rows = Mapping[Key, Mapping[str, Any]]


@dataclass(frozen=True)
class Gates:
    """The public figures of a district with a value, and what each gate has to say of them."""

    place: Place
    figures: Figures
    rows: Rows

    @classmethod
    def over(cls, place: Place, wanted: Figures, found: Rows) -> "Gates":
        public = {key: figure for key, figure in wanted.items()
                  if figure.value is not None and found[key].get("audience") == "PUBLIC"}  # fmt: skip
        return cls(place, public, {key: found[key] for key in public})

    def is_whole(self, key: Key) -> bool:
        return (key.area, key.kind) == (self.place.code, "_T")

    def withheld(self) -> dict[Key, str]:
        """The figures of the whole district that nobody explained, with their gate, and what is computed from them."""
        direct = {key: gate for gate, rule in RULES for key in rule(self) if self.is_whole(key)}
        return direct | {key: direct[source] for key, source in self.derived(direct, self._within).items()}

    def small(self) -> set[Key]:
        """Counts below three and rates of fewer than five cases, and what is computed from such a count."""
        too_small = {key for key in self.figures if self.is_small(key)}
        return too_small | self.derived(too_small, self._same).keys()

    def is_small(self, key: Key) -> bool:
        kpi, value = KPI[key.kpi], self.value(key)
        if kpi["sdc_class"] != "A":
            return False
        if kpi["kind"] == "level":
            return 0 < value < 3
        return (kpi["kind"], kpi["unit"]) == ("ratio", "%") and self.cases(key) < 5

    def derived(self, sources: Iterable[Key], is_part: Callable[[Key, Key], bool]) -> dict[Key, Key]:
        """What is computed from these figures, each with the one that it comes from in the end."""
        origin = {key: key for key in sources}
        of_cell: dict[tuple[str, ...], list[Key]] = defaultdict(list)
        for key in self.figures:
            of_cell[key.area, key.kind, key.member, key.kpi].append(key)
        parents: dict[str, list[str]] = defaultdict(list)
        for kpi, named in SOURCES.items():
            for source in named:
                parents[source].append(kpi)
        todo = list(origin)
        while todo:
            source = todo.pop()
            for kpi in parents[source.kpi]:
                for key in of_cell[source.area, source.kind, source.member, kpi]:
                    if key not in origin and is_part(source, key):
                        origin[key] = origin[source]
                        todo.append(key)
        return {key: source for key, source in origin.items() if key != source}

    def value(self, key: Key) -> Fraction:
        found = self.figures[key].value
        assert found is not None
        return found

    def cases(self, key: Key) -> Fraction:
        told = self.figures[key].denominator
        return told if told is not None else Fraction(self.rows[key]["denominator"])

    def window(self, key: Key) -> tuple[date, date]:
        return self.rows[key]["window_start_on"], self.rows[key]["window_end_on"]

    def over_time(self, keys: Iterable[Key]) -> Iterator[list[Key]]:
        """The figures of closed periods by series, each in the order of time."""
        series: dict[tuple[Any, ...], list[Key]] = defaultdict(list)
        for key in sorted(keys, key=lambda one: self.window(one)[1]):
            row = self.rows[key]
            if row["obs_status"] != "P":
                months = key.period[-2:] if row["period_type"] == "YTD" else ""
                series[key.kpi, key.area, key.kind, key.member, row["period_type"], row["caliber"], months].append(key)
        yield from series.values()

    def _same(self, source: Key, key: Key) -> bool:
        return self.window(source) == self.window(key)

    def _within(self, source: Key, key: Key) -> bool:
        start, end = self.window(source)
        row = self.rows[key]
        windows = [self.window(key), (row["base_window_start_on"], row["base_window_end_on"])]
        return any(first is not None and first <= start and end <= last for first, last in windows)


def _of(gates: Gates, *kpis: str) -> Iterator[tuple[Key, Fraction]]:
    yield from ((key, gates.value(key)) for key in gates.figures if key.kpi in kpis)


def growths(gates: Gates) -> Iterator[Key]:
    """Growth on the year of more than half."""
    for key, value in _of(gates, "building_tax_total_yoy", "building_tax_district_yoy"):
        if abs(value) > Fraction(1, 2):
            yield key


def changes(gates: Gates) -> Iterator[Key]:
    """A rate of enough cases five points away from the period before, one to date from the year before."""
    for series in gates.over_time(key for key in gates.figures if _is_rate(key)):
        for before, key in pairwise(series):
            enough = min(gates.cases(before), gates.cases(key)) >= 30
            if enough and abs(gates.value(key) - gates.value(before)) > Fraction(5, 100):
                yield key


def _is_rate(key: Key) -> bool:
    kpi = KPI[key.kpi]
    return (kpi["kind"], kpi["unit"], kpi["is_signed"]) == ("ratio", "%", "false")


def shares(gates: Gates) -> Iterator[Key]:
    """What the district keeps, who comes to an activity, and rates beyond all or nothing."""
    for key, value in _of(gates, "district_retained_share"):
        if not Fraction(15, 100) <= value <= Fraction(45, 100):
            yield key
    for key, value in _of(gates, "attendance_per_activity"):
        if not 3 <= value <= 500:
            yield key
    yield from (key for key in gates.figures if _is_rate(key) and not 0 <= gates.value(key) <= 1)


def marginal(gates: Gates) -> Iterator[Key]:
    """What the district keeps of the additional tax, where the whole changed by more than a twentieth."""
    for key, figure in gates.figures.items():
        if key.kpi == "building_tax_district_yoy":
            whole = gates.figures.get(_named(key, "building_tax_total_yoy"))
            if whole is None or abs(_more(whole)) <= Fraction(5, 100) * abs(_base(whole)):
                continue
            if not Fraction(15, 100) <= _more(figure) / _more(whole) <= Fraction(28, 100):
                yield key


def _named(key: Key, kpi: str) -> Key:
    return Key(kpi, key.area, key.period, key.kind, key.member, key.base, key.basis)


def _base(figure: Figure) -> Fraction:
    assert figure.denominator is not None
    return figure.denominator


def _more(figure: Figure) -> Fraction:
    assert figure.numerator is not None
    return figure.numerator - _base(figure)


def envelopes(gates: Gates) -> Iterator[Key]:
    """Tax beyond the budget, activities beyond two a station and day, people beyond the floor, tickets beyond use."""
    for key, value in _of(gates, "building_tax_district"):
        if value > _budget(gates, key):
            yield key
    stations = {gates.window(key)[1]: value for key, value in _of(gates, "station_cnt") if gates.is_whole(key)}
    for key, value in _of(gates, "activity_cnt"):
        start, end = gates.window(key)
        near = stations[min(stations, key=lambda day: abs(day - end))]
        if gates.is_whole(key) and near and value / near / (end - start).days > 2:
            yield key
    for key, value in _of(gates, "employee_cnt"):
        if value > gates.value(_named(key, "building_area_total")) / 2:
            yield key
    tickets = (key for key, _ in _of(gates, "building_ticket_cnt") if gates.rows[key]["period_type"] in ("M", "HM"))
    for series in gates.over_time(tickets):
        for place, key in enumerate(series):
            usual = median([gates.value(one) for one in series[max(0, place - 12) : place]] or [Fraction(0)])
            if place >= 6 and usual >= 5 and not usual / 5 <= gates.value(key) <= usual * 5:
                yield key


def _budget(gates: Gates, key: Key) -> float | Fraction:
    """The revenue stated for the very period, else the months' part of the year that is stated; else no limit."""
    stated = gates.place.budget
    if key.period in stated:
        return Fraction(stated[key.period] * 10_000)
    of_year = [amount for period, amount in stated.items() if len(period) == len("2023")]
    start, end = gates.window(key)
    months = (end.year - start.year) * 12 + end.month - start.month
    return Fraction(of_year[0] * 10_000 * months, 12) if of_year else inf


RULES: list[tuple[str, Callable[[Gates], Iterator[Key]]]] = [
    ("G-RATIO", marginal), ("G-RATIO", shares), ("G-JUMP", changes), ("G-JUMP", growths), ("G-ENV", envelopes),
]  # fmt: skip
"""Of a figure that breaks several rules the first gate by its name speaks, which is the last here."""
