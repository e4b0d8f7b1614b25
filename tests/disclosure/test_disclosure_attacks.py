"""Whatever table it is, what is published withstands an attack, and no cheaper choice would (SPEC 4.4)."""

import json
from itertools import product
from typing import Any

import pytest
from disclosure_tables import WORKED, attacked, cheapest, fails, form, holds, lines
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from disclosure.attack import Attack, Demand, attackers
from disclosure.control import Protection, known_intervals, protect
from disclosure.form import read_form

Cells = dict[tuple[str, ...], list[int]]


def protected(cells: Cells, **extra: Any) -> Protection:
    return protect(read_form(json.dumps(form(cells, **extra))).system)


def intervals(written: dict[str, Any]) -> dict[tuple[str, ...], Any]:
    """What a reader can pin the cells down to that are hidden."""
    system = read_form(json.dumps(written)).system
    found = protect(system)
    known = known_intervals(system, found)
    return {key: known[key] for key in hidden(found)}


def hidden(found: Protection) -> set[tuple[str, ...]]:
    return {verdict.key for verdict in found.verdicts if verdict.status != "open"}


even = st.lists(st.integers(20, 60), min_size=4, max_size=6)


def contributions(least: int = 1) -> st.SearchStrategy[list[int]]:
    return st.one_of(even, even, even, st.lists(st.integers(least, 90), max_size=3))


@st.composite
def tables(draw: st.DrawFn, shape: tuple[int, ...] = (3, 3), least: int = 1, is_spare: bool = False) -> Cells:
    keys = list(product(*("ABCD"[:size] for size in shape)))
    few = draw(st.sets(st.sampled_from(keys), min_size=1, max_size=2))
    return {key: draw(contributions(least) if not is_spare or key in few else even) for key in keys}


def test_the_worked_example_comes_out_to_the_last_digit() -> None:
    found = protected(WORKED)
    assert (found.is_feasible, found.cost, found.bound, found.totals_to_withhold) == (True, 1940, 1940, ())
    known = intervals(form(WORKED))
    shown = {verdict.key: (verdict.status, *known[verdict.key]) for verdict in found.verdicts if verdict.key in known}
    assert shown == {
        ("A", "F"): ("primary", 0, 1790), ("B", "I"): ("primary", 1180, 2970),
        ("A", "I"): ("secondary", 260, 2050), ("B", "F"): ("secondary", 0, 1790),
    }  # fmt: skip
    rules = {verdict.key: verdict.rules for verdict in found.verdicts if verdict.rules}
    assert rules == {
        ("A", "F"): ("minimum_frequency", "dominance_1_70", "dominance_2_85", "p_percent"),
        ("B", "I"): ("dominance_1_70", "dominance_2_85", "p_percent"),
    }


def test_hiding_the_two_primary_cells_alone_is_wrong() -> None:
    found = attacked(WORKED, {("A", "F"), ("B", "I")}, set())
    assert found[("A", "F")] == (950, 950)
    system = read_form(json.dumps(form(WORKED))).system
    place = {cell.key: number for number, cell in enumerate(system.cells)}
    attack = Attack(system, attackers(system, place.values()))
    demand = Demand(place["A", "F"], 1, 90)  # type: ignore[arg-type]
    assert attack.weakness(demand, {place["A", "F"], place["B", "I"]}) is not None
    assert attack.weakness(demand, {place[key] for key in (("A", "F"), ("B", "I"), ("A", "I"), ("B", "F"))}) is None


@settings(max_examples=25)
@given(tables())
def test_no_published_table_gives_a_protected_cell_away(cells: Cells) -> None:
    found = protected(cells)
    assume(found.is_feasible)
    assert holds(cells, hidden(found) & cells.keys())


@settings(max_examples=20)
@given(tables())
def test_the_choice_is_the_first_of_the_cheapest(cells: Cells) -> None:
    found = protected(cells)
    totals_pass = not any(fails([one for key in line for one in cells[key]]) for line in lines(cells))
    best = cheapest(cells)
    assert found.is_feasible == (best is not None and totals_pass)
    if found.is_feasible and best is not None:
        chosen = sorted(verdict.key for verdict in found.verdicts if verdict.status == "secondary")
        assert (int(found.cost), chosen) == best
        assert found.bound == found.cost


@settings(max_examples=8)
@given(tables((3, 3, 3), is_spare=True))
def test_three_dimensions_withstand_the_attack_too(cells: Cells) -> None:
    found = protected(cells)
    assume(found.is_feasible)
    assert holds(cells, hidden(found) & cells.keys())


@settings(max_examples=15)
@given(tables(least=-40))
def test_where_cells_may_be_negative_the_attacker_assumes_no_least_value(cells: Cells) -> None:
    assume(min(map(sum, cells.values())) < 0)
    assume(protected(cells).is_feasible)
    assert set(intervals(form(cells)).values()) <= {(None, None)}


@settings(max_examples=10)
@given(tables(), st.randoms(use_true_random=False))
def test_the_order_of_cells_and_members_changes_nothing(cells: Cells, random: Any) -> None:
    written = form(cells)
    random.shuffle(written["cells"])
    for dimension in written["dimensions"]:
        random.shuffle(dimension["members"])
        random.shuffle(dimension["totals"][0][1])
    assert protect(read_form(json.dumps(written)).system) == protected(cells)
    assert intervals(written) == intervals(form(cells))


@settings(max_examples=20)
@given(tables((2, 3)))
def test_the_totals_named_really_make_it_feasible(cells: Cells) -> None:
    """What stays published after they are gone pins no primary cell down further than it may."""
    found = protected(cells)
    assume(not found.is_feasible and not found.exposed)
    assert found.totals_to_withhold
    known = intervals(form(cells))
    for verdict in found.verdicts:
        if verdict.status == "primary" and len(verdict.key) == 2:
            low, high = known[verdict.key]
            assert low != high


@pytest.mark.parametrize("factor", [1, 100, 10**6])
def test_the_unit_of_money_decides_nothing_where_the_least_protection_does_not(factor: int) -> None:
    cells = {key: [factor * one for one in given] for key, given in WORKED.items()}
    assert protected(cells).cost == 1940 * factor
    assert intervals(form(cells))["B", "I"] == (1180 * factor, 2970 * factor)
