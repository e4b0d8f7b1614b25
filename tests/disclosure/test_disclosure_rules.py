"""The rules of SPEC 4.4 cell by cell, linked tables, earlier releases, totals and counts."""

import json
from decimal import Decimal
from typing import Any

import pytest
from disclosure_tables import WORKED, form, named

from common.messages import LouyuError
from disclosure.control import known_intervals, protect
from disclosure.form import answer, read_form
from disclosure.primary import Parameters, count_too_small, failed_rules, rate_too_small, required_protection
from disclosure.system import Cell, Equation, System


def asked(written: dict[str, Any]) -> dict[str, Any]:
    table = read_form(json.dumps(written))
    found = protect(table.system)
    return answer(table, found, known_intervals(table.system, found))


def statuses(told: dict[str, Any]) -> dict[tuple[str, ...], str]:
    return {tuple(cell["key"].values()): cell["status"] for cell in told["cells"]}


@pytest.mark.parametrize(("given", "rules"), [
    ([], ()),
    ([10, 10, 10], ()),
    ([10, 10], ("minimum_frequency", "dominance_2_85", "p_percent")),
    ([70, 10, 10, 10], ()),
    ([71, 10, 10, 9], ("dominance_1_70",)),
    ([45, 41, 14], ("dominance_2_85",)),
    ([-2000, 60, 40, 30], ("dominance_1_70", "dominance_2_85", "p_percent")),
    ([10, 10, 0, 0], ("minimum_frequency", "dominance_2_85", "p_percent")),
    ([0, 0, 0], ("zero_informs",)),
])  # fmt: skip
def test_a_cell_fails_exactly_the_rules_of_its_absolute_contributions(given: list[int], rules: tuple[str, ...]) -> None:
    assert failed_rules(given) == rules
    assert failed_rules([Decimal(one) for one in given]) == rules


def test_required_protection_is_what_the_p_percent_rule_lacks_and_one_at_least() -> None:
    assert required_protection([900, 50], 1) == 90
    assert required_protection([2000, 60, 40, 30], 1) == 130
    assert required_protection([5, 4], 1) == 1


def test_the_parameters_can_be_set() -> None:
    assert failed_rules([10, 9, 8], Parameters(n_min=4)) == ("minimum_frequency",)


def test_small_counts_and_small_denominators_are_told() -> None:
    assert [count_too_small(count) for count in range(5)] == [False, True, True, False, False]
    assert [rate_too_small(cases) for cases in (0, 4, 5)] == [True, True, False]


def test_a_small_count_cannot_be_found_by_subtraction() -> None:
    written = form({(a, b): [] for a in "ABC" for b in "XYZ"})
    counts = [2, 9, 8, 7, 12, 6, 5, 9, 4]
    for cell, count in zip(written["cells"], counts, strict=True):
        del cell["contributions"]
        cell |= {"kind": "count", "value": count}
    told = asked(written)
    assert told["feasible"]
    small = next(cell for cell in told["cells"] if cell["key"] == named("AX"))
    assert small["rules"] == ["small_count"]
    low, high = map(Decimal, small["interval"])
    assert low <= 1 < 2 <= high
    assert list(statuses(told).values()).count("secondary") == 3


def test_one_contributor_in_several_cells_is_one_enterprise_group() -> None:
    one = [{"contributor": "g", "value": 40}, {"contributor": "g", "value": "40"}, 10, 10]
    told = asked(form(WORKED | {("C", "O"): one}))
    rules = {tuple(cell["key"].values()): cell["rules"] for cell in told["cells"]}
    assert rules["C", "O"] == ["dominance_1_70", "dominance_2_85"]
    # of two hidden cells in one line, neither owner may learn the other's
    assert told["feasible"]


def test_a_cell_published_before_is_no_complement() -> None:
    told = asked(form(WORKED, published_before=[{"key": named("AI"), "value": "1100"}]))
    assert told["feasible"]
    assert statuses(told)["A", "I"] == "open"
    assert Decimal(told["cost"]) > 1940


def test_a_primary_cell_published_before_is_exposed_and_said_to_be() -> None:
    told = asked(form(WORKED, published_before=[{"key": named("AF"), "value": "950"}]))
    exposed = next(cell for cell in told["cells"] if cell["key"] == named("AF"))
    assert not told["feasible"]
    assert (exposed["status"], exposed["interval"]) == ("primary", ["950", "950"])
    assert exposed["rules"][-1] == "published_before"
    assert told["totals_to_withhold"] == []


def test_a_value_revised_since_is_not_known() -> None:
    told = asked(form(WORKED, published_before=[{"key": named("AI"), "value": "1099"}]))
    assert told["cost"] == "1940"


