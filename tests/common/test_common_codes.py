"""Check digits of the codes that identify enterprises and people (SPEC 3.2)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc

from common.codes import (
    ALPHABET,
    credit_code,
    has_check_symbol,
    is_credit_code,
    is_old_tax_number,
    is_organisation_code,
    is_registration_number,
    is_resident_number,
    is_uncomplemented,
    look_alikes,
    organisation_code,
    plain_code,
    resembles_resident_number,
)

VALID = (
    "914403001922038216", "91440300708461136T", "91330100799655058B", "91110000802100433B", "91110000600037341L",
    "91310115591693856A", "91350100M000100Y43", "91110107MA0000015C", "91110107MA00000237", "91110107MA00000B7W",
    "91110107100000016P",
)  # fmt: skip


@pytest.mark.parametrize("code", VALID)
def test_the_vectors_hold(code: str) -> None:
    assert is_credit_code(code)
    assert credit_code(code[:17]) == code


@pytest.mark.parametrize("code", [
    "91350211M000100Y43", "91350100M0001TGQXM", "", "91110107MA0000015", "91110107MA0000015CC", "91110107ma0000015c",
    "91110107MA00O0015C", "９1110107MA0000015C", " 91110107MA0000015C", "91110107MA0000015C\n", "未知", "0" * 17 + "I",
])  # fmt: skip
def test_what_is_no_credit_code_is_none(code: str) -> None:
    assert not is_credit_code(code)


@given(st.sampled_from(VALID), st.integers(0, 17), st.sampled_from(ALPHABET))
def test_one_changed_symbol_is_always_noticed(code: str, place: int, symbol: str) -> None:
    changed = code[:place] + symbol + code[place + 1 :]
    assert is_credit_code(changed) == (changed == code)


CODES = st.builds(
    lambda authority, district, body: credit_code(f"{authority}{district:06}{body}"),
    st.text(ALPHABET, min_size=2, max_size=2), st.integers(0, 999_999), st.text(ALPHABET, min_size=9, max_size=9),
)  # fmt: skip


@given(CODES)
def test_the_check_symbol_is_that_of_another_implementation(code: str) -> None:
    assert code[17] == uscc.calc_check_digit(code[:17])
    assert is_credit_code(code)
    assert uscc.is_valid(code) == code[:2].isdigit(), "which knows no authorities of letters, such as N of agriculture"


@given(CODES, st.integers(0, 17), st.sampled_from(ALPHABET))
def test_one_wrong_symbol_is_found_in_every_code(code: str, place: int, symbol: str) -> None:
    changed = code[:place] + symbol + code[place + 1 :]
    assert is_credit_code(changed) == has_check_symbol(changed) == (changed == code)


def test_a_letter_in_the_district_is_no_code_whatever_its_check_symbol() -> None:
    code = credit_code("91A10107MA0000015")
    assert has_check_symbol(code)
    assert not is_credit_code(code)


@given(CODES, st.data())
def test_case_width_blanks_hyphens_and_quotation_marks_do_not_tell_codes_apart(code: str, data: st.DataObject) -> None:
    symbols = [
        data.draw(st.sampled_from([symbol, symbol.lower(), chr(ord(symbol) + 0xFEE0), f" {symbol}", f"{symbol}-",
                                   f"\u3000{symbol}", f"{symbol}\u200b", f"{symbol}－", f"{symbol}—"]))
        for symbol in code
    ]  # fmt: skip
    before, after = data.draw(st.sampled_from([("", ""), ("'", ""), ('="', '"'), ("“", "”"), ("\t", "\n")]))
    assert plain_code(before + "".join(symbols) + after) == code


@given(CODES)
def test_a_code_without_its_complement_is_told_from_a_right_one_and_a_wrong_one(code: str) -> None:
    bare = [code[:17] + symbol for symbol in ALPHABET if is_uncomplemented(code[:17] + symbol)]
    forgotten = code[:17] + ALPHABET[-ALPHABET.index(code[17]) % 31]
    is_personal = resembles_resident_number(forgotten)
    assert bare == ([forgotten] if forgotten != code and not is_personal else [])


@given(CODES, st.data())
def test_what_looks_alike_is_valid_different_and_reads_letters_as_digits(code: str, data: st.DataObject) -> None:
    letters = {"0": "O", "1": "IL", "5": "S", "2": "Z"}
    typed = "".join(data.draw(st.sampled_from(symbol + letters.get(symbol, ""))) for symbol in code)
    proposals = look_alikes(typed)
    assert all(is_credit_code(proposal) for proposal in proposals)
    assert typed not in proposals
    digits = str.maketrans("OILSZ", "01152")
    assert {proposal.translate(digits) for proposal in proposals} <= {typed.translate(digits)}
    if typed != code and typed.count("L") <= 10 and not resembles_resident_number(typed.translate(digits)):
        assert code in proposals


def test_a_text_of_many_letters_l_has_too_many_readings_to_try() -> None:
    assert look_alikes("L" * 18) == look_alikes("O" + "L" * 17) == ()


PERSONAL = [credit_code(f"11010519491231{serial:03}") for serial in range(1000)]


def test_nothing_is_proposed_for_what_could_be_a_persons_number() -> None:
    numbers = [number for number in PERSONAL if number[17] in "0123456789X"]
    assert numbers
    assert [number for number in numbers if look_alikes(number.replace("0", "O"))] == []


def test_what_could_be_a_persons_number_is_never_taken_for_a_code_without_its_complement() -> None:
    forgotten = [number[:17] + ALPHABET[-ALPHABET.index(number[17]) % 31] for number in PERSONAL]
    taken = [number for number in forgotten if is_uncomplemented(number)]
    assert taken
    assert all(number[17] not in "0123456789X" for number in taken)


@given(st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=8, max_size=8))
def test_an_organisation_code_is_completed_by_one_symbol(first_8: str) -> None:
    whole = organisation_code(first_8)
    assert whole[:8] == first_8
    assert whole[8] in "0123456789X"


def test_the_organisation_code_inside_a_credit_code_checks() -> None:
    for code in ("914403001922038216", "91440300708461136T", "91330100799655058B", "91110000802100433B"):
        assert organisation_code(code[8:16]) == code[8:17]


def test_an_old_registration_number_is_told_by_its_check_digit() -> None:
    assert is_registration_number("110108000000016")
    assert not any(is_registration_number(f"11010800000001{digit}") for digit in "012345789")
    assert not is_registration_number("11010800000001")
    assert not is_registration_number("１10108000000016")


def test_a_resident_number_is_told_by_its_check_digit() -> None:
    assert is_resident_number("11010519491231002X")
    assert sum(is_resident_number(f"11010719900101001{last}") for last in "0123456789X") == 1
    assert not is_resident_number("91110107MA0000015C")


@given(st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=8, max_size=8), st.integers(0, 999_999))
def test_an_old_tax_number_is_a_district_and_an_organisation_code(first_8: str, district: int) -> None:
    code = organisation_code(first_8)
    assert is_organisation_code(code)
    assert sum(is_organisation_code(first_8 + check) for check in "0123456789X") == 1
    assert is_old_tax_number(f"{district:06}{code}")
    assert not is_old_tax_number(f"{district:05}A{code}")
    assert not is_old_tax_number(code)


@pytest.mark.parametrize(("number", "is_personal"), [
    ("110105491231003", True), ("110105491331002", False), ("110105194912310021", True),
    ("110108000000016", False), ("914403001922038216", False),
])  # fmt: skip
def test_a_number_of_a_district_and_a_birthday_could_be_a_persons(number: str, is_personal: bool) -> None:
    assert resembles_resident_number(number) is is_personal
