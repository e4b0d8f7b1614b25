"""An attacker who has every published figure, and one enterprise's own taxes, comes too near to nobody (SPEC 4.4).

He shares nothing with the product: what he reads is the published file, what he is held against are the taxes of the
file for the tax role, and the rules are written here again.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cached_property
from typing import Any

import duckdb
import polars as pl
import pytest
from disclosure_attacker import Known, Solver, Unknown
from louyu_home import Louyu

LEVELS = {"building_tax_total": "T", "building_tax_district": "D"}
GROWTHS = {"building_tax_total_yoy": "T", "building_tax_district_yoy": "D"}
Cell = tuple[str, str, date, date]
"""Measure (T total, D district), tax type, first day and day after."""


def months(first: date, until: date) -> Iterator[date]:
    while first < until:
        yield first
        first = date(first.year + first.month // 12, first.month % 12 + 1, 1)


def year_before(day: date) -> date:
    return date(day.year - 1, day.month, 1)


def fails(given: list[int]) -> bool:
    sizes = sorted(map(abs, given), reverse=True)
    whole, rest = sum(sizes), sum(sizes[2:])
    return (
        sum(map(bool, sizes)) < 3
        or sizes[0] * 100 > 70 * whole
        or sum(sizes[:2]) * 100 > 85 * whole
        or rest * 10 < sizes[0]
    )


def needed(given: list[int]) -> float:
    sizes = sorted(map(abs, given), reverse=True)
    return max(1.0, sizes[0] / 10 - sum(sizes[2:]))


class Attack:
    """What is published of the taxes by tax type, and the taxes behind it, in yuan."""

    def __init__(self, home: Louyu) -> None:
        with duckdb.connect(str(home.home.published / "louyu.duckdb"), read_only=True) as published:
            self.rows = published.execute("select * from published.kpi_value").pl().rows(named=True)
        [folder] = home.home.candidates.iterdir()
        paid = pl.read_parquet(folder / "mart_enterprise_month_tax.parquet").filter(bucket="BUILDING")
        self.paid: dict[tuple[str, str, date], dict[str, int]] = defaultdict(lambda: defaultdict(int))
        for name, month, kind, total, own in paid.select(
            "enterprise_id", "treasury_month", "tax_type", "tax_total_yuan", "tax_district_yuan"
        ).iter_rows():
            day = date.fromisoformat(f"{month}-01")
            for measure, amount in (("T", total), ("D", own)):
                if amount:
                    self.paid[(measure, kind, day)][name] += int(amount * 100)

    @cached_property
    def kinds(self) -> list[str]:
        return sorted({row["breakdown_code"] for row in self.rows if row["breakdown_type"] == "tax_type"})

    def inside(self, cell: Cell) -> list[Unknown]:
        measure, kind, first, until = cell
        return [(measure, kind, month) for month in months(first, until)]

    def givers(self, cell: Cell) -> list[int]:
        whole: dict[str, int] = defaultdict(int)
        for atom in self.inside(cell):
            for name, amount in self.paid[atom].items():  # type: ignore[index]
                whole[name] += amount
        return list(whole.values())

    def told(self) -> Iterator[tuple[Cell, float | None]]:
        """Every tax that some published row states by tax type, in fen; without a size where it is suppressed."""
        for row in self.rows:
            if row["breakdown_type"] != "tax_type" or row["area_type"] != "district":
                continue
            first, until = row["window_start"], row["window_end"]
            now = (row["breakdown_code"], first, until)
            before = (row["breakdown_code"], year_before(first), year_before(until))
            if row["kpi_id"] in LEVELS:
                yield (LEVELS[row["kpi_id"]], *now), self._fen(row["value"])
            elif row["kpi_id"] in GROWTHS:
                yield (GROWTHS[row["kpi_id"]], *now), self._fen(row["numerator"])
                yield (GROWTHS[row["kpi_id"]], *before), self._fen(row["denominator"])
            elif row["kpi_id"] == "district_retained_share":
                yield ("D", *now), self._fen(row["numerator"])
                yield ("T", *now), self._fen(row["denominator"])

    @staticmethod
    def _fen(amount: Any) -> float | None:
        return None if amount is None else float(amount * 100)

    def known(self) -> list[Known]:
        facts: list[Known] = []
        for cell, size in self.told():
            if size is not None:
                facts.append((dict.fromkeys(self.inside(cell), 1), size))
        for row in self.rows:
            if row["kpi_id"] in LEVELS and row["breakdown_type"] == "_T" and row["area_type"] == "district":
                measure = LEVELS[row["kpi_id"]]
                every = [(measure, kind, month) for kind in self.kinds
                         for month in months(row["window_start"], row["window_end"])]  # fmt: skip
                facts.append((dict.fromkeys(every, 1), float(row["value"] * 100)))
        # the other levels' part is what is left, and nothing is below zero
        days = {name[2] for terms, _ in facts for name in terms}
        for kind in self.kinds:
            for day in days:
                facts.append(({("T", kind, day): 1, ("D", kind, day): -1, ("O", kind, day): -1}, 0.0))
        return facts

    def secrets(self) -> Mapping[Cell, list[int]]:
        """The taxes that stand in the published tables and are too much one enterprise's."""
        cells = {cell for cell, _ in self.told()}
        given = {cell: self.givers(cell) for cell in cells}
        return {cell: amounts for cell, amounts in sorted(given.items()) if any(amounts) and fails(amounts)}


@pytest.fixture(scope="module")
def attack(quarter: Louyu) -> Attack:
    return Attack(quarter)


def test_there_is_something_to_attack(attack: Attack) -> None:
    assert len(attack.secrets()) > 10
    assert sum(size is not None for _, size in attack.told()) > 500


def test_no_row_states_a_tax_that_is_too_much_one_enterprises(attack: Attack) -> None:
    secrets = attack.secrets()
    assert [cell for cell, size in attack.told() if cell in secrets and size is not None] == []


def test_who_solves_every_published_figure_stays_outside_what_must_be_protected(attack: Attack) -> None:
    solver = Solver(attack.known())
    close = []
    for cell, given in attack.secrets().items():
        inside = [name for name in attack.inside(cell) if name in solver.column]
        least, most = solver.bounds(inside)
        value = float(sum(given))
        if least > value - min(needed(given), value) + 1 or most < value + needed(given) - 1:
            close.append((cell, least, value, most))
    assert close == []


def test_who_knows_the_taxes_of_one_enterprise_too_stays_outside(attack: Attack) -> None:
    """Whoever is alone in a month's tax of some kind knows it; he then attacks the others."""
    alone: dict[str, list[tuple[str, str, date]]] = defaultdict(list)
    for atom, given in attack.paid.items():
        if len(given) == 1:
            alone[next(iter(given))].append(atom)
    secrets, facts = attack.secrets(), attack.known()
    close = []
    for name, own in sorted(alone.items()):
        solver = Solver([*facts, *(({atom: 1}, float(attack.paid[atom][name])) for atom in own)])
        for cell, given in secrets.items():
            inside = attack.inside(cell)
            if not set(inside) & set(own):
                least, most = solver.bounds([one for one in inside if one in solver.column])
                value = float(sum(given))
                if least > value - min(needed(given), value) + 1 or most < value + needed(given) - 1:
                    close.append((name, cell, least, value, most))
    assert close == []
