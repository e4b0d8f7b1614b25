"""Check digits of the codes that identify enterprises and people (SPEC 3.2)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.codes import (
    ALPHABET,
    credit_code,
    is_credit_code,
    is_registration_number,
    is_resident_number,
    organisation_code,
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