def test_a_line_with_one_cell_has_its_total_withheld() -> None:
    written = form({("A", "X"): [9, 5], ("B", "X"): [40, 30, 30, 30], ("B", "Y"): [40, 40, 40], ("C", "Y"): [50] * 4,
                    ("C", "X"): [40, 40, 40]})  # fmt: skip
    told = asked(written)
    assert not told["feasible"]
    assert named("AT") in told["totals_to_withhold"]
    cell = next(cell for cell in told["cells"] if cell["key"] == named("AX"))
    assert cell["interval"][0] != cell["interval"][1]


def test_no_total_below_the_whole_goes_where_inner_cells_can_protect_in_a_hierarchy() -> None:
    written = form(WORKED)
    first = written["dimensions"][0]
    first["totals"] = [["AB", ["A", "B"]], ["T", ["AB", "C"]]]
    told = asked(written)
    assert told["feasible"]
    assert told["cost"] == "1940"
    assert statuses(told)["AB", "F"] == "open"


def test_cells_shared_by_two_tables_are_protected_in_both_at_once() -> None:
    """quarter = Σ months for each street, and district = Σ streets for each month."""

    def cell(*key: str, given: tuple[int, ...] = (40, 40, 40, 40)) -> Cell:
        groups = tuple((f"{key}{number}", Decimal(one)) for number, one in enumerate(given))
        return Cell(key, Decimal(sum(given)), groups)

    inner = [cell(street, month) for street in "ABC" for month in "789"]
    inner[0] = cell("A", "7", given=(90, 9))
    values = {one.key: one.value for one in inner}
    equations = [Equation((street, "Q"), tuple((street, month) for month in "789")) for street in "ABC"]
    equations += [Equation(("D", month), tuple((street, month) for street in "ABC")) for month in "789"]
    totals = [Cell(one.total, sum((values[part] for part in one.parts), Decimal()), is_total=True) for one in equations]
    found = protect(System.of([*inner, *totals], equations))
    assert found.is_feasible
    hidden = [verdict.key for verdict in found.verdicts if verdict.status != "open"]
    assert len(hidden) == 4
    assert not [key for key in hidden if "Q" in key or "D" in key]


def test_what_was_hidden_in_an_earlier_release_stays_hidden() -> None:
    cells = [Cell((name,), Decimal(100), tuple((f"{name}{n}", Decimal(25)) for n in range(4))) for name in "ABC"]
    cells[0] = Cell(cells[0].key, cells[0].value, cells[0].contributions, stays_hidden=True)
    total = Cell(("T",), Decimal(300), is_total=True)
    found = protect(System.of([*cells, total], [Equation(("T",), (("A",), ("B",), ("C",)))]))
    assert {verdict.key: verdict.status for verdict in found.verdicts}["A",] == "secondary"


def test_a_system_whose_sum_does_not_hold_is_refused_by_name() -> None:
    cells = [Cell(("A",), Decimal(1)), Cell(("T",), Decimal("1.01"), is_total=True)]
    with pytest.raises(LouyuError, match=r"T is 1\.01, its parts sum to 1"):
        System.of(cells, [Equation(("T",), (("A",),))])


@pytest.mark.parametrize(("change", "said"), [
    ({"dimensions": []}, "dimensions"),
    ({"dimensions": [{"name": "d0", "members": ["A"], "totals": [["T", ["Z"]]]}]}, "no member Z"),
    ({"dimensions": [{"name": "d0", "members": ["A"], "totals": [["T", ["T"]]]}]}, "part of itself"),
    ({"dimensions": [{"name": "d0", "members": ["A"], "totals": [["S", ["A"]], ["T", ["A", "S"]]]}]}, "twice"),
    ({"cells": [{"key": {"d0": "A"}, "contributions": [1]}]}, r"cells\[0\]\.key"),
    ({"cells": [{"key": named("AX"), "contributions": [1]}]}, "no member X"),
    ({"cells": [{"key": named("AI"), "contributions": ["many"]}]}, r"contributions\[0\]: must be a number"),
    ({"cells": [{"key": named("AI"), "contributions": [1]}] * 2}, "a second time"),
    ({"cells": [{"key": named("AI")}]}, "contributions: must be a list"),
    ({"cells": [{"key": named("AT"), "contributions": [1]}]}, "A × T is 1"),
    ({"published_before": [{"key": named("AI"), "value": None}]}, r"published_before\[0\]\.value"),
])  # fmt: skip
def test_a_form_that_is_wrong_is_refused_with_the_place(change: dict[str, Any], said: str) -> None:
    with pytest.raises(LouyuError, match=said):
        read_form(json.dumps(form(WORKED) | change))


@pytest.mark.parametrize("text", ["", "{", "[]", "[" * 5000, '{"dimensions": NaN}'])
def test_what_is_no_form_at_all_is_refused(text: str) -> None:
    with pytest.raises(LouyuError):
        read_form(text)
