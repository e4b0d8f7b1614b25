"""No subtraction of printed counts gives a small one (SPEC 4.4), whatever the table."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from itertools import product

import pytest
from disclosure_attacker import Known, Solver
from hypothesis import given, settings
from hypothesis import strategies as st

from publish.protection.counts import Counts, protect_counts
from publish.protection.links import WHOLE, Quantity

D = "110107"
DAYS = [date(2023, month, 1) for month in range(1, 8)]
KINDS = ("A", "B", "C")
STREETS = ("S1", "S2", "S3")


def quantity(street: str, kind: str, first: int, last: int) -> Quantity:
    """The count of months ``first`` to ``last``, the latter not among them, of a street and kind; '' is all of them."""
    area = ("street", street) if street else ("district", D)
    slice_ = ("kind", kind) if kind else (WHOLE, WHOLE)
    return Quantity("cases", *area, *slice_, DAYS[first], DAYS[last])


Atom = tuple[str, str, int]
Tables = Mapping[Atom, int]
WINDOWS = [*((month, month + 1) for month in range(6)), *((0, month) for month in range(2, 7)), (0, 3), (3, 6)]


def atoms_of(street: str, kind: str, first: int, last: int) -> list[Atom]:
    streets, kinds = [street] if street else STREETS, [kind] if kind else KINDS
    return list(product(streets, kinds, range(first, last)))


def printed(atoms: Tables) -> dict[Quantity, Decimal]:
    """Every count by street and kind, of the month, the quarter and the year so far."""
    return {
        quantity(street, kind, *window): Decimal(sum(atoms[atom] for atom in atoms_of(street, kind, *window)))
        for street, kind, window in product(("", *STREETS), ("", *KINDS), WINDOWS)
    }


def small(values: Mapping[Quantity, Decimal]) -> list[Quantity]:
    return [one for one, value in values.items() if 0 < value < 3]


def attacked(values: Mapping[Quantity, Decimal], hidden: frozenset[Quantity]) -> Solver:
    known: list[Known] = []
    for street, kind, window in product(("", *STREETS), ("", *KINDS), WINDOWS):
        one = quantity(street, kind, *window)
        if one not in hidden:
            known.append((dict.fromkeys(atoms_of(street, kind, *window), 1), float(values[one])))
    # sums of what is hidden bind nothing that the sums of the atoms do not bind already
    return Solver(known)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sampled_from([0, 1, 2, 4, 7, 30]), min_size=54, max_size=54))
def test_no_small_count_can_be_worked_out(sizes: list[int]) -> None:
    values = printed(dict(zip(product(STREETS, KINDS, range(6)), sizes, strict=True)))
    found = protect_counts(values, small(values), {}, D)
    assert found.hidden >= set(small(values))
    solver = attacked(values, found.hidden)
    for one in set(small(values)) - found.exposed:
        street = one.area_code if one.area_type == "street" else ""
        kind = "" if one.breakdown_type == WHOLE else one.breakdown_code
        inside = list(atoms_of(street, kind, DAYS.index(one.from_on), DAYS.index(one.until_on)))
        if all(name in solver.column for name in inside):
            least, most = solver.bounds(inside)
            assert most - least > 1e-6, f"{one} is {least}"


def plenty(**fewer: int) -> dict[Quantity, Decimal]:
    """A table of forties with a few small counts, named like S1_A_2."""
    atoms = dict.fromkeys(product(STREETS, KINDS, range(6)), 40)
    for name, size in fewer.items():
        street, kind, month = name.split("_")
        atoms[(street, kind, int(month))] = size
    return printed(atoms)


def protect(values: Mapping[Quantity, Decimal], before: Mapping[Quantity, Decimal] | None = None) -> Counts:
    return protect_counts(values, small(values), before or {}, D)


def test_a_lone_small_count_is_merged_with_a_neighbouring_month_and_hides_no_sum_of_the_district() -> None:
    found = protect(plenty(S1_A_1=2))
    assert quantity("S1", "A", 1, 2) in found.hidden
    assert quantity("S1", "A", 0, 1) in found.hidden or quantity("S1", "A", 2, 3) in found.hidden
    assert not any(one.is_margin for one in found.hidden)
    assert not found.exposed
    # quarters, and what has nothing to do with that time, stay
    assert quantity("S1", "A", 0, 3) not in found.hidden
    assert not any(one.from_on >= DAYS[3] for one in found.hidden)


def test_where_nothing_is_small_nothing_is_hidden() -> None:
    assert protect(plenty()) == Counts(frozenset(), frozenset())


def test_what_was_printed_before_is_no_company() -> None:
    values = plenty(S1_A_1=2)
    spare = [quantity("S2", kind, *window) for kind, window in product(KINDS, WINDOWS)]
    found = protect(values, {one: values[one] for one in spare})
    assert found.hidden.isdisjoint(spare)
    assert any(one.area_code == "S3" for one in found.hidden)


def test_the_order_in_which_counts_are_named_decides_nothing() -> None:
    values = plenty(S1_A_1=2, S2_B_4=1, S3_C_0=1)
    turned = dict(reversed(values.items()))
    assert protect_counts(values, small(values), {}, D) == protect_counts(turned, small(turned)[::-1], {}, D)


@pytest.mark.parametrize("others", [0, 40])
def test_a_small_count_whose_line_has_nothing_else_takes_its_whole_with_it(others: int) -> None:
    """Where all other streets have none, the district's count is the small one itself."""
    values = {quantity(street, "", 0, 1): Decimal(2 if street == "S1" else others) for street in STREETS}
    values[quantity("", "", 0, 1)] = Decimal(2 + 2 * others)
    found = protect(values)
    assert (quantity("", "", 0, 1) in found.hidden) == (others == 0)
    assert len(found.hidden) == 2
    assert not found.exposed
