"""No reader of amounts comes too near to one enterprise, whatever is told of it elsewhere (SPEC 4.4)."""

from collections.abc import Mapping
from decimal import Decimal

import pytest
from disclosure_attacker import Known, Solver
from tax_making import EVEN, LONE, D, District, sparse, tax

from disclosure.primary import STANDARD
from publish.protection import givers as protection_givers
from publish.protection.amounts import Before, protect_amounts
from publish.protection.bands import sums_of_bands, telling_bands
from publish.protection.links import Quantity


def hidden(district: District, before: Before | None = None) -> Mapping[Quantity, tuple[str, ...]]:
    return protect_amounts(district.printed(), before or Before(), district.givers(), D).hidden


def test_where_nobody_stands_out_everything_is_printed() -> None:
    assert hidden(District.even()) == {}


def test_who_is_nearly_all_of_an_amount_is_hidden_at_every_level_and_with_company() -> None:
    found = hidden(sparse())
    assert "dominance_1_70" in found[tax("F", 1, 2)]
    assert tax("F", 1, 2, "tax_district_yuan") in found
    assert any(rules == () for rules in found.values())
    assert not any(one.is_margin for one in found)


def test_an_attacker_who_solves_all_that_is_printed_stays_outside_the_required_interval() -> None:
    district = sparse()
    values, found = district.printed(), hidden(district)
    known: list[Known] = [
        (dict.fromkeys([(*row[:3],) for row in district.inside(one)], 1), float(value))
        for one, value in values.items()
        if one not in found and one.term == "tax_total_yuan"
    ]
    # what is printed of the district's part is a quarter of the same cells
    known += [
        (dict.fromkeys([(*row[:3],) for row in district.inside(one)], 1), float(value * district.share))
        for one, value in values.items()
        if one not in found and one.term == "tax_district_yuan"
    ]
    secret = tax("F", 1, 2)
    least, most = Solver(known).bounds({(*row[:3],) for row in district.inside(secret)})
    needed = float(STANDARD.p) / 100 * LONE["big"]
    value = float(values[secret])
    assert least <= value - needed
    assert most >= value + needed


def test_a_month_is_not_given_away_by_its_quarter_nor_by_the_year_so_far() -> None:
    found = hidden(sparse())
    of_series = {one.from_on for one in found if one.breakdown_code == "F" and one.term == "tax_total_yuan"}
    months = {(one.from_on, one.until_on) for one in found if one.breakdown_code == "F"}
    assert len(of_series) > 1 or len(months) > 1


def test_what_a_like_for_like_growth_leaves_out_is_protected_too() -> None:
    """All buildings but one are in the set, and the one has two payers: total less set would be theirs."""
    district = District.even().only("S1", "F", 0, LONE)
    for month in range(1, 6):
        district = district.only("S1", "F", month, {})
    members = tuple(sorted({f"{row[0]}-{row[1]}" for row in district.rows} - {"S1-F"}))
    subset = tax("", 0, 1)._replace(term="tax_total_yuan|L4L|SET")
    rest = sum(Decimal(amount) for amount in LONE.values())
    values = district.printed() | {subset: district.size(tax("", 0, 1)) - rest}
    found = protect_amounts(values, Before(), district.givers({"SET": members}), D).hidden
    assert subset in found
    assert tax("", 0, 1) not in found


