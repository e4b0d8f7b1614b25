"""A held delivery on the command line: it says what it asks, takes an answer, and counts from then on."""

from pathlib import Path

import pytest
from louyu_home import Louyu
from office_home import TAX, Office, tax_rows


@pytest.fixture
def held(tmp_path: Path, key_file: Path) -> Louyu:
    """A home in which the third month of tax waits for its unit."""
    office = Office(tmp_path)
    for number, month in enumerate(("2023-01", "2023-02"), 1):
        office.drop("T01", f"m{number}", TAX, tax_rows(month, [20_000_000 + n for n in range(20)]), f"{month}-28")
    office.drop("T01", "m3", TAX, tax_rows("2023-03", [2000 + n for n in range(20)]), "2023-04-10")
    office.take_in()
    return Louyu(office.home)


def test_a_held_delivery_says_what_it_asks_and_how_to_answer(held: Louyu) -> None:
    [waiting] = [row for row in held.json("deliveries", "--lang", "en") if row["status"] == "HELD"]
    assert "B-NUM-01" not in waiting["reason"]
    assert "wan = the numbers are" in waiting["reason"]
    [listed] = held.json("status", "--lang", "en")["held"]
    assert listed["delivery_id"] == waiting["delivery_id"]


def test_an_answer_is_recorded_with_who_gave_it_and_lets_the_delivery_count(held: Louyu) -> None:
    [waiting] = [row["delivery_id"] for row in held.json("deliveries") if row["status"] == "HELD"]
    given = held.json("deliveries", "answer", waiting, "万元", "--by", "李四")
    assert (given["rule_id"], given["choice"], given["by"]) == ("B-NUM-01", "wan", "李四")
    office = Office(held.home.root.parent)
    office.take_in()
    assert {row["status"] for row in held.json("deliveries")} == {"ACCEPTED"}


def test_what_is_no_answer_fails_and_lists_the_answers(held: Louyu) -> None:
    [waiting] = [row["delivery_id"] for row in held.json("deliveries") if row["status"] == "HELD"]
    assert "wan" in held.call("deliveries", "answer", waiting, "perhaps", "--lang", "en", code=1).stderr
    assert "louyu deliveries" in held.call("deliveries", "answer", "T01-none", "yes", "--lang", "en", code=1).stderr
