"""Notes are told once, with their number, at the place of the first."""

from hypothesis import given
from hypothesis import strategies as st

from common.notes import counts, told_once, told_once_each
from common.rules import Finding, Place


def note(row: int, number: int = 1, form: str = "", rule: str = "B-IDN-10", column: str = "序号") -> Finding:
    return Finding(rule, "AUTO", Place(row=row, column=column), facts=counts(rule, number, form))


@given(st.lists(st.tuples(st.integers(1, 9), st.sampled_from("ab")), min_size=1))
def test_the_numbers_of_one_form_add_up_and_the_first_place_is_kept(parts: list[tuple[int, str]]) -> None:
    noted = [("file", note(row, number, form)) for row, (number, form) in enumerate(parts)]
    told = [finding for _, finding in told_once(noted)]
    firsts = {form: row for row, (_, form) in reversed(list(enumerate(parts)))}
    assert {finding.facts["same"]: finding.place.row for finding in told} == firsts
    assert sum(int(str(finding.facts["n"])) for finding in told) == sum(number for number, _ in parts)


def test_what_waits_is_told_row_by_row() -> None:
    waiting = [("file", Finding("L-VAL-TIME", "QUARANTINE", Place(row=row), "8月")) for row in (1, 2)]
    assert told_once(waiting) == waiting


def test_rules_and_columns_are_told_apart() -> None:
    noted = [note(1), note(2, column="编号"), note(3, rule="B-LAY-07")]
    assert len(told_once(("file", one) for one in noted)) == 3


def test_deliveries_are_told_apart_and_their_files_are_not() -> None:
    found = [(delivery, "T01", file, note(1)) for delivery in ("one", "two") for file in ("a", "b")]
    told = list(told_once_each(found))
    assert [(delivery, file, finding.facts["n"]) for delivery, _, file, finding in told] == [
        ("one", "a", 2), ("two", "a", 2),
    ]  # fmt: skip


def test_persons_are_told_apart_by_numbers_that_are_never_shown() -> None:
    numbers = ("11010519491231002X", "440524188001010014")
    noted = [("file", Finding("B-IDN-10", "AUTO", facts=counts("B-IDN-10", 1, (number,)))) for number in numbers]
    assert len(told_once(noted)) == 2