def test_worked_out_in_parts_the_choice_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """A set of buildings, and who paid in two months, whose windows must stay together."""
    district = District.even()
    for street, industry in {row[:2] for row in district.rows}:
        district = district.only(street, industry, 1, {f"{street}{industry}new{n}": 100_000 + n for n in range(8)})
    for month, named in ((0, "old"), (1, "new")):
        district = district.only("S1", "F", month, LONE | {f"{named}{n}": 100_000 + n for n in range(8)})
    values, ours = district.printed(), Decimal(sum(LONE.values()))
    # of all who paid in the first month, these two alone paid in the second
    compared = [tax("", month, month + 1)._replace(term="tax_total_yuan|L4L_ENT|TWO") for month in (0, 1)]
    values |= dict.fromkeys(compared, ours)
    values[tax("", 0, 3)._replace(term="tax_total_yuan|L4L|SET")] = sum(
        (district.size(tax(street, 0, 3)) for street in ("S2", "S3")), Decimal(0)
    )
    members = tuple(sorted({f"{row[0]}-{row[1]}" for row in district.rows if row[0] != "S1"}))
    at_once = protect_amounts(values, Before(), district.givers({"SET": members}), D)
    monkeypatch.setattr(protection_givers, "_AT_ONCE", 1)
    givers = district.givers({"SET": members})
    assert len(list(givers.batches(values))) > 3
    assert protect_amounts(values, Before(), givers, D) == at_once
    assert at_once.hidden.keys() >= set(compared)


def test_an_amount_of_which_nobody_knows_the_givers_is_hidden_whole() -> None:
    rent = tax("S1", 0, 1)._replace(term="rent_yuan_per_day")
    district = District.even()
    found = protect_amounts({rent: Decimal(10)}, Before(), district.givers(), D)
    assert found.hidden == {rent: ("givers_unknown",)}
    assert found.unknown == {rent}


def test_what_was_suppressed_once_stays_suppressed_with_its_company() -> None:
    """Later payments make the lone payer one of many; the figures that hid him stay hidden, and no others."""
    before = frozenset(hidden(sparse()))
    assert hidden(District.even(), Before(hidden=before)).keys() == before


def test_what_was_printed_before_is_no_company() -> None:
    district = sparse()
    values = district.printed()
    spare = {one: value for one, value in values.items() if one.breakdown_code == "I"}
    found = hidden(district, Before(published=spare))
    assert found.keys().isdisjoint(spare)
    assert any(one.breakdown_code == "J" for one in found)


def test_refunds_count_by_their_size() -> None:
    """Eight payers, four of whom get as much back: nobody stands out, whatever is left of the sum."""
    refunded = {name: amount * (-1 if number % 2 else 1) for number, (name, amount) in enumerate(EVEN.items())}
    assert hidden(District.even().only("S1", "F", 1, refunded)) == {}
    alone = District.even().only("S1", "F", 1, {"back": -900_000, "small": 50_000})
    assert hidden(alone.only("S2", "F", 1, {}).only("S3", "F", 1, {}))


def test_a_tax_without_a_district_part_has_no_secret() -> None:
    """That the district gets nothing of it is the law's, not an enterprise's."""
    district = District.even()
    district.share = 10**30
    values = {one: value.quantize(Decimal("1e-8")) for one, value in district.printed().items()}
    assert protect_amounts(values, Before(), district.givers(), D).hidden == {}


def yi(street: str, count: int, term: str = "yi_building_cnt") -> tuple[Quantity, Decimal]:
    return tax(street, 0, 6)._replace(term=term), Decimal(count)


def test_a_band_of_one_building_that_is_nearly_one_enterprise_is_hidden() -> None:
    district = District.even().only("S1", "F", 0, {"big": 150_000_000, "small": 1_000_000})
    values = dict([yi("S1", 1), yi("S2", 0), yi("", 1)])
    found = telling_bands(values, district.givers(), STANDARD)
    assert found == {yi("S1", 1)[0], yi("", 1)[0]}
    many = District.even().only("S1", "F", 0, {f"p{number}": 30_000_000 for number in range(6)})
    assert telling_bands(values, many.givers(), STANDARD) == frozenset()


def test_a_count_of_buildings_that_no_tax_explains_is_hidden() -> None:
    assert telling_bands(dict([yi("S1", 2)]), District.even().givers(), STANDARD) == {yi("S1", 2)[0]}


def test_bands_add_up_to_the_buildings_from_a_hundred_million_on() -> None:
    values = dict([yi("", 3), yi("", 1, "tax_band_ge_1b_cnt"), yi("", 2, "tax_band_from_100m_cnt")])
    [found] = sums_of_bands(values)
    assert found.whole.term == "yi_building_cnt"
    assert len(found.parts) == 2
