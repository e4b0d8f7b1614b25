"""A street that sends its own month and falls silent leaves the district's figures incomplete (G-FRESH)."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from gates_making import STREET, figure, judged

from common.periods import add_months

OTHER = "110107002"


def reports(
    street: str, counts: list[int], measure: str = "activity_cnt", feed: str = "A01"
) -> list[tuple[object, ...]]:
    """Rows of a street in the months up to September 2023; a month of nothing has none."""
    first = add_months(date(2023, 9, 1), 1 - len(counts))
    return [
        (measure, "M", add_months(first, at), street, f"{feed}-{at}", Decimal(count))
        for at, count in enumerate(counts)
        if count
    ]


FIGURES = (
    figure("activity_cnt", "2023-09", 30), figure("activity_cnt", "2023-08", 40),
    figure("activity_cnt", "2023-YTD09", 300), figure("activity_cnt", "2023-09", 20, area=OTHER),
    figure("pre_complaint_cnt", "2023-09", 20),
)  # fmt: skip


def test_a_silent_street_withholds_what_its_month_is_part_of(tmp_path: Path) -> None:
    sources = [*reports(OTHER, [9] * 8), *reports(STREET, [9] * 7 + [0])]
    found = judged(tmp_path, *FIGURES, sources=sources)["G-FRESH"]
    assert {(said.figure_key.split("|")[0], said.figure_key.split("|")[6]) for said in found} == {
        ("activity_cnt", "2023-09"), ("activity_cnt", "2023-YTD09"),
    }  # fmt: skip
    assert {said.severity for said in found} == {"ERROR"}
    assert all(STREET in said.evidence for said in found)
    assert not any(OTHER in said.figure_key for said in found)


@pytest.mark.parametrize(
    "counts",
    [[9] * 8, [9] * 5 + [0], [9, 9, 9, 9, 9, 9, 2, 0], [9, 9, 9, 0, 9, 9, 9, 0]],
    ids=["reports", "is young", "had little", "was silent before"],
)
def test_a_street_without_a_habit_may_be_silent(tmp_path: Path, counts: list[int]) -> None:
    sources = [*reports(OTHER, [9] * 8), *reports(STREET, counts)]
    assert "G-FRESH" not in judged(tmp_path, *FIGURES, sources=sources)


def test_a_feed_that_the_district_sends_as_one_is_not_asked_of_streets(tmp_path: Path) -> None:
    sources = [
        *reports(OTHER, [9] * 8, "pre_complaint_cnt", "P01"),
        *reports(STREET, [9] * 7 + [0], "pre_complaint_cnt", "P01"),
    ]  # fmt: skip
    assert "G-FRESH" not in judged(tmp_path, *FIGURES, sources=sources)
