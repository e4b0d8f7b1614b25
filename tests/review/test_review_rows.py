"""Rows that wait because of other rows or of what was known before."""

from office_home import OCCUPANCY, TAX, Office, tax_rows, uscc

from common.rules import Finding
from review.judgement import Standing


def waiting(one: Standing) -> list[tuple[str, int | None]]:
    return [(finding.rule_id, finding.place.row) for _, finding in one.findings if finding.action == "QUARANTINE"]


def months(office: Office, last: list[object]) -> Standing:
    for number, month in enumerate(("2023-01", "2023-02", "2023-03"), 1):
        office.drop("T01", f"m{number}", TAX, tax_rows(month, [50_000 + n for n in range(20)]), f"{month}-28")
    office.drop("T01", "m4", TAX, tax_rows("2023-04", last), "2023-05-10")
    return office.judged()["m4"]


def test_a_row_in_another_unit_than_its_own_history_waits_and_the_rest_counts(office: Office) -> None:
    one = months(office, [*[50_000 + n for n in range(10)], *[5.0001] * 2, *[50_000] * 8])
    assert one.status == "ACCEPTED"
    assert waiting(one) == [("B-NUM-02", 12), ("B-NUM-02", 13)]
    assert one.refused == (("m4.csv", None, 12), ("m4.csv", None, 13))


def test_what_was_paid_years_ago_is_no_measure(office: Office) -> None:
    months = ["2020-01", *(f"{year}-{month:02d}" for year in (2021, 2022) for month in range(1, 13))]
    for number, month in enumerate(months):
        rows = tax_rows(month, [*[50_000 + n for n in range(19)], 50_000 if number else 5])
        office.drop("T01", month, TAX, rows, f"{month}-28")
    office.drop("T01", "last", TAX, tax_rows("2023-01", [*[50_000] * 19, 500_000_000]), "2023-02-10")
    assert waiting(office.judged()["last"]) == [("B-NUM-02", 21)]


def test_two_months_of_its_own_are_enough_to_tell_that_a_row_is_in_another_unit(office: Office) -> None:
    for number, month in enumerate(("2023-01", "2023-02"), 1):
        office.drop("T01", f"m{number}", TAX, tax_rows(month, [50_000 + n for n in range(20)]), f"{month}-28")
    office.drop("T01", "m3", TAX, tax_rows("2023-03", [*[50_000] * 19, 500_000_000]), "2023-04-10")
    assert waiting(office.judged()["m3"]) == [("B-NUM-02", 21)]


def test_a_large_or_small_amount_is_not_another_unit(office: Office) -> None:
    assert waiting(months(office, [*[50_000] * 18, 50, 5_000_000])) == []


def test_amounts_that_never_were_steady_are_no_history(office: Office) -> None:
    for number, (month, size) in enumerate([("2023-01", 5), ("2023-02", 50_000), ("2023-03", 700)], 1):
        office.drop("T01", f"m{number}", TAX, tax_rows(month, [size]), f"{month}-28")
    office.drop("T01", "m4", TAX, tax_rows("2023-04", [7_000_000]), "2023-05-10")
    assert waiting(office.judged()["m4"]) == []


def test_one_code_with_two_unlike_names_waits_and_two_spellings_do_not(office: Office) -> None:
    row = tax_rows("2023-01", [100])[0]
    other = (row[0], "天工造物科技集团", *row[2:4], 200, "V2", "")
    spelt = (uscc(7), "北京七星(中国)有限公司", *row[2:4], 300, "V3", "")
    again = (uscc(7), "北京七星中国有限责任公司", *row[2:4], 300, "V4", "")
    office.drop("T01", "m1", TAX, [row, other, spelt, again], "2023-02-10")
    assert waiting(office.judged()["m1"]) == [("B-IDN-06", 2), ("B-IDN-06", 3)]


def lease(unit: str, came: str, left: str = "", enterprise: int = 1) -> tuple[object, ...]:
    return ("甲大厦", unit, f"企业{enterprise}", uscc(enterprise), 100, came, left)


def test_an_enterprise_twice_in_a_unit_at_once_waits_once(office: Office) -> None:
    rows = [lease("101", "2022-01-01"), lease("101", "2022-06-01"), lease("101", "2022-06-01", enterprise=2),
            lease("102", "2022-01-01", "2022-06-01"), lease("102", "2022-06-01"),
            lease("103", "2022-01-01", "2022-06-02"), lease("103", "2022-06-01")]  # fmt: skip
    office.drop("O01", "jan", OCCUPANCY, rows, "2023-01-31")
    one = office.judged()["jan"]
    assert waiting(one) == [("B-BIZ-02", 3)]
    finding: Finding = one.findings[0][1]
    assert "2" in finding.message.zh


def test_one_enterprise_in_two_spellings_is_one_in_its_unit(office: Office) -> None:
    rows = [
        ("甲大厦", "101", "京西科技公司", uscc(1), 100, "2022-01-01", ""),
        ("甲大厦", "101", "京西科技有限公司", uscc(1), 100, "2023-01-01", ""),
    ]
    office.drop("O01", "sep", OCCUPANCY, rows, "2023-09-30")
    assert waiting(office.judged()["sep"]) == [("B-BIZ-02", 3)]


def test_a_lease_is_held_against_all_before_it_and_not_the_last_alone(office: Office) -> None:
    rows = [
        ("甲大厦", "101", "甲公司", uscc(1), 100, "2021-01-01", "2023-06-01"),
        ("甲大厦", "101", "甲公司", uscc(1), 100, "2022-01-01", "2022-02-01"),
        ("甲大厦", "101", "甲公司", uscc(1), 100, "2023-01-01", ""),
        ("甲大厦", "102", "甲公司", uscc(1), 100, "2021-01-01", "2022-01-02"),
        ("甲大厦", "102", "甲公司", uscc(1), 100, "2022-01-01", ""),
    ]
    office.drop("O01", "sep", OCCUPANCY, rows, "2023-09-30")
    one = office.judged()["sep"]
    assert waiting(one) == [("B-BIZ-02", 3), ("B-BIZ-02", 4)]
    assert [finding.facts["o"] for _, finding in one.findings] == [2, 2]
