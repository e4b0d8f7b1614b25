"""Tables beyond the exact search: every attack still fails, a bound is told, and so is progress."""

import json
import os
import random
from fractions import Fraction
from functools import cache
from itertools import product

import numpy as np
import pytest
from disclosure_tables import form, holds

from common.messages import Message
from disclosure.attack import READER, Attack, Attacker, Demand, attackers
from disclosure.audit import audit, reached, seen_through, worlds_of
from disclosure.circuits import Circuits
from disclosure.control import Protection, protect
from disclosure.form import read_form
from disclosure.nearby import Nearby
from disclosure.rules import Problem
from disclosure.system import System
from disclosure.worlds import Worlds

Cells = dict[tuple[str, ...], list[int]]


def table(seed: int, shape: tuple[int, ...] = (6, 8, 6), is_refunded: bool = False) -> Cells:
    draw = random.Random(seed)
    keys = list(product(*("ABCDEFGHIJ"[:size] for size in shape)))
    few = set(draw.sample(keys, 8))
    cells = {key: [draw.randint(20, 90) for _ in range(draw.choice([1, 2]) if key in few else 5)] for key in keys}
    if is_refunded:
        cells[keys[0]] = [-90, -80, -70, -60, -50]
    return cells


@cache
def answered(seed: int, is_refunded: bool = False) -> tuple[Protection, tuple[Message, ...]]:
    said: list[Message] = []
    found = protect(system(table(seed, is_refunded=is_refunded)), progress=said.append)
    return found, tuple(said)


def system(cells: Cells) -> System:
    return read_form(json.dumps(form(cells))).system


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("is_refunded", [False, True])
def test_a_large_table_withstands_every_attack(seed: int, is_refunded: bool) -> None:
    found, _ = answered(seed, is_refunded)
    assert found.is_feasible
    cells = table(seed, is_refunded=is_refunded)
    assert holds(cells, {verdict.key for verdict in found.verdicts if verdict.status != "open"})


def test_the_bound_of_a_large_table_is_no_more_than_its_cost() -> None:
    found, _ = answered(1)
    assert 0 < found.bound <= found.cost
    assert found.cost == sum(sum(table(1)[verdict.key]) for verdict in found.verdicts if verdict.status == "secondary")


def test_progress_is_told_from_the_beginning_in_both_languages() -> None:
    _, said = answered(1)
    assert "bounding the cost" in said[0].en
    assert "求代价下界" in said[0].zh
    assert len(said) > 3


def test_the_order_of_a_large_tables_cells_changes_nothing() -> None:
    written = form(table(2))
    random.Random(5).shuffle(written["cells"])
    for dimension in written["dimensions"]:
        dimension["totals"][0][1].reverse()
    assert protect(read_form(json.dumps(written)).system) == answered(2)[0]


def test_a_large_table_with_a_line_of_one_cell_has_totals_withheld() -> None:
    cells = table(3, (20, 16))
    lone = next(key for key, given in cells.items() if len(given) < 3)
    cells = {key: given for key, given in cells.items() if key[0] != lone[0] or key == lone}
    found = protect(system(cells))
    assert not found.is_feasible
    assert (lone[0], "T") in found.totals_to_withhold


def test_a_cell_alone_in_its_line_does_not_move_and_a_rectangle_moves_together() -> None:
    given = system({key: [40] * 4 for key in product("ABC", "XYZ")})
    place = {cell.key: number for number, cell in enumerate(given.cells)}
    square = [place[key] for key in product("AB", "XY")]
    circuits = Circuits(given, [*square, place["C", "Z"]])
    assert circuits.moving([*square, place["C", "Z"]]) == set(square)
    assert circuits.chains() == [frozenset(square)]


def test_what_an_attack_nearby_shows_to_be_lacking_is_what_would_help() -> None:
    given = system({key: [40] * 4 for key in product("ABC", "XYZ")})
    place = {cell.key: number for number, cell in enumerate(given.cells)}
    demand = Demand(place["A", "X"], 1, Fraction(10))
    near = Nearby(Attack(given, ()), [place[key] for key in (("A", "X"), ("A", "Y"), ("B", "Y"))])
    ((attacker, lacking),) = near.lacks(demand, near.around(demand.cell, 20))
    assert attacker is READER
    others = {place["B", "X"], place["C", "X"]}
    assert all(lacking.get(one, 0) >= 1 for one in others)
    whole = Nearby(Attack(given, ()), [place[key] for key in product("AB", "XY")])
    assert not list(whole.lacks(demand, whole.around(demand.cell, 20)))


@pytest.mark.parametrize("is_refunded", [False, True])
def test_attacks_made_one_after_another_end_as_each_does_alone(is_refunded: bool) -> None:
    given = system(table(3, (4, 6, 5), is_refunded))
    draw = random.Random(3)
    inner = [place for place, cell in enumerate(given.cells) if not cell.is_total]
    hidden = frozenset(draw.sample(inner, 85))
    demands = tuple(
        Demand(place, sign, Fraction(draw.randint(1, 500)))
        for place in sorted(hidden)
        for sign in (1, -1)
        for _ in "ab"
    )
    crowd = attackers(given, hidden)
    said: list[Message] = []
    found = audit(Problem(given, Attack(given, crowd), hidden, {}, demands), demands, hidden, said.append)
    alone = {one: reached(worlds_of(demands, given, hidden), one) is not None for one in demands}
    assert {one for one, attacker in found if attacker is READER} == {
        one for one, is_met in alone.items() if not is_met
    }
    assert 0 < sum(alone.values()) < len(alone)
    watching = [
        (one, attacker) for one in demands if alone[one] for attacker in crowd if one.cell not in attacker.known
    ]
    broken = {pair for pair in watching if reached(worlds_of(demands, given, hidden), *pair) is None}
    assert {(one, attacker) for one, attacker in found if attacker is not READER} == broken
    # amounts that may be negative leave a lone contributor as much in the dark as the reader
    assert bool(broken) != is_refunded
    assert [message.en for message in said if "reader" in message.en] == [f"a reader's attacks, 250 of {len(demands)}"]


def test_where_the_reader_sees_through_everything_nothing_is_left_to_ask_of_a_contributor() -> None:
    system = read_form(json.dumps(form(table(1)))).system
    worlds = Worlds(system, range(20))
    somebody = Attacker("A", frozenset({3}))
    assert list(seen_through(worlds, [], np.empty((0, 20)), somebody)) == []


def test_what_a_solver_prints_is_no_part_of_the_answer(capfd: pytest.CaptureFixture[str]) -> None:
    given = read_form(json.dumps(form(table(1)))).system

    def as_native_code(_: Message) -> None:
        os.write(1, b"a solver's remark\n")

    protect(given, progress=as_native_code)
    told = capfd.readouterr()
    assert told.out == ""
    assert "a solver's remark" in told.err
